import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse } from '../testing/admissions-house.spec.js';
import { FhirClient, issues } from '../testing/fhir-client.spec.js';

// docs/encounter-rules.md no. 29: several Encounters of one visit are pieces of one stay.

let house: AdmissionsHouse;
let client: FhirClient;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  client = new FhirClient(house, { roles: ['department-system'] });
});
afterAll(() => house?.remove());

let visits = 0;
const newVisit = (): string => `PC${++visits}`;
const at = (time: string): string => `2026-03-01T${time}:00Z`;
const number = (value: string): object => ({ system: 'urn:wardstream:fhir:domain:NGH', value });

interface Told {
  readonly visit?: string;
  readonly id?: string;
  readonly class: string;
  readonly bed?: string;
  readonly from: string;
  readonly to?: string;
  readonly partOf?: object;
}

function piece({ visit, id, class: code, bed, from, to, partOf }: Told): Record<string, unknown> {
  const period = { start: at(from), ...(to && { end: at(to) }) };
  return {
    resourceType: 'Encounter',
    ...(id && { id }),
    ...(visit && { identifier: [number(visit)] }),
    status: to === undefined ? 'in-progress' : 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code },
    period,
    ...(partOf && { partOf }),
    ...(bed && { location: [{ location: { reference: `Location/NGH.bed.${bed}` }, period }] }),
    serviceProvider: { identifier: { value: 'NGH' } },
  };
}

const put = async (told: Told & { readonly id: string }): Promise<number> =>
  (await client.put(`Encounter/${told.id}`, piece(told))).status;

async function standing(visit: string): Promise<{ status: unknown; bed: unknown }> {
  const encounter = (await house.encounter(visit))!;
  return { status: encounter['status'], bed: (encounter['location'] as { bedId?: string } | null)?.bedId ?? null };
}

describe('Encounters that share a visit number', () => {
  it('one being finished ends its piece; the visit is over when none is open', async () => {
    const visit = newVisit();
    const ed = { id: `${visit}-ed`, visit, class: 'EMER', bed: 'ED-1', from: '08:00' };
    const ward = { id: `${visit}-ward`, visit, class: 'IMP', bed: '4A-1', from: '10:00' };
    expect([await put(ed), await put(ward), await put({ ...ed, to: '10:05' })]).toEqual([201, 201, 200]);
    expect(await standing(visit)).toEqual({ status: 'in-progress', bed: '4A-1' });
    expect(await put({ ...ward, to: '15:00' })).toBe(200);
    expect(await standing(visit)).toEqual({ status: 'discharged', bed: null });
    const read = await client.get(`Encounter/${ed.id}`);
    expect([read.status, read.body['status']]).toEqual([200, 'finished']);
  });

  it('written at the same time', async () => {
    const visit = newVisit();
    const ed = { id: `${visit}-ed`, visit, class: 'EMER', bed: 'ED-1', from: '08:00', to: '10:00' };
    const ward = { id: `${visit}-ward`, visit, class: 'IMP', bed: '4A-2', from: '10:00' };
    const statuses = await Promise.all([put(ed), put(ward), put(ward), put(ed)]);
    expect(statuses.every((status) => status < 300)).toBe(true);
    expect(await standing(visit)).toEqual({ status: 'in-progress', bed: '4A-2' });
  });
});

