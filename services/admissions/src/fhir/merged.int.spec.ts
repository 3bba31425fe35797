import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { encounterIdOf, patientIdOf } from '@wardstream/encounter-model';
import { AdmissionsHouse } from '../testing/admissions-house.spec.js';
import { FhirClient, issues } from '../testing/fhir-client.spec.js';

let house: AdmissionsHouse;
let client: FhirClient;

const message = (trigger: string, visit: string, bed: string, more: readonly string[] = []): string =>
  [
    `MSH|^~\\&|ADT1|NGH|W|NGH|20260301100000+0000||ADT^${trigger}|${trigger}${visit}|P|2.5.1`,
    `EVN|${trigger}|20260301100000+0000`,
    `PID|1||M${visit}^^^NGH^MR||Doe^Jane||19600101|F`,
    ...more,
    `PV1|1|I|4A^^${bed}||||||||||||||||${visit}^^^NGH^VN`,
  ].join('\r');
const visitId = (number: string): string => encounterIdOf('NGH', { number, domain: 'NGH' });
const patientId = (number: string): string => patientIdOf('NGH', { number, domain: 'NGH' });

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  client = new FhirClient(house, { roles: ['department-system'] });
  const sender = await house.sender();
  await sender.send(message('A01', 'V1', '1'));
  await sender.send(message('A01', 'V2', '2'));
  await sender.send(message('A42', 'V2', '2', ['MRG|MV1^^^NGH^MR||||V1^^^NGH^VN']));
  await sender.send(message('A01', 'V3', '3'));
  await sender.send(message('A40', 'V4', '', ['MRG|MV3^^^NGH^MR']).replace(/\rPV1.*/, ''));
  await house.drained();
});
afterAll(() => house?.remove());

describe('of visits that were merged', () => {
  it('the one that was given up tells which one goes on', async () => {
    const { status, body } = await client.get(`Encounter/${visitId('V1')}`);
    expect([status, body['status']]).toEqual([200, 'cancelled']);
    expect(body['extension']).toEqual([
      { url: 'urn:wardstream:fhir:merged-into', valueReference: { reference: `Encounter/${visitId('V2')}` } },
    ]);
    expect((await client.get(`Encounter/${visitId('V2')}`)).body).not.toHaveProperty('extension');
  });

  it('what is written under the number that was given up goes to the one that goes on', async () => {
    const [found, condition] = [await client.get('Encounter?identifier=V1'), 'Encounter?identifier=V1'];
    const { versionId } = found.body['entry'][0].resource.meta as { versionId: string };
    const encounter = {
      resourceType: 'Encounter',
      identifier: [{ system: 'urn:wardstream:fhir:domain:NGH', value: 'V1' }],
      ...{ status: 'in-progress', class: { code: 'IMP' }, serviceProvider: { identifier: { value: 'NGH' } } },
      location: [{ location: { reference: 'Location/NGH.bed.4A-3' }, period: { start: '2026-03-01T14:00:00Z' } }],
    };
    const stale = await client.put(condition, encounter, { 'if-match': 'W/"99"' });
    expect([stale.status, issues(stale)]).toEqual([412, ['error conflict']]);
    const written = await client.put(condition, encounter, { 'if-match': `W/"${versionId}"` });
    expect(written).toMatchObject({ status: 200, body: { id: visitId('V2'), identifier: [{ value: 'V2' }] } });
    expect(await house.encounter('V2')).toMatchObject({ location: { bedId: '4A-3' } });
    const moved = {
      ...encounter,
      location: [{ location: { reference: 'Location/NGH.bed.4A-4' }, period: { start: '2026-03-01T15:00:00Z' } }],
    };
    const entry = [{ request: { method: 'PUT', url: condition }, resource: moved }];
    expect((await client.post('', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(200);
    expect(await house.encounter('V2')).toMatchObject({ location: { bedId: '4A-4' } });
  });

  it('another number is another visit, all the same', async () => {
    const other = {
      resourceType: 'Encounter',
      identifier: [{ value: 'V9' }],
      status: 'in-progress',
      class: { code: 'IMP' },
    };
    const reply = await client.put('Encounter?identifier=V1', other);
    expect([reply.status, issues(reply)]).toEqual([409, ['error business-rule']]);
  });
});

describe('of patients who were merged', () => {
  it('the one who goes by another number now tells by which, and their visits are found', async () => {
    const { status, body } = await client.get(`Patient/${patientId('MV3')}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      active: false,
      link: [{ other: { reference: `Patient/${patientId('MV4')}` }, type: 'replaced-by' }],
    });
    expect(body['identifier']).toMatchObject([{ value: 'MV3' }]);
    const found = await client.get(`Encounter?patient=${patientId('MV3')}`);
    expect(found.body['entry']).toMatchObject([{ resource: { id: visitId('V3') } }]);
    expect((await client.get(`Patient/${patientId('MV4')}`)).body).not.toHaveProperty('link');
    const told = {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:wardstream:fhir:domain:NGH', value: 'MV3' }],
      ...{ gender: 'other', managingOrganization: { identifier: { value: 'NGH' } } },
    };
    expect((await client.put('Patient?identifier=MV3', told)).status).toBe(200);
    expect((await client.get(`Patient/${patientId('MV4')}`)).body).toMatchObject({ gender: 'other' });
  });
});
