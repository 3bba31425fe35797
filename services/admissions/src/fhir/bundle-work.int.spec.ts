import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse } from '../testing/admissions-house.spec.js';
import { databaseWork } from '../testing/database-work.spec.js';
import { FhirClient } from '../testing/fhir-client.spec.js';

let house: AdmissionsHouse;
let client: FhirClient;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  client = new FhirClient(house);
});
afterAll(() => house?.remove());

/** What is asked of what FHIR wrote, or of a patient by an id; nothing asks that by the clock. */
const ofResources = (sql: string): boolean => /\b(fhir_visit|fhir_resource|fhir_number|patient_ref)\b/.test(sql);

const system = 'urn:wardstream:fhir:domain:NGH';
const ngh = { identifier: { value: 'NGH' } };

const patient = (number: string) => ({
  resourceType: 'Patient',
  identifier: [{ type: { coding: [{ code: 'MR' }] }, system, value: number }],
  managingOrganization: ngh,
  name: [{ family: 'Okafor', given: ['Ada'] }],
});
const encounter = (number: string, subject: string) => ({
  resourceType: 'Encounter',
  identifier: [{ system, value: number }],
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: subject },
  serviceProvider: ngh,
  period: { start: '2026-03-02T10:00:00Z' },
});

/** A transaction that creates so many patients and a visit of each. */
function bundleOf(count: number, name: string): unknown {
  const entries = Array.from({ length: count }, (_, i) => {
    const fullUrl = `urn:uuid:3f7e0001-0000-4000-8000-${String(i).padStart(12, '0')}`;
    const [person, visit] = [`${name}P${i}`, `${name}V${i}`];
    return [
      { fullUrl, resource: patient(person), request: { method: 'POST', url: 'Patient' } },
      { resource: encounter(visit, fullUrl), request: { method: 'POST', url: 'Encounter' } },
    ];
  });
  return { resourceType: 'Bundle', type: 'transaction', entry: entries.flat() };
}

describe('what a transaction asks of the database', () => {
  it('is as many statements for twenty patients with their visits as for two, also where they are written again', async () => {
    const asked: Record<string, number> = {};
    for (const [name, count] of [
      ['first', 1],
      ['two', 2],
      ['twenty', 20],
    ] as const) {
      for (const time of ['new', 'again']) {
        const work = await databaseWork(async () => {
          const reply = await client.post('', bundleOf(count, name));
          expect([reply.status, (reply.body['entry'] as unknown[]).length]).toEqual([200, 2 * count]);
        }, ofResources);
        asked[`${name} ${time}`] = work.statements;
      }
    }
    const { 'two new': fresh, 'two again': again } = asked;
    expect(fresh).toBeGreaterThan(0);
    expect(asked).toMatchObject({ 'twenty new': fresh, 'twenty again': again });
    for (const i of [0, 7, 19])
      expect(await house.encounter(`twentyV${i}`)).toMatchObject({
        status: 'in-progress',
        patient: { id: `twentyP${i}` },
      });
  });
});
