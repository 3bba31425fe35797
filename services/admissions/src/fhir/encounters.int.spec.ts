import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { patientIdOf } from '@wardstream/encounter-model';
import { AdmissionsHouse, type Sender } from '../testing/admissions-house.spec.js';
import { FhirClient, issues } from '../testing/fhir-client.spec.js';

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

let visits = 0;
const newVisit = (): string => `F${++visits}`;
const at = (time: string): string => `2026-03-01T${time}:00Z`;

interface Told {
  readonly status?: string;
  readonly class?: string;
  readonly from?: string;
  readonly to?: string;
  readonly places?: readonly (readonly [bed: string, from: string, to?: string])[];
  readonly more?: Record<string, unknown>;
}

/** An Encounter of a visit at NGH; beds like 4A-1. */
function encounter(visit: string, told: Told = {}): Record<string, unknown> {
  const period = (from?: string, to?: string): object => ({
    ...(from && { start: at(from) }),
    ...(to && { end: at(to) }),
  });
  return {
    resourceType: 'Encounter',
    identifier: [{ system: 'urn:wardstream:fhir:domain:NGH', value: visit }],
    status: told.status ?? 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: told.class ?? 'IMP' },
    period: period(told.from ?? '10:00', told.to),
    location: (told.places ?? [['4A-1', '10:00']]).map(([bed, from, to]) => ({
      location: { reference: `Location/NGH.bed.${bed}` },
      status: to === undefined ? 'active' : 'completed',
      period: period(from, to),
    })),
    serviceProvider: { identifier: { value: 'NGH' } },
    ...told.more,
  };
}

const admitted = (visit: string, bed: string, time = '1000'): string =>
  [
    `MSH|^~\\&|ADT1|NGH|W|NGH|20260301${time}00+0000||ADT^A01|${visit}${time}|P|2.5.1`,
    `EVN|A01|20260301${time}00+0000||||20260301${time}00+0000`,
    `PID|1||M${visit}^^^NGH^MR||Doe^Jane||19600101|F`,
    `PV1|1|I|4A^^${bed}||||||||||||||||${visit}^^^NGH^VN`,
  ].join('\r');

