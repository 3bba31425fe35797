import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systems } from '@wardstream/fhir';
import { outcomeOfProblem, problem } from '@wardstream/service-kit';
import { AdmissionsHouse } from '../testing/admissions-house.spec.js';
import { FhirClient, issues } from '../testing/fhir-client.spec.js';

let house: AdmissionsHouse;
let client: FhirClient;

beforeAll(async () => {
  house = await AdmissionsHouse.start({ WARDSTREAM_TRUSTED_PROXIES: 'loopback' });
  client = new FhirClient(house);
});
afterAll(() => house?.remove());

describe('/fhir/R4', () => {
  it('says what it can to anyone, and it is R4', async () => {
    const reply = await client.get('metadata', { token: null });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        resourceType: 'CapabilityStatement',
        fhirVersion: '4.0.1',
        implementation: { url: 'http://wardstream.test/fhir/R4' },
      },
    });
    const types = (reply.body['rest'] as { resource: { type: string }[] }[])[0]!.resource.map((r) => r.type);
    expect(types).toEqual(['Encounter', 'Location', 'Patient', 'Subscription']);
  });

  it('names the origin that the client asked, by whom a proxy of ours says that', async () => {
    const { body } = await client.get('metadata', {
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'flow.example' },
    });
    expect(body['implementation']).toMatchObject({ url: 'https://flow.example/fhir/R4' });
  });

  it.each([
    ['no token', 'GET', 'Encounter', { token: null }, 401, ['error login']],
    ['a token that is none', 'GET', 'Encounter', { token: 'abc' }, 401, ['error login']],
    ['a type that is not served', 'GET', 'Observation/1', {}, 404, ['error not-supported']],
    ['an interaction that is not served', 'DELETE', 'Encounter/1', {}, 405, ['error not-supported']],
    ['a search of everything', 'GET', '', {}, 405, ['error not-supported']],
    ['XML wanted', 'GET', 'metadata', { headers: { accept: 'application/fhir+xml' } }, 406, ['error not-supported']],
    ['XML wanted by _format', 'GET', 'metadata?_format=xml', {}, 406, ['error not-supported']],
    [
      'XML sent',
      'POST',
      'Encounter',
      { body: '<a/>', headers: { 'content-type': 'application/fhir+xml' } },
      415,
      ['error not-supported'],
    ],
    [
      'another character set',
      'POST',
      'Encounter',
      { body: '{}', headers: { 'content-type': 'application/json; charset=latin1' } },
      415,
      ['error not-supported'],
    ],
    ['a path that is none', 'GET', 'Encounter/%zz', {}, 400, ['error invalid']],
    ['a body too large', 'POST', 'Encounter', { body: Buffer.alloc(17 * 1024 * 1024, 32) }, 413, ['error too-costly']],
  ] as const)('answers %s by an OperationOutcome', async (_, method, path, sending, status, expected) => {
    const reply = await client.send(method, path, sending);
    expect([reply.status, issues(reply)]).toEqual([status, expected]);
  });

  it.each(['json', 'application/fhir+json', 'application%2Ffhir%2Bjson', 'application/json'])(
    'speaks JSON under the name %s',
    async (format) => {
      expect((await client.get(`metadata?_format=${format}`)).status).toBe(200);
      expect((await client.get('metadata', { headers: { accept: decodeURIComponent(format) } })).status).toBe(
        format === 'json' ? 406 : 200,
      );
    },
  );

  it('names the code of a refusal as the rest of FHIR does', () => {
    const { issue } = outcomeOfProblem(problem(404, 'not-found', ''));
    expect(issue[0]!.details.coding).toEqual([{ system: systems.refusal, code: 'not-found' }]);
  });

  it('answers what is not FHIR as before', async () => {
    const { status, type } = await house.call('GET', 'encounters/nothing');
    expect([status, type.split(';')[0]]).toEqual([400, 'application/problem+json']);
  });
});
