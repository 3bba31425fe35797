import { describe, expect, it } from '@jest/globals';
import { Client, type House } from '@wardstream/product-under-test';
import { nobody, ofEach, RouteCalls, saidBy } from './every-route.js';

const KIB = 1024;
/** Bodies that may be larger than a command's. */
const larger: Readonly<Record<string, number>> = {
  ...{ 'POST /api/v1/adt': 16_384 * KIB, 'POST /api/v1/events': 16_384 * KIB },
  ...{ 'POST /fhir/R4': 16_384 * KIB, 'POST /fhir/R4/$process-message': 16_384 * KIB },
  'POST /api/v1/quarantine/{id}/replay': 16_384 * KIB,
  ...Object.fromEntries(
    ['Encounter', 'Patient', 'Location'].flatMap((type) =>
      [`POST /fhir/R4/${type}`, `PUT /fhir/R4/${type}`, `PUT /fhir/R4/${type}/{id}`].map((r) => [r, 1_024 * KIB]),
    ),
  ),
};

/** How every route of the product's OpenAPI answers, whoever asks: what it reads, what it says of itself, what is no route. */
export function edgeAnswers(of: { readonly house: House }): void {
  const calls = new RouteCalls(of);
  const ask: RouteCalls['ask'] = (...request) => calls.ask(...request);
  const everyRoute = async (how: Parameters<RouteCalls['every']>[1]) => calls.every(await calls.described(), how);
  let client: Promise<Client> | undefined;
  const signedIn = (): Promise<Client> =>
    (client ??= Client.as(
      of.house,
      ...(['administrator', 'bed-manager', 'department-staff', 'operations-manager', 'department-system'] as const),
    ));

  describe('every route of the API', () => {
    it('reads no body beyond its limit', async () => {
      const { token } = await signedIn();
      const heard = await everyRoute((route) =>
        route.startsWith('GET ') ? null : { token: token!, length: (larger[route] ?? 64 * KIB) + 1 },
      );
      expect(saidBy(heard)).toEqual(ofEach(heard, () => '413 too-large'));
      const routesThere = await calls.described();
      expect(Object.keys(larger).filter((route) => !routesThere.includes(route))).toEqual([]);
    });

    it('of a hospital that is none does nothing, and knows nothing', async () => {
      const { token } = await signedIn();
      // Some wait for what may be new; suites of their own wait with them.
      const asked = (route: string) =>
        route.includes('{facility}') && !/\/(board|stream)$|bed-requests\/\{id\}/.test(route);
      const heard = await everyRoute((route) => (asked(route) ? { token: token! } : null));
      // A command is refused for what it does not say before anybody looks for its hospital.
      const wrong = [...heard].filter(
        ([route, { status, body }]) => status !== 404 && !(route.startsWith('GET ') ? isEmpty(body) : status === 400),
      );
      expect(wrong.map(([route, { status, body }]) => [route, status, body.slice(0, 200)])).toEqual([]);
      expect([...heard.values()].flatMap(({ faults }) => faults)).toEqual([]);
    });

    it('says with every answer that it is not kept, guessed at or framed, once', async () => {
      const everybody = await signedIn();
      const { body } = await everybody.get<{ facilities: { id: string }[] }>('/api/v1/me');
      const own = (name: string): string => (name === 'facility' ? body.facilities[0]!.id : nobody(name));
      const heard = await everyRoute((route) =>
        route.startsWith('GET ') ? { token: everybody.token!, parameter: own } : null,
      );
      expect([...heard].filter(([, { faults }]) => faults.length > 0)).toEqual([]);
      expect([...heard.values()].filter(({ status }) => status === 200).length).toBeGreaterThan(25);
      expect([...heard].filter(([, { status }]) => status >= 500)).toEqual([]);
    });

    it('reads no chunks beyond the limit either', async () => {
      const { token } = await signedIn();
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      };
      const { status, code } = await ask('POST', '/api/v1/facilities/NOPE/beds/B/block', headers, ' '.repeat(65 * KIB));
      expect(`${status} ${code}`).toBe('413 too-large');
    });

    it('says of a path that is none that it is none', async () => {
      const heard = await everyRoute((route) => (route.includes('{') ? { parameter: () => '%zz' } : null));
      expect(saidBy(heard)).toEqual(ofEach(heard, () => '400 url-malformed'));
    });

    it('believes nobody who says whom he asks for', async () => {
      const forged = { 'x-forwarded-host': 'other.example', 'x-forwarded-proto': 'https', 'x-forwarded-for': '::1' };
      const answer = await ask('GET', '/fhir/R4/metadata', forged);
      expect(answer.body).toContain(`http://127.0.0.1:${of.house.httpPort}/fhir/R4`);
      expect(answer.body).not.toContain('other.example');
    });
  });

  describe('what is beside the API', () => {
    it.each(
      [
        ['GET', '/api/v1/nothing', '404 not-found'],
        ['POST', '/nothing', '404 not-found'],
        ['DELETE', '/api/v1/alerts', '404 not-found'],
        ['GET', '/fhir/R4/%zz', '400 url-malformed'],
        ['GET', '/metrics', '401 token-missing'],
        ['PROPFIND', '/api/v1/alerts', '405 method-not-allowed'],
        ['GET', `/api/v1/alerts?${'a'.repeat(9_000)}`, '414 url-too-long'],
        ['GET', '/health/live', '200 '],
        ['GET', '/api/v1/openapi.json', '200 '],
      ].map(([method, path, expected]) => [method, path!.slice(0, 40), expected, path]),
    )('%s %s: %s', async (method, _, expected, path) => {
      const { status, code, faults } = await ask(method!, path!, {});
      expect([`${status} ${code}`, faults]).toEqual([expected, []]);
    });

    it('is a page that nobody frames and that takes nothing from elsewhere', async () => {
      const { headers, status } = await (await Client.as(of.house)).get('/units/4A');
      expect(status).toBe(200);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('cache-control')).toBe('no-cache');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    });
  });

  describe('a thousand wrong tokens from one address', () => {
    it('are refused, told of in sum, and keep nobody out', async () => {
      const { token } = await signedIn();
      const statuses = new Map<number, number>();
      const guess = async (i: number): Promise<void> => {
        const { status } = await ask('GET', '/api/v1/alerts', { authorization: `Bearer guess-${i}` });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      };
      for (let i = 0; i < 1_000; i += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, k) => guess(i + k)));
        expect((await ask('GET', '/api/v1/alerts', { authorization: `Bearer ${token}` })).status).toBe(200);
      }
      expect([...statuses.keys()].sort()).toEqual([401, 429]);
      expect(statuses.get(429)).toBeGreaterThan(800);
      const fresh = await Client.as(of.house, 'auditor');
      expect((await fresh.get('/api/v1/alerts')).status).toBe(200);
      const admin = await Client.as(of.house, 'administrator');
      const { body } = await admin.get<string>('/metrics');
      expect(body).toMatch(/wardstream_tokens_refused_total\{as="limited"\} \d{3}/);
    });
  });
}

function isEmpty(body: string): boolean {
  const { items } = JSON.parse(body || '{}') as { items?: unknown[] };
  return Array.isArray(items) && items.length === 0;
}