describe('an Encounter', () => {
  it('is created, is an encounter of the house, and is read again as R4', async () => {
    const visit = newVisit();
    const created = await client.post('Encounter', encounter(visit));
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect(created.body).toMatchObject({
      resourceType: 'Encounter',
      identifier: [{ system: 'urn:wardstream:fhir:domain:NGH', value: visit }],
      status: 'in-progress',
      class: { code: 'IMP' },
      location: [
        {
          location: { reference: 'Location/NGH.bed.4A-1' },
          status: 'active',
          period: { start: '2026-03-01T10:00:00.000Z' },
        },
      ],
    });
    expect(created.headers['location']).toBe(
      `http://wardstream.test/fhir/R4/Encounter/${id}/_history/${created.version}`,
    );
    expect(await house.encounter(visit)).toMatchObject({ id, status: 'in-progress', location: { bedId: '4A-1' } });
    const read = await client.get(`Encounter/${id}`);
    expect(read).toMatchObject({ status: 200, version: created.version, body: created.body });
    expect((await client.get(`Encounter/${id}/_history/${created.version}`)).status).toBe(200);
    expect((await client.get(`Encounter/${id}/_history/999`)).status).toBe(404);
    await client.put(`Encounter/${id}`, {
      ...encounter(visit, { status: 'finished', to: '11:00', places: [['4A-1', '10:00', '11:00']] }),
      id,
    });
  });

  it('moves the patient by a later version, and takes back what that no longer says', async () => {
    const visit = newVisit();
    const { body: first, version } = await client.post('Encounter', encounter(visit, { places: [['4A-2', '10:00']] }));
    const id = first['id'] as string;
    const moved = {
      ...encounter(visit, {
        places: [
          ['4A-2', '10:00', '12:00'],
          ['4B-1', '12:00'],
        ],
      }),
      id,
    };
    const second = await client.put(`Encounter/${id}`, moved, { 'if-match': `W/"${version}"` });
    expect(second.status).toBe(200);
    expect(Number(second.version)).toBeGreaterThan(Number(version));
    expect(await house.encounter(visit)).toMatchObject({ location: { bedId: '4B-1' }, conflicts: [] });
    const third = await client.put(`Encounter/${id}`, { ...encounter(visit, { places: [['4A-2', '10:00']] }), id });
    expect(third.status).toBe(200);
    expect(await house.encounter(visit)).toMatchObject({ location: { bedId: '4A-2' }, conflicts: [] });
    const over = { ...encounter(visit, { status: 'finished', to: '14:00', places: [['4A-2', '10:00', '14:00']] }), id };
    expect((await client.put(`Encounter/${id}`, over)).body).toMatchObject({
      status: 'finished',
      period: { end: '2026-03-01T14:00:00.000Z' },
    });
    expect(await house.encounter(visit)).toMatchObject({ status: 'discharged', location: null });
  });

  it('is known by the id that its client gave it, and by ours', async () => {
    const visit = newVisit();
    const created = await client.put('Encounter/ehr-7', {
      ...encounter(visit, { places: [['4A-3', '10:00']] }),
      id: 'ehr-7',
    });
    expect(created).toMatchObject({ status: 201, body: { id: 'ehr-7' } });
    expect((await client.get('Encounter/ehr-7')).body).toMatchObject({ id: 'ehr-7', status: 'in-progress' });
    const ours = (await house.encounter(visit))!['id'] as string;
    expect((await client.get(`Encounter/${ours}`)).body).toMatchObject({ id: ours });
    expect((await client.get('Encounter?_id=ehr-7')).body['entry']).toMatchObject([{ resource: { id: 'ehr-7' } }]);
    const other = await client.put('Encounter/ehr-7', { ...encounter(newVisit()), id: 'ehr-7' });
    expect([other.status, issues(other)]).toEqual([409, ['error business-rule']]);
    expect((await house.call('GET', 'quarantine')).body['items'][0]).toMatchObject({
      format: 'fhir',
      sendingApplication: 'EHR',
      messageType: 'Encounter',
      errors: [{ location: 'Encounter.identifier', code: 'business-rule', severity: 'E' }],
    });
    await client.put('Encounter/ehr-7', { ...encounter(visit, { status: 'cancelled', places: [] }), id: 'ehr-7' });
  });

  it('is refused a version that is not the client’s, and a repeat is answered again', async () => {
    const visit = newVisit();
    const told = encounter(visit, { places: [['4B-2', '10:00']] });
    const first = await client.post('Encounter', told);
    const again = await client.post('Encounter', told);
    expect([first.status, again.status, again.version]).toEqual([201, 200, first.version]);
    expect(
      await house.rows(
        "SELECT FROM admissions.message WHERE message_type = 'Encounter' AND statement ->> 'controlId' LIKE $1",
        [`Encounter/${first.body['id']}/%`],
      ),
    ).toHaveLength(1);
    const id = first.body['id'] as string;
    const stale = await client.put(`Encounter/${id}`, { ...told, id }, { 'if-match': 'W/"99"' });
    expect([stale.status, issues(stale)]).toEqual([412, ['error conflict']]);
    const none = await client.put(
      'Encounter/nobody',
      { ...encounter(newVisit()), id: 'nobody' },
      { 'if-match': 'W/"1"' },
    );
    expect(none.status).toBe(412);
    expect((await client.get('Encounter/nobody')).status).toBe(404);
    const there = await client.put(`Encounter/${id}`, { ...told, id }, { 'if-none-match': '*' });
    expect(there.status).toBe(412);
  });

  it('of two clients that change the same version, one changes it', async () => {
    const visit = newVisit();
    const { body, version } = await client.post('Encounter', encounter(visit, { places: [['4B-3', '10:00']] }));
    const id = body['id'] as string;
    const places = ['ED-1', 'ED-2', 'ED-3', 'ED-4'];
    const answers = await Promise.all(
      places.map((bed) =>
        client.put(
          `Encounter/${id}`,
          {
            ...encounter(visit, {
              places: [
                ['4B-3', '10:00', '11:00'],
                [bed, '11:00'],
              ],
            }),
            id,
          },
          { 'if-match': `W/"${version}"` },
          { subject: bed },
        ),
      ),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([200, 412, 412, 412]);
    const chosen = places[answers.findIndex((a) => a.status === 200)]!;
    expect(await house.encounter(visit)).toMatchObject({ location: { bedId: chosen } });
  });

  it('written by many at once ends as the version that was taken last says', async () => {
    const visit = newVisit();
    const beds = ['4A-1', '4A-2', '4A-3', '4A-4', '4B-1', '4B-2', '4B-3', '4B-4'];
    const answers = await Promise.all(
      beds.map((bed) =>
        client.put(
          `Encounter?identifier=urn:wardstream:fhir:domain:NGH|${visit}`,
          encounter(visit, { places: [[bed, '10:00']] }),
          {},
          { subject: `c-${bed}` },
        ),
      ),
    );
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1);
    expect(answers.filter((a) => a.status === 200)).toHaveLength(7);
    await house.drained();
    const [last] = await house.rows<{ sender_application: string }>(
      "SELECT sender_application FROM admissions.message WHERE statement ->> 'controlId' LIKE $1 ORDER BY position DESC LIMIT 1",
      [`Encounter/${answers[0]!.body['id']}/%`],
    );
    const shown = await house.encounter(visit);
    expect(`c-${shown!['location'].bedId}`).toBe(last!.sender_application);
    expect(shown!['movements'].filter((m: { cancelled: boolean }) => !m.cancelled)).toHaveLength(1);
  });

  it('of an outpatient occupies no bed', async () => {
    const visit = newVisit();
    expect(
      (await client.post('Encounter', encounter(visit, { class: 'AMB', places: [['4A-4', '10:00']] }))).status,
    ).toBe(201);
    const stays = (await house.encounter(visit))!['stays'] as { holdsBed: boolean }[];
    expect(stays.map((s) => s.holdsBed)).toEqual([false]);
  });
});

