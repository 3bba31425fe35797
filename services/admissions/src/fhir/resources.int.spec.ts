import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bedChanged, type BedData, bedStatusReported, toEnvelope } from '@wardstream/events';
import { encodeEvent } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { eventually } from '@wardstream/testing';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { encounterIdOf, patientIdOf } from '@wardstream/encounter-model';
import { AdmissionsHouse, type Sender } from '../testing/admissions-house.spec.js';
import { FhirClient, type FhirReply, issues } from '../testing/fhir-client.spec.js';

let house: AdmissionsHouse;
let client: FhirClient;
let sender: Sender;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  client = new FhirClient(house, { roles: ['department-system'] });
  sender = await house.sender();
});
afterAll(() => house?.remove());

const domain = 'urn:wardstream:fhir:domain:NGH';
const ngh = { identifier: { value: 'NGH' } };

function patient(number: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resourceType: 'Patient',
    identifier: [{ type: { coding: [{ code: 'MR' }] }, system: domain, value: number }],
    name: [{ family: 'Okafor', given: ['Nkechi'] }],
    gender: 'female',
    birthDate: '1980-02-03',
    managingOrganization: ngh,
    ...more,
  };
}

function encounter(visit: string, subject: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resourceType: 'Encounter',
    identifier: [{ system: domain, value: visit }],
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: subject },
    period: { start: '2026-03-01T10:00:00Z' },
    location: [{ location: { reference: 'Location/NGH.bed.4A-1' }, period: { start: '2026-03-01T10:00:00Z' } }],
    serviceProvider: ngh,
    ...more,
  };
}

const bare = (reply: FhirReply): Record<string, unknown> => {
  const { meta: _meta, ...rest } = reply.body;
  return rest;
};

