import { Agent, request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { Client, type House } from '@wardstream/product-under-test';
import { issueToken, type Role, roles } from '@wardstream/service-kit';

/** Open to anybody: they tell of nobody, and a client reads them before it can know how to sign in. */
const open = [
  'GET /api/v1/events/asyncapi.json',
  'GET /api/v1/events/schema',
  'GET /api/v1/events/schema/{type}',
  'GET /fhir/R4/metadata',
];
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
/** What tells of several facilities keeps to those of the caller; what is found by its id is refused once it is known whose it is. */
const keptToFacilities = [
  ...['POST /api/v1/session', 'POST /api/v1/session/sign-out'],
  ...['GET /api/v1/me', 'GET /api/v1/facilities', 'GET /api/v1/conflicts', 'GET /api/v1/alerts'],
  ...['GET /api/v1/alerts/{id}', 'POST /api/v1/alerts/{id}/acknowledge', 'GET /api/v1/encounters/{id}'],
  ...['', '/export', '/heads'].map((part) => `GET /api/v1/audit${part}`),
  'GET /fhir/R4/AuditEvent',
  ...['POST /api/v1/encounters/{id}/mother', 'POST /api/v1/encounters/{id}/mother/withdraw'],
  ...['bed', 'encounter'].flatMap((of) =>
    ['close', 'reopen'].map((what) => `POST /api/v1/${of}-conflicts/{id}/${what}`),
  ),
  ...['Encounter', 'Location'].flatMap((type) => [`GET /fhir/R4/${type}`, `POST /fhir/R4/${type}/_search`]),
  ...['Encounter', 'Location', 'Patient'].flatMap((type) =>
    ['', '/_history/{version}'].map((version) => `GET /fhir/R4/${type}/{id}${version}`),
  ),
];
const safeHeaders = {
  'cache-control': /^no-store/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'content-security-policy': /frame-ancestors 'none'/,
};

interface Heard {
  readonly status: number;
  readonly code: string;
  /** What is wrong with its headers. */
  readonly faults: readonly string[];
  readonly body: string;
}

/** Every route of the product's OpenAPI against what must hold for all of them. A new route is among them by itself. */
export function closedRoutes(of: { readonly house: House }): void {
  const agent = new Agent({ maxSockets: 32 });
  let client: Promise<Client> | undefined;
  const signedIn = (): Promise<Client> =>
    (client ??= Client.as(
      of.house,
      ...(['administrator', 'bed-manager', 'department-staff', 'operations-manager', 'department-system'] as const),
    ));

  /** Sends the head of a request and none of its body, or `begun` of it, and hears the answer; of a stream its head. */
  function ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | number>>,
    begun = '',
  ): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const sent = request(`${of.house.origin}${path}`, { agent, method, headers }, (answer) => {
        let body = '';
        const done = (): void => {
          sent.destroy();
          const said = (answer.headers['content-type'] ?? '').includes('json') && body !== '' ? JSON.parse(body) : {};
          resolve({ status: answer.statusCode!, code: codeOf(said), faults: faultsOf(answer.rawHeaders), body });
        };
        if (answer.headers['content-type']?.startsWith('text/event-stream')) return done();
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => (body += piece));
        answer.on('end', done);
      });
      sent.on('error', reject);
      if (begun !== '') sent.write(begun);
      else if (headers['content-length'] === undefined) sent.end();
      else sent.flushHeaders();
    });
  }

  async function routes(): Promise<string[]> {
    const { body } = await (await signedIn()).get<{ paths: Record<string, object> }>('/api/v1/openapi.json');
    const all = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(all.length).toBeGreaterThan(120);
    return all.sort();
  }

  /** Asks every route and gives what each answered; `of` says with which path parameters, headers and length of a body. */
  async function everyRoute(
    of: (route: string) => {
      readonly parameter?: (name: string) => string;
      readonly token?: string;
      readonly length?: number;
      readonly headers?: Record<string, string>;
    } | null,
  ): Promise<Map<string, Heard>> {
    const asked = (await routes()).flatMap((route) => {
      const how = of(route);
      if (how === null) return [];
      const { parameter = nobody, token, length, headers } = how;
      const [method = '', pattern = ''] = route.split(' ');
      const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameter(name));
      const said = {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(method === 'GET' || length === undefined
          ? {}
          : { 'content-length': length, 'content-type': typeOf(pattern) }),
        ...headers,
      };
      return [ask(method, path, said).then((heard) => [route, heard] as const)];
    });
    return new Map(await Promise.all(asked));
  }

  describe('every route of the API', () => {
    const tokenOf = (lifetimeSeconds: number, ...held: readonly Role[]): Promise<string> =>
      issued(held, lifetimeSeconds);
    const issued = (held: readonly Role[], seconds: number, facilities: readonly string[] | null = null) =>
      issueToken(
        { secret: of.house.secret, issuer: 'wardstream', audience: 'wardstream' },
        { subject: 'edge', roles: held, facilities },
        seconds,
      );
    const said = (heard: Map<string, Heard>): object =>
      Object.fromEntries(
        [...heard].map(([route, { status, code, faults }]) => [route, [status, code, ...faults].join(' ')]),
      );
    const all = (heard: Map<string, Heard>, expected: (route: string) => string): object =>
      Object.fromEntries([...heard.keys()].map((route) => [route, expected(route)]));

    it('asks for a token before it reads a body, and its answer is not kept, guessed at or framed', async () => {
      const heard = await everyRoute(() => ({ length: 1_000_000_000, parameter: () => 'movement.admitted' }));
      expect(said(heard)).toEqual(all(heard, (route) => (open.includes(route) ? '200 ' : '401 token-missing')));
    });

    it('takes no expired token, and none without its role', async () => {
      const [expired, roleless] = [await tokenOf(-60, 'bed-manager'), await tokenOf(60)];
      const closed = (route: string) => (open.includes(route) ? null : route);
      const refused = await everyRoute((route) => closed(route) && { token: expired, length: 1_000_000_000 });
      expect(said(refused)).toEqual(all(refused, () => '401 token-refused'));
      const missing = await everyRoute((route) => closed(route) && { token: roleless, length: 1_000_000_000 });
      expect(said(missing)).toEqual(all(missing, () => '403 role-missing'));
    });

    it('is closed to a token for other facilities, before it reads a body', async () => {
      const { body } = await (await signedIn()).get<{ facilities: { id: string }[] }>('/api/v1/me');
      const elsewhere = await issued(roles, 60, ['ELSEWHERE']);
      const theirs = (name: string): string => (name === 'facility' ? body.facilities[0]!.id : nobody(name));
      const heard = await everyRoute((route) =>
        open.includes(route) || keptToFacilities.includes(route)
          ? null
          : { token: elsewhere, length: 1_000_000_000, parameter: theirs },
      );
      expect(said(heard)).toEqual(all(heard, () => '403 facility-not-allowed'));
      const routesThere = await routes();
      expect(keptToFacilities.filter((route) => !routesThere.includes(route))).toEqual([]);
    });

    it('tells a token for some facilities of these alone', async () => {
      const everything = await signedIn();
      const facility = (await everything.get<{ facilities: { id: string }[] }>('/api/v1/me')).body.facilities[0]!.id;
      const { body: beds } = await everything.get<{ items: { occupants: { encounterId: string }[] }[] }>(
        `/api/v1/facilities/${facility}/beds`,
      );
      const { body: alerts } = await everything.get<{ items: { id: string; facility: string }[] }>('/api/v1/alerts');
      const encounter = beds.items.flatMap(({ occupants }) => occupants)[0]?.encounterId;
      const alert = alerts.items.find((a) => a.facility === facility)?.id;
      const things = [
        ...(encounter === undefined ? [] : [`/api/v1/encounters/${encounter}`, `/fhir/R4/Encounter/${encounter}`]),
        ...(alert === undefined ? [] : [`/api/v1/alerts/${alert}`]),
        `/api/v1/facilities/${facility}/occupancy`,
        `/api/v1/conflicts?facility=${facility}`,
        `/api/v1/alerts?facility=${facility}`,
      ];
      const lists = [
        '/api/v1/facilities',
        '/api/v1/alerts',
        '/api/v1/conflicts',
        '/fhir/R4/Location',
        '/fhir/R4/Encounter',
      ];
      const countOf = (body_: string): number => {
        const { items, entry } = JSON.parse(body_) as { items?: unknown[]; entry?: unknown[] };
        return (items ?? entry ?? []).length;
      };
      const asked = async (facilities: readonly string[]) => {
        const authorization = `Bearer ${await issued(roles, 60, facilities)}`;
        const get = (path: string) => ask('GET', path, { authorization });
        const listed = await Promise.all(lists.map(get));
        return {
          things: await Promise.all(things.map(async (path) => [path, (await get(path)).status])),
          lists: listed.map(({ status, body }, i) => [lists[i], status, countOf(body) > 0]),
        };
      };
      const own = await asked([facility]);
      const other = await asked(['ELSEWHERE']);
      expect(own.things).toEqual(things.map((path) => [path, 200]));
      expect(other.things).toEqual(things.map((path) => [path, 403]));
      expect(own.lists.map(([path, status]) => [path, status])).toEqual(lists.map((path) => [path, 200]));
      expect(own.lists[0]).toEqual(['/api/v1/facilities', 200, true]);
      expect(other.lists).toEqual(lists.map((path) => [path, 200, false]));
    });

    it('reads no body beyond its limit', async () => {
      const { token } = await signedIn();
      const heard = await everyRoute((route) =>
        route.startsWith('GET ') ? null : { token: token!, length: (larger[route] ?? 64 * KIB) + 1 },
      );
      expect(said(heard)).toEqual(all(heard, () => '413 too-large'));
      const routesThere = await routes();
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
      expect(said(heard)).toEqual(all(heard, () => '400 url-malformed'));
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

const nobody = (name: string): string =>
  name === 'facility' ? 'NOPE' : /id$/i.test(name) ? '00000000-0000-4000-8000-000000000000' : 'none';

function typeOf(path: string): string {
  if (path.startsWith('/fhir/'))
    return path.endsWith('_search') ? 'application/x-www-form-urlencoded' : 'application/fhir+json';
  return path === '/api/v1/adt' ? 'application/hl7-v2' : 'application/json';
}

function codeOf(body: unknown): string {
  const { code, issue } = body as {
    code?: string;
    issue?: { details?: { coding?: { code: string }[] }; code: string }[];
  };
  return typeof code === 'string' ? code : (issue?.[0]?.details?.coding?.[0]?.code ?? issue?.[0]?.code ?? '');
}

/** Headers that are missing, or there twice. */
function faultsOf(rawHeaders: readonly string[]): string[] {
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const twice = names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name} twice`);
  const missing = Object.entries(safeHeaders).flatMap(([name, value]) =>
    value.test(rawHeaders[names.indexOf(name) * 2 + 1] ?? '') ? [] : [`${name} missing`],
  );
  return [...twice, ...missing];
}

function isEmpty(body: string): boolean {
  const { items } = JSON.parse(body || '{}') as { items?: unknown[] };
  return Array.isArray(items) && items.length === 0;
}