describe('a conditional interaction', () => {
  it('updates what an identifier finds, whoever told of it, and creates what it does not', async () => {
    const visit = newVisit();
    await sender.send(admitted(visit, '2'));
    await house.drained();
    const query = `Encounter?identifier=urn:wardstream:fhir:domain:NGH|${visit}`;
    const updated = await client.put(
      query,
      encounter(visit, {
        places: [
          ['4A-2', '10:00', '12:00'],
          ['4B-4', '12:00'],
        ],
      }),
    );
    expect([updated.status, updated.body['location'].length]).toEqual([200, 2]);
    expect(await house.encounter(visit)).toMatchObject({ location: { bedId: '4B-4' }, conflicts: [] });
    const other = newVisit();
    expect(
      (await client.put(`Encounter?identifier=urn:wardstream:fhir:domain:NGH|${other}`, encounter(other))).status,
    ).toBe(201);
    const wide = await client.put('Encounter?status=in-progress', encounter(newVisit()));
    expect([wide.status, issues(wide)]).toEqual([412, ['error business-rule']]);
    const mistaken = await client.put(`Encounter?identifier=${other}`, encounter(newVisit()));
    expect(mistaken.status).toBe(409);
  });

  it('refuses a conditional update of another resource than the body is (R4 3.1.0.4.3)', async () => {
    const visit = newVisit();
    const query = `Encounter?identifier=urn:wardstream:fhir:domain:NGH|${visit}`;
    expect((await client.put(query, encounter(visit))).status).toBe(201);
    const otherId = await client.put(query, { ...encounter(visit), id: 'another' });
    expect([otherId.status, issues(otherId)]).toEqual([400, ['error invariant']]);
    const elsewhere = await client.put(
      `Encounter?identifier=urn:wardstream:fhir:domain:NGH|${newVisit()}`,
      encounter(visit),
    );
    expect([elsewhere.status, issues(elsewhere)]).toEqual([400, ['error invariant']]);
    expect((await client.put(query, encounter(visit))).status).toBe(200);
  });

  it('creates only what is not there', async () => {
    const visit = newVisit();
    const condition = { 'if-none-exist': `identifier=urn:wardstream:fhir:domain:NGH|${visit}` };
    const first = await client.post('Encounter', encounter(visit), condition);
    const second = await client.post('Encounter', encounter(visit, { status: 'finished' }), condition);
    expect([first.status, second.status, second.body]).toEqual([201, 200, first.body]);
    expect(await house.encounter(visit)).toMatchObject({ status: 'in-progress' });
  });
});

describe('what a client prefers', () => {
  it.each([
    ['return=minimal', undefined],
    ['return=OperationOutcome', 'OperationOutcome'],
    ['return=representation', 'Encounter'],
  ])('%s', async (prefer, expected) => {
    const { status, body } = await client.post('Encounter', encounter(newVisit()), { prefer });
    expect([status, body['resourceType']]).toEqual([201, expected]);
  });
});