describe('a Patient', () => {
  it('is written, and shown to each role as much as it may see', async () => {
    const created = await client.post('Patient', patient('P1'));
    expect(created.status).toBe(201);
    const id = created.body['id'] as string;
    expect(id).toBe(patientIdOf('NGH', { number: 'P1', domain: 'NGH' }));
    const as = async (role: 'department-system' | 'bed-manager' | 'auditor'): Promise<Record<string, unknown>> =>
      bare(await client.get(`Patient/${id}`, { roles: [role] }));
    const identifier = [{ type: expect.anything(), system: domain, value: 'P1' }];
    expect(await as('auditor')).toEqual({ resourceType: 'Patient', id, gender: 'female' });
    expect(await as('department-system')).toEqual({ resourceType: 'Patient', id, identifier, gender: 'female' });
    expect(await as('bed-manager')).toEqual({
      ...{ resourceType: 'Patient', id, identifier, gender: 'female' },
      ...{ name: [{ family: 'Okafor', given: ['Nkechi'] }], birthDate: '1980-02-03' },
    });
  });

  it('is the patient of encounters that refer to it, by our id and by the client’s', async () => {
    await client.put('Patient/mine', patient('P2', { id: 'mine' }));
    await client.post('Encounter', encounter('PV2', 'Patient/mine'));
    expect(await house.encounter('PV2')).toMatchObject({ patient: { id: 'P2', idDomain: 'NGH', family: 'Okafor' } });
    const ours = patientIdOf('NGH', { number: 'P2', domain: 'NGH' });
    const found = await client.get('Encounter?patient=mine');
    expect(found.body['entry']).toMatchObject([{ resource: { subject: { reference: `Patient/${ours}` } } }]);
    await client.post('Encounter', encounter('PV3', `Patient/${ours}`, { status: 'planned', location: [] }));
    expect(await house.encounter('PV3')).toMatchObject({ patient: { id: 'P2', idDomain: 'NGH' } });
    expect((await client.get(`Encounter?subject=Patient/${ours}&_total=accurate`)).body['total']).toBe(2);
  });

  it('that HL7 told of is read, and what is written of it reaches its visit', async () => {
    await sender.send(
      [
        'MSH|^~\\&|ADT1|NGH|W|NGH|20260301100000+0000||ADT^A01|P5|P|2.5.1',
        'EVN|A01|20260301100000+0000',
        'PID|1||P5^^^NGH^MR||Doe^Jane||19600101|F',
        'PV1|1|I|4B^^1||||||||||||||||PV5^^^NGH^VN',
      ].join('\r'),
    );
    await house.drained();
    const id = patientIdOf('NGH', { number: 'P5', domain: 'NGH' });
    const before = await client.get(`Patient/${id}`, { roles: ['administrator'] });
    expect(before.body).toMatchObject({ name: [{ family: 'Doe', given: ['Jane'] }], birthDate: '1960-01-01' });
    const named = patient('P5', { id, name: [{ family: 'Roe', given: ['Jane'] }] });
    const stale = await client.put(`Patient/${id}`, named, { 'if-match': 'W/"1"' });
    expect([stale.status, issues(stale)]).toEqual([412, ['error conflict']]);
    house.clock.set('2026-03-02T01:00:00.000Z');
    const written = await client.put(`Patient/${id}`, named, { 'if-match': `W/"${before.version}"` });
    expect(written.status).toBe(200);
    expect(written.version).not.toBe(before.version);
    expect(await house.encounter('PV5')).toMatchObject({ location: { bedId: '4B-1' }, patient: { family: 'Roe' } });
  });

  it('is found by its identifier, for an update and for a create', async () => {
    const query = `Patient?identifier=${domain}|P6`;
    expect((await client.put(query, patient('P6'))).status).toBe(201);
    expect((await client.put(query, patient('P6', { gender: 'other' }))).body).toMatchObject({ gender: 'other' });
    const again = await client.post('Patient', patient('P6'), { 'if-none-exist': `identifier=${domain}|P6` });
    expect([again.status, again.body['gender']]).toEqual([200, 'other']);
    expect((await client.put('Patient?name=x', patient('P6'))).status).toBe(412);
    expect((await client.put(query, patient('P7'))).status).toBe(409);
    expect((await client.put(query, patient('P6', { id: 'another' }))).status).toBe(400);
  });

  it.each([
    ['without any identifier', { ...patient('X'), identifier: undefined }, 400, ['error required']],
    ['with a gender that is none', patient('X', { gender: 'F' }), 400, ['error code-invalid']],
    ['with a date that is none', patient('X', { birthDate: '1.2.1980' }), 400, ['error value']],
  ])('%s is refused', async (_, body, status, expected) => {
    const reply = await client.post('Patient', body);
    expect([reply.status, issues(reply)]).toEqual([status, expected]);
    expect(JSON.stringify(reply.body)).not.toMatch(/1\.2\.1980|Okafor/);
  });

  it('of a facility that is not known is kept with a warning', async () => {
    const reply = await client.post('Patient', patient('P8', { managingOrganization: undefined }));
    expect([reply.status, issues(reply)]).toEqual([201, ['warning not-found']]);
    const at = /Patient\/[^/]+$/.exec(String(reply.headers['location']))![0];
    expect((await client.get(at)).status).toBe(404);
  });

  it('that nobody told of is not found, nor is a visit one', async () => {
    expect((await client.get('Patient/nobody')).status).toBe(404);
    expect((await client.get(`Patient/${encounterIdOf('NGH', { number: 'PV5', domain: 'NGH' })}`)).status).toBe(404);
  });
});