describe('an Encounter that is a part of another', () => {
  it.each([
    ['by its id', (whole: string): object => ({ reference: `Encounter/${whole}` })],
    ['by its identifier', (_: string, visit: string): object => ({ identifier: number(visit) })],
  ])('%s is of its visit, whatever number it has', async (_, partOf) => {
    const visit = newVisit();
    const whole = { id: `${visit}-all`, visit, class: 'IMP', from: '08:00' };
    const part = { id: `${visit}-part`, visit: `${visit}P`, class: 'IMP', bed: '4A-1', from: '09:00' };
    const link = { partOf: partOf(whole.id, visit) };
    expect([await put(whole), await put({ ...part, ...link })]).toEqual([201, 201]);
    expect(await standing(visit)).toEqual({ status: 'in-progress', bed: '4A-1' });
    expect(await house.encounter(`${visit}P`)).toMatchObject({ visitNumber: visit });
    expect(await put({ ...part, ...link, to: '11:00' })).toBe(200);
    expect((await standing(visit)).status).toBe('in-progress');
    expect(await put({ ...whole, to: '12:00' })).toBe(200);
    expect(await standing(visit)).toEqual({ status: 'discharged', bed: null });
  });

  it('that is created gets an id of its own, the same when it is sent again', async () => {
    const visit = newVisit();
    const whole = await client.post('Encounter', piece({ visit, class: 'IMP', from: '08:00' }));
    const wholeId = String(whole.body['id']);
    const part = piece({ class: 'IMP', bed: '4A-1', from: '09:00', partOf: { reference: `Encounter/${wholeId}` } });
    const [first, again] = [await client.post('Encounter', part), await client.post('Encounter', part)];
    expect([first.status, again.status]).toEqual([201, 200]);
    const idOf = ({ headers }: typeof first): string => /Encounter\/([^/]+)/.exec(String(headers['location']))![1]!;
    expect(idOf(again)).toBe(idOf(first));
    expect(idOf(first)).not.toBe(wholeId);
    const over = { ...piece({ id: idOf(first), class: 'IMP', bed: '4A-1', from: '09:00', to: '10:00' }) };
    expect((await client.put(`Encounter/${idOf(first)}`, over)).status).toBe(200);
    expect((await standing(visit)).status).toBe('in-progress');
  });

  it('of an entry of the same transaction', async () => {
    const visit = newVisit();
    const entry = (fullUrl: string, resource: object): object => ({
      ...{ fullUrl, resource },
      request: { method: 'POST', url: 'Encounter' },
    });
    const whole = 'urn:uuid:5b6f3c1e-0c39-4f5e-9a53-6b1f0d7a1001';
    const part = 'urn:uuid:5b6f3c1e-0c39-4f5e-9a53-6b1f0d7a1002';
    const over = { class: 'EMER', bed: 'ED-1', from: '08:00', to: '09:00', partOf: { reference: whole } };
    const reply = await client.post('', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        entry(whole, piece({ visit, class: 'IMP', bed: '4A-1', from: '08:30' })),
        entry(part, piece({ visit: `${visit}E`, ...over })),
      ],
    });
    expect(reply.status).toBe(200);
    expect(await standing(visit)).toEqual({ status: 'in-progress', bed: '4A-1' });
  });

  const inTransaction = (resource: object): Promise<unknown> =>
    client.post('', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ fullUrl: 'urn:uuid:1', resource, request: { method: 'POST', url: 'Encounter' } }],
    });
  const ofWhole = (visit: string): object => ({ reference: `Encounter/${visit}-all` });
  const own: readonly (readonly [how: string, tell: (visit: string, number: string) => Promise<unknown>])[] = [
    [
      'updated by its id',
      (visit, of) => put({ id: of, visit: of, class: 'IMP', bed: '4A-1', from: '09:00', partOf: ofWhole(visit) }),
    ],
    [
      'created',
      (visit, of) =>
        client.post('Encounter', piece({ visit: of, class: 'IMP', from: '09:00', partOf: ofWhole(visit) })),
    ],
    [
      'of the identifier of the whole, in a transaction',
      (visit, of) =>
        inTransaction(piece({ visit: of, class: 'IMP', from: '09:00', partOf: { identifier: number(visit) } })),
    ],
    [
      'no part, but one that has two identifiers',
      (visit, of) => {
        const told = piece({ id: `${visit}-two`, visit, class: 'IMP', from: '09:00' });
        const identifier = [{ ...number(visit), use: 'official' }, number(of)];
        return client.put(`Encounter/${visit}-two`, { ...told, identifier });
      },
    ],
  ];
  it.each(own)('%s finds its visit by its own identifier', async (_, tell) => {
    const visit = newVisit();
    const of = `${visit}OWN`;
    expect(await put({ id: `${visit}-all`, visit, class: 'IMP', from: '08:00' })).toBe(201);
    await tell(visit, of);
    const found = async (query: string): Promise<unknown[]> => {
      const { body } = await client.get(`Encounter?identifier=${query}`);
      return ((body['entry'] ?? []) as { resource: { identifier: { value: string }[] } }[]).map(
        ({ resource }) => resource.identifier[0]!.value,
      );
    };
    for (const query of [visit, of, `urn:wardstream:fhir:domain:NGH|${of}`])
      expect([query, await found(query)]).toEqual([query, [visit]]);
    expect(await found(`urn:of-another|${of}`)).toEqual([]);
    const { body } = await house.call('GET', `facilities/NGH/encounters?visitNumber=${of}`);
    expect(body['items']).toMatchObject([{ visitNumber: visit }]);
  });

  it('of one that nobody told of is refused', async () => {
    const told = { id: 'orphan', visit: newVisit(), class: 'IMP', from: '08:00' };
    const reply = await client.put('Encounter/orphan', piece({ ...told, partOf: { reference: 'Encounter/nobody' } }));
    expect([reply.status, issues(reply)]).toEqual([422, ['error not-found']]);
  });

  it('that was of another visit is refused', async () => {
    const [visit, other] = [newVisit(), newVisit()];
    const own = { id: `${visit}-own`, visit, class: 'IMP', from: '08:00' };
    const whole = { id: `${other}-all`, visit: other, class: 'IMP', from: '08:00' };
    expect([await put(own), await put(whole)]).toEqual([201, 201]);
    expect(await put({ ...own, partOf: { reference: `Encounter/${whole.id}` } })).toBe(409);
  });
});