describe('what is wrong', () => {
  it.each([
    ['no JSON', '{"resourceType": "Encounter",', 400, ['error structure']],
    ['no object', '[]', 400, ['error structure']],
    ['another resource', { resourceType: 'Patient' }, 400, ['error structure']],
    ['a status that is none', { ...encounter('X'), status: 'here' }, 400, ['error code-invalid']],
    ['no class', { ...encounter('X'), class: undefined }, 400, ['error required']],
    ['a time that is none', { ...encounter('X'), period: { start: 'noon' } }, 400, ['error value']],
    ['a modifier extension', { ...encounter('X'), modifierExtension: [{ url: 'urn:x' }] }, 422, ['error extension']],
    ['no visit', { ...encounter('X'), identifier: [] }, 422, ['error required']],
    ['a visit with NUL in its number', encounter('X\u0000'), 400, ['error value']],
    ['a text with half a surrogate pair', encounter('X', { more: { text: { div: '\ud800' } } }), 400, ['error value']],
  ])('%s is refused', async (_, body, status, expected) => {
    const reply = await client.post('Encounter', body);
    expect([reply.status, issues(reply)]).toEqual([status, expected]);
    expect(JSON.stringify(reply.body)).not.toContain('noon');
  });

  it('needs a role that writes', async () => {
    const reply = await client.post(
      'Encounter',
      encounter('X'),
      {},
      { roles: ['bed-manager', 'auditor', 'operations-manager', 'department-staff'] },
    );
    expect([reply.status, issues(reply)]).toEqual([403, ['error forbidden']]);
  });

  it('a search or an id with NUL is refused, too', async () => {
    for (const path of ['Encounter?identifier=V%00', 'Encounter?_id=%00', 'Encounter/a%00', 'Patient/a%00']) {
      const reply = await client.get(path);
      expect([path, reply.status, reply.body['resourceType']]).toEqual([path, 400, 'OperationOutcome']);
    }
  });

  it('an id that is not that of the URL', async () => {
    const reply = await client.put('Encounter/a', { ...encounter('X'), id: 'b' });
    expect([reply.status, issues(reply)]).toEqual([400, ['error invariant']]);
  });
});

describe('what cannot be placed', () => {
  it('of a bed that is not known is kept with a warning, listed, and placed by itself', async () => {
    const visit = newVisit();
    const reply = await client.post('Encounter', encounter(visit, { places: [['4A-9', '10:00']] }));
    expect([reply.status, issues(reply)]).toEqual([201, ['warning not-found']]);
    const again = await client.put(`Encounter?identifier=${visit}`, encounter(visit, { places: [['4A-9', '10:00']] }));
    expect([again.status, issues(again)]).toEqual([200, ['warning not-found']]);
    const listed = (await house.call('GET', 'messages?disposition=unplaced')).body['items'] as {
      unknownPlace: unknown;
    }[];
    expect(listed[0]).toMatchObject({ format: 'fhir', unknownPlace: { bed: '4A-9' } });
    const grown = { id: '4A-9', unit: '4A', room: '4A-R1', bed: '9', staffed: true, surge: false, attributes: [] };
    await house.configure({ ...smallHouse, version: 2, beds: [...smallHouse.beds, grown] });
    await eventually(async () => expect(await house.encounter(visit)).toMatchObject({ location: { bedId: '4A-9' } }));
  });

  it('of a facility that is not known is kept with a warning, and is there once it is configured', async () => {
    const elsewhere = (told: Told): Record<string, unknown> => ({
      ...encounter('E1', told),
      id: 'e1',
      serviceProvider: { display: 'Eastgate', identifier: { value: 'EGH' } },
      location: [
        { location: { reference: 'Location/EGH.bed.4A-1' }, status: 'active', period: { start: at('10:00') } },
      ],
    });
    const created = await client.put('Encounter/e1', elsewhere({}));
    expect([created.status, issues(created)]).toEqual([201, ['warning not-found']]);
    expect((await client.get('Encounter/e1')).status).toBe(404);
    await house.configure({ ...smallHouse, id: 'EGH', aliases: [], name: 'Eastgate', version: 1 });
    await eventually(async () => expect((await client.get('Encounter/e1')).status).toBe(200));
    expect(await house.encounter('E1', 'EGH')).toMatchObject({ location: { bedId: '4A-1' } });
    const over = { ...elsewhere({ status: 'finished', to: '12:00' }), location: [] };
    expect(await client.put('Encounter/e1', over)).toMatchObject({
      status: 200,
      body: { id: 'e1', status: 'finished' },
    });
    expect(await house.encounter('E1', 'EGH')).toMatchObject({ status: 'discharged', location: null, conflicts: [] });
  });
});