describe('a Location', () => {
  const at = '2026-03-01T12:00:00.000Z';
  const bed = (id: string, more: Partial<BedData>): BedData => {
    const { unit, room, bed: code } = smallHouse.beds.find((b) => b.id === id)!;
    return {
      ...{ id, facility: 'NGH', version: 3, unit, room, bed: code, staffed: true, surge: false, attributes: [] },
      ...{ state: 'available', since: at, occupants: [], reservedFor: null, needs: [], clocks: [], blocked: null },
      ...{ closed: null, cleaningJobId: null, conflicts: [], asOf: at, history: { from: at, segments: [] } },
      cause: { kind: 'admit', by: 'ADT1', at, recordedAt: at, receivedAt: at },
      ...more,
    };
  };

  beforeAll(async () => {
    const log = new PostgresEventLog({ url: house.url });
    const told = [
      bed('4A-1', { state: 'occupied' }),
      bed('4A-2', { state: 'cleaning' }),
      bed('4A-3', { state: 'closed' }),
      bed('4A-4', { state: 'dirty', cleaningJobId: 'j4', cleaningKind: 'terminal' }),
    ];
    await log.append(
      told.map((data) => {
        const of = {
          subject: data.id,
          aggregateVersion: data.version,
          facility: 'NGH',
          time: at,
          recordedAt: at,
          data,
        };
        return encodeEvent(bedChanged, toEnvelope({ definition: bedChanged, ...of }));
      }),
    );
    await log.close();
    await eventually(async () => {
      expect((await house.rows("SELECT FROM admissions.bed WHERE facility = 'NGH'")).length).toBe(4);
    });
  });

  it('is a bed with its status by table 0116 and its own state, and nothing of who is in it', async () => {
    const reply = await client.get('Location/NGH.bed.4A-2');
    expect(reply).toMatchObject({
      status: 200,
      version: '3',
      body: {
        extension: [{ url: 'urn:wardstream:fhir:bed-state', valueCode: 'cleaning' }],
        operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'H' },
        partOf: { reference: 'Location/NGH.room.4A.4A-R1' },
      },
    });
    expect((await client.get('Location/NGH.bed.4B-4')).body).not.toHaveProperty('operationalStatus');
    expect((await client.get('Location/NGH.site')).body).toMatchObject({ name: 'Northgate General' });
    expect((await client.get('Location/NGH.bed.4A-99')).status).toBe(404);
  });

  it.each([
    ['operational-status=O', ['NGH.bed.4A-1']],
    ['operational-status=H,O', ['NGH.bed.4A-1', 'NGH.bed.4A-2']],
    ['operational-status=K', ['NGH.bed.4A-4']],
    ['status=suspended', ['NGH.bed.4A-3']],
    ['identifier=4A-4', ['NGH.bed.4A-4']],
    ['identifier=urn:wardstream:fhir:place|ED&physical-type=wa', ['NGH.ward.ED']],
    ['partof=NGH.ward.4B', ['NGH.room.4B.4B-R1', 'NGH.room.4B.4B-R2']],
    ['physical-type=si', ['NGH.site']],
    ['_id=NGH.site,nothing', ['NGH.site']],
  ])('is found by %s', async (query, expected) => {
    const { body } = await client.get(`Location?${query}`);
    expect((body['entry'] as { resource: { id: string } }[]).map((e) => e.resource.id)).toEqual(expected);
    expect(body['total']).toBe(expected.length);
  });

  it('is searched for by a form, too', async () => {
    const { status, body } = await client.post('Location/_search', 'physical-type=si', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([status, body['total']]).toEqual([200, 1]);
  });

  it('is listed in pages', async () => {
    const all: string[] = [];
    let query: string | undefined = 'Location?_count=5';
    while (query !== undefined) {
      const { body } = await client.get(query);
      all.push(...(body['entry'] as { resource: { id: string } }[]).map((e) => e.resource.id));
      const next = (body['link'] as { relation: string; url: string }[]).find((l) => l.relation === 'next');
      query = next?.url.replace('http://wardstream.test/fhir/R4/', '');
    }
    expect(all).toEqual([...new Set(all)].sort());
    expect(all).toHaveLength(1 + 3 + 6 + 12);
  });

  it('that is written reports the status of its bed, as an A20 does', async () => {
    const read = await client.get('Location/NGH.bed.4A-1');
    const written = await client.put(
      'Location/NGH.bed.4A-1',
      { ...read.body, operationalStatus: { code: 'K' } },
      { 'if-match': `W/"${read.version}"` },
    );
    expect(written).toMatchObject({ status: 200, body: { id: 'NGH.bed.4A-1' } });
    const found = {
      resourceType: 'Location',
      identifier: [{ system: 'urn:wardstream:fhir:place', value: '4A-2' }],
      physicalType: { coding: [{ code: 'bd' }] },
      partOf: { reference: 'Location/NGH.room.4A.4A-R1' },
      operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'U' },
    };
    expect((await client.post('Location', found)).status).toBe(200);
    expect((await client.put('Location?identifier=4A-3', { ...found, identifier: undefined })).status).toBe(200);
    expect((await client.put('Location?identifier=4A-3', { ...found, id: 'NGH.bed.4A-2' })).status).toBe(400);
    await eventually(() => {
      expect(
        house
          .events<{ code: string; cause: { by: string } }>(bedStatusReported)
          .map((e) => [e.subject, e.data.code, e.data.cause.by]),
      ).toEqual([
        ['4A-1', 'K', 'EHR'],
        ['4A-2', 'U', 'EHR'],
        ['4A-3', 'U', 'EHR'],
      ]);
    });
  });

  it.each([
    [
      'another version',
      'NGH.bed.4A-1',
      { operationalStatus: { code: 'U' } },
      { 'if-match': 'W/"1"' },
      412,
      ['error conflict'],
    ],
    ['a code that is none', 'NGH.bed.4A-1', { operationalStatus: { code: 'Z' } }, {}, 400, ['error code-invalid']],
    ['no status, of a bed of ours', 'NGH.bed.4A-1', {}, {}, 200, ['information informational']],
    ['no status, of nothing of ours', 'elsewhere', {}, {}, 422, ['error not-supported']],
    [
      'a bed that is not configured',
      'NGH.bed.4A-77',
      { operationalStatus: { code: 'U' } },
      {},
      200,
      ['warning not-found'],
    ],
  ])('%s', async (_, id, more, headers, status, expected) => {
    const reply = await client.put(
      `Location/${id}`,
      { resourceType: 'Location', id, ...more },
      headers as Record<string, string>,
    );
    expect([reply.status, issues(reply)]).toEqual([status, expected]);
  });
});

describe('a transaction', () => {
  const entry = (
    method: string,
    url: string,
    resource: unknown,
    more: Record<string, unknown> = {},
    fullUrl?: string,
  ): Record<string, unknown> => ({
    ...(fullUrl === undefined ? {} : { fullUrl }),
    resource,
    request: { method, url, ...more },
  });
  const bundle = (...entries: unknown[]): Record<string, unknown> => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries,
  });

  it('takes all of it, and answers entry for entry', async () => {
    const reply = await client.post(
      '',
      bundle(
        entry('POST', 'Patient', patient('T1'), {}, 'urn:uuid:3f7e0001-0000-4000-8000-000000000001'),
        entry('POST', 'Encounter', encounter('TV1', 'urn:uuid:3f7e0001-0000-4000-8000-000000000001')),
        entry('PUT', 'Location/NGH.bed.4B-3', {
          resourceType: 'Location',
          id: 'NGH.bed.4B-3',
          operationalStatus: { code: 'U' },
        }),
        entry('PUT', 'Location/NGH.bed.4B-4', { resourceType: 'Location', id: 'NGH.bed.4B-4' }),
      ),
    );
    expect(reply.status).toBe(200);
    const entries = reply.body['entry'] as { response: { status: string; location: string; etag?: string } }[];
    expect(entries.map((e) => e.response.status)).toEqual(['201', '201', '200', '200']);
    for (const { response } of [entries[0]!, entries[3]!]) {
      const written = await client.get(response.location.replace('http://wardstream.test/fhir/R4/', ''));
      expect([written.status, written.version]).toEqual([200, /"(.*)"/.exec(response.etag ?? '')?.[1] ?? null]);
    }
    expect((await client.get('Patient/none/_history/1')).status).toBe(404);
    for (const { response } of entries.slice(0, 2)) {
      expect((await client.get(response.location.replace(/^.*R4\/(.*)\/.*$/, '$1/none'))).status).toBe(404);
    }
    const [, made] = entries;
    const path = made!.response.location.replace('http://wardstream.test/fhir/R4/', '');
    expect((await client.get(path)).body).toMatchObject({ identifier: [{ value: 'TV1' }] });
    expect(made!.response.etag).toBe(`W/"${path.split('/').at(-1)}"`);
    expect(await house.encounter('TV1')).toMatchObject({
      status: 'in-progress',
      patient: { id: 'T1', family: 'Okafor' },
    });
    expect(await house.rows("SELECT FROM admissions.message WHERE message_type = 'Bundle'")).toHaveLength(1);
  });

  it('takes nothing of it where one entry is wrong, or its condition does not hold', async () => {
    const good = entry('POST', 'Encounter', encounter('TV2', 'Patient/x'));
    const wrong = await client.post(
      '',
      bundle(good, entry('POST', 'Encounter', { ...encounter('TV3', 'Patient/x'), status: 'x' })),
    );
    expect([wrong.status, issues(wrong)]).toEqual([400, ['error code-invalid']]);
    expect(wrong.body['issue'][0].expression).toEqual(['Bundle.entry[1].resource.status']);
    const { id } = (await house.encounter('TV1'))!;
    const late = entry('PUT', `Encounter/${id}`, { ...encounter('TV1', 'Patient/x'), id }, { ifMatch: 'W/"99"' });
    const stale = await client.post('', bundle(good, late));
    expect([stale.status, issues(stale)]).toEqual([412, ['error conflict']]);
    const deletes = await client.post('', bundle(good, { request: { method: 'DELETE', url: `Encounter/${id}` } }));
    expect([deletes.status, issues(deletes)]).toEqual([422, ['error not-supported']]);
    expect(await house.encounter('TV2')).toBeUndefined();
  });

  it('creates only what is not there, and updates what it finds', async () => {
    const there = entry('POST', 'Encounter', encounter('TV1', 'Patient/x', { status: 'finished' }), {
      ifNoneExist: 'identifier=TV1',
    });
    const found = entry('PUT', 'Encounter?identifier=TV1', encounter('TV1', 'Patient/x', { status: 'onleave' }));
    const first = await client.post('', bundle(there));
    expect(first.body['entry']).toMatchObject([{ response: { status: '200' } }]);
    expect(await house.encounter('TV1')).toMatchObject({ status: 'in-progress' });
    const second = await client.post('', bundle(found));
    expect(second.body['entry']).toMatchObject([{ response: { status: '200' } }]);
    expect(await house.encounter('TV1')).toMatchObject({ status: 'on-leave' });
  });

  it('leaves a patient as they are whom a conditional create finds', async () => {
    await client.post('Patient', patient('T5'));
    const other = { ...patient('T5'), gender: 'male' };
    const reply = await client.post('', bundle(entry('POST', 'Patient', other, { ifNoneExist: 'identifier=T5' })));
    const [{ response }] = reply.body['entry'] as [{ response: { status: string; location: string } }];
    expect(response.status).toBe('200');
    const read = await client.get(response.location.replace('http://wardstream.test/fhir/R4/', ''));
    expect(read.body).toMatchObject({ identifier: [{ value: 'T5' }], gender: 'female' });
    const none = bundle(entry('POST', 'Patient', other, { ifNoneExist: 'gender=male' }));
    expect(issues(await client.post('', none))).toEqual(['error business-rule']);
  });

  it('updates the Location that a condition finds, at the version that is named', async () => {
    const said = { resourceType: 'Location', operationalStatus: { code: 'K' } };
    const put = (query: string, more = {}): Promise<Awaited<ReturnType<typeof client.post>>> =>
      client.post('', bundle(entry('PUT', `Location?${query}`, said, more)));
    const stale = await put('identifier=4B-2', { ifMatch: 'W/"99"' });
    expect([stale.status, issues(stale)]).toEqual([412, ['error conflict']]);
    expect([(await put('identifier=4B-77')).status, (await put('identifier=4B-1,4B-2')).status]).toEqual([422, 412]);
    expect((await put('identifier=4B-2')).body['entry']).toMatchObject([
      { response: { status: '200', location: 'http://wardstream.test/fhir/R4/Location/NGH.bed.4B-2' } },
    ]);
    await eventually(() => {
      const told = house.events<{ code: string }>(bedStatusReported).filter(({ subject }) => subject.startsWith('4B-'));
      expect(told.map((e) => [e.subject, e.data.code])).toEqual([
        ['4B-3', 'U'],
        ['4B-2', 'K'],
      ]);
    });
  });

  it('names no Location that is none of ours, and tells of a patient whom nobody knows', async () => {
    const somewhere = { resourceType: 'Location', name: 'Elsewhere' };
    const lost = encounter('TV7', 'urn:uuid:3f7e0001-0000-4000-8000-00000000000f');
    const reply = await client.post('', bundle(entry('POST', 'Location', somewhere), entry('POST', 'Encounter', lost)));
    const [first, second] = reply.body['entry'] as { response: { location?: string; outcome?: unknown } }[];
    expect(first!.response.location).toBeUndefined();
    expect(second!.response.outcome).toMatchObject({
      issue: [{ severity: 'warning', code: 'not-found', expression: ['Bundle.entry[1].resource.subject'] }],
    });
  });

  it('of two facilities is refused', async () => {
    await house.configure({ ...smallHouse, id: 'WGH', name: 'Westgate', aliases: [] });
    const other = { ...encounter('TV9', 'Patient/x'), location: [], serviceProvider: { identifier: { value: 'WGH' } } };
    const reply = await client.post(
      '',
      bundle(entry('POST', 'Encounter', encounter('TV8', 'Patient/x')), entry('POST', 'Encounter', other)),
    );
    expect([reply.status, issues(reply)]).toEqual([422, ['error business-rule']]);
    expect(await house.encounter('TV8')).toBeUndefined();
  });
});