describe('a search', () => {
  const ids = async (query: string): Promise<string[]> => {
    const { status, body } = await client.get(`Encounter?${query}`);
    expect(status).toBe(200);
    return ((body['entry'] ?? []) as { resource: { identifier: { value: string }[] } }[]).map(
      (e) => e.resource.identifier[0]!.value,
    );
  };
  beforeAll(async () => {
    await sender.send(admitted('S1', '1', '0800'));
    await client.post('Encounter', encounter('S2', { class: 'EMER', from: '09:00', places: [['ED-1', '09:00']] }));
    await client.post(
      'Encounter',
      encounter('S3', { status: 'finished', from: '06:00', to: '07:00', places: [['4B-1', '06:00', '07:00']] }),
    );
    await client.post('Encounter', encounter('S4', { status: 'planned', from: '23:00', places: [] }));
    await house.drained();
  });

  it.each([
    ['identifier=S1', ['S1']],
    ['identifier=urn:wardstream:fhir:domain:NGH|S1', ['S1']],
    ['identifier=urn:other|S1', []],
    ['identifier=|S1', []],
    ['identifier=S1,S2', ['S1', 'S2']],
    ['status=finished&identifier=S1,S2,S3', ['S3']],
    ['status=arrived', []],
    ['class=EMER&identifier=S1,S2,S3', ['S2']],
    ['class=http://terminology.hl7.org/CodeSystem/v3-ActCode|IMP&identifier=S1,S2,S3', ['S1', 'S3']],
    ['date=ge2026-03-01T06:30:00Z&date=lt2026-03-01T06:45:00Z&identifier=S1,S2,S3', ['S3']],
    ['date=gt2026-03-01T07:00:00Z&identifier=S1,S2,S3', ['S1', 'S2']],
    ['date=sa2026-03-01T22:00:00Z&identifier=S1,S2,S3,S4', ['S4']],
    ['location=NGH.ward.4B&identifier=S1,S2,S3', ['S3']],
    ['location=Location/NGH.bed.ED-1&identifier=S1,S2,S3', ['S2']],
    ['location=NGH.site&identifier=S1,S2,S3', ['S1', 'S2', 'S3']],
    ['location=nowhere', []],
    [`patient=${patientIdOf('NGH', { number: 'MS1', domain: 'NGH' })}`, ['S1']],
  ])('%s', async (query, expected) => {
    expect((await ids(query)).sort()).toEqual(expected);
  });

  it('is answered in pages that end', async () => {
    const all: string[] = [];
    let query: string | undefined = 'Encounter?_count=3&_total=accurate';
    let pages = 0;
    let total = 0;
    while (query !== undefined) {
      const { body } = await client.get(query);
      const entries = (body['entry'] ?? []) as { resource: { id: string } }[];
      expect(entries.length).toBeLessThanOrEqual(3);
      all.push(...entries.map((e) => e.resource.id));
      total = body['total'] as number;
      pages += 1;
      const next = (body['link'] as { relation: string; url: string }[]).find((l) => l.relation === 'next');
      query = next?.url.replace('http://wardstream.test/fhir/R4/', '');
    }
    expect(pages).toBeGreaterThan(3);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(total);
    expect((await client.get('Encounter?_summary=count')).body).toMatchObject({ total });
    expect((await client.get('Encounter?_count=0')).body['entry']).toBeUndefined();
  });

  it('by what is not known is refused, or passed over if the client prefers', async () => {
    const strict = await client.get('Encounter?colour=red');
    expect([strict.status, issues(strict)]).toEqual([400, ['error not-supported']]);
    const lenient = await client.get('Encounter?colour=red&identifier=S1', { headers: { prefer: 'handling=lenient' } });
    expect(lenient.body['entry'].map((e: { search: { mode: string } }) => e.search.mode)).toEqual(['match', 'outcome']);
  });

  it('may be sent as a form', async () => {
    const { status, body } = await client.post('Encounter/_search', 'identifier=S2', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([status, body['entry'].length]).toEqual([200, 1]);
  });
});