describe('a notification message', () => {
  const told = (
    event: string,
    timestamp: string,
    encounterOf: Record<string, unknown>,
    id = event,
  ): Record<string, unknown> => ({
    resourceType: 'Bundle',
    type: 'message',
    timestamp,
    entry: [
      {
        fullUrl: `urn:m:${id}`,
        resource: {
          resourceType: 'MessageHeader',
          id: `m-${id}`,
          eventCoding: {
            system: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event',
            code: `notification-${event}`,
          },
          source: { endpoint: 'urn:ehr' },
          focus: [{ reference: 'Encounter/1' }],
        },
      },
      { fullUrl: 'http://ehr/Encounter/1', resource: { ...encounterOf, id: '1' } },
      { fullUrl: 'http://ehr/Patient/1', resource: { ...patient('N1'), id: '1' } },
    ],
  });
  const stay = (bed: string, start: string): object => ({
    location: { reference: `Location/NGH.bed.${bed}` },
    period: { start },
  });

  it('is taken once, however often it comes', async () => {
    const message = told('admit', '2026-03-01T10:05:00Z', encounter('NV1', 'Patient/1'));
    const first = await client.post('$process-message', message);
    const again = await client.post('$process-message', message);
    expect([first.status, issues(first), again.status]).toEqual([200, ['information informational'], 200]);
    expect(await house.encounter('NV1')).toMatchObject({
      location: { bedId: '4A-1' },
      patient: { id: 'N1', family: 'Okafor' },
    });
    expect(await house.rows("SELECT FROM admissions.message WHERE control_id = 'm-admit'")).toHaveLength(1);
  });

  it('that comes late takes nothing back that was said after it', async () => {
    const admitted = encounter('NV2', 'Patient/1', { location: [stay('4A-2', '2026-03-01T10:00:00Z')] });
    const moved = encounter('NV2', 'Patient/1', { location: [stay('4B-2', '2026-03-01T12:00:00Z')] });
    await client.post('$process-message', told('transfer', '2026-03-01T12:05:00Z', moved, 't2'));
    await client.post('$process-message', told('admit', '2026-03-01T10:05:00Z', admitted, 'a2'));
    const late = await house.encounter('NV2');
    await client.post(
      '$process-message',
      told('admit', '2026-03-01T10:05:00Z', { ...admitted, identifier: [{ system: domain, value: 'NV3' }] }, 'a3'),
    );
    await client.post(
      '$process-message',
      told('transfer', '2026-03-01T12:05:00Z', { ...moved, identifier: [{ system: domain, value: 'NV3' }] }, 't3'),
    );
    const inOrder = await house.encounter('NV3');
    const seen = (e: typeof late): unknown => [
      e!['location'].bedId,
      e!['stays'].map((s: { place: { bedId: string }; from: string; to: string }) => [s.place.bedId, s.from, s.to]),
    ];
    expect(seen(late)).toEqual(seen(inOrder));
    expect(late!['location'].bedId).toBe('4B-2');
  });

  it('may come as the parameter of the operation, and is refused as any other bundle', async () => {
    const message = told(
      'discharge',
      '2026-03-01T15:00:00Z',
      encounter('NV1', 'Patient/1', { period: { start: '2026-03-01T10:00:00Z', end: '2026-03-01T14:30:00Z' } }),
    );
    const parameters = { resourceType: 'Parameters', parameter: [{ name: 'content', resource: message }] };
    expect((await client.post('$process-message', parameters)).status).toBe(200);
    expect(await house.encounter('NV1')).toMatchObject({ status: 'discharged' });
    const other = await client.post('$process-message', { resourceType: 'Bundle', type: 'transaction', entry: [] });
    expect([other.status, issues(other)]).toEqual([422, ['error not-supported']]);
    const none = await client.post('', { resourceType: 'Bundle', type: 'batch', entry: [] });
    expect([none.status, issues(none)]).toEqual([422, ['error not-supported']]);
  });

  it('with an id that another client used, too, is another visit', async () => {
    const own = (): Record<string, unknown> => ({ ...encounter('-', 'Patient/1'), identifier: undefined });
    const first = told('admit', '2026-03-01T10:05:00Z', own(), 'x1');
    await client.post('$process-message', first, {}, { subject: 'EHR-A' });
    await client.post('$process-message', first, {}, { subject: 'EHR-B' });
    const rows = await house.rows<{ visit_domain: string }>(
      "SELECT visit_domain FROM admissions.encounter WHERE visit_number = '1' ORDER BY 1",
    );
    expect(rows.map((r) => r.visit_domain)).toEqual([
      'urn:wardstream:fhir:client:EHR-A',
      'urn:wardstream:fhir:client:EHR-B',
    ]);
  });
});
