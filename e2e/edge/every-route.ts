import { Agent, request } from 'node:http';
import { expect } from '@jest/globals';
import type { House } from '@wardstream/product-under-test';

const safeHeaders = {
  'cache-control': /^no-store/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'content-security-policy': /frame-ancestors 'none'/,
};

export interface Heard {
  readonly status: number;
  readonly code: string;
  /** What is wrong with its headers. */
  readonly faults: readonly string[];
  readonly body: string;
}

/** How one route is asked: with which path parameters, headers and length of a body, of which nothing is sent. */
export interface Asked {
  readonly parameter?: (name: string) => string;
  readonly token?: string;
  readonly length?: number;
  readonly headers?: Record<string, string>;
}

/** Asks routes of a product by their heads alone: what is decided there changes nothing. */
export class RouteCalls {
  private readonly agent = new Agent({ maxSockets: 32 });

  constructor(private readonly of: { readonly house: House }) {}

  /** Sends the head of a request and none of its body, or `begun` of it, and hears the answer; of a stream its head. */
  ask(method: string, path: string, headers: Readonly<Record<string, string | number>>, begun = ''): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const sent = request(`${this.of.house.origin}${path}`, { agent: this.agent, method, headers }, (answer) => {
        let body = '';
        const done = (): void => {
          sent.destroy();
          const isJson = (answer.headers['content-type'] ?? '').includes('json') && body !== '';
          const code = codeOf(isJson ? JSON.parse(body) : {});
          resolve({ status: answer.statusCode!, code, faults: faultsOf(answer.rawHeaders), body });
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

  /** The routes that the product's OpenAPI describes. */
  async described(): Promise<string[]> {
    const { body } = await this.ask('GET', '/api/v1/openapi.json', {});
    const { paths } = JSON.parse(body) as { paths: Record<string, object> };
    const all = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(all.length).toBeGreaterThan(120);
    return all.sort();
  }

  /** Asks each of the routes that `of` says a way for, and gives what each answered. */
  async every(routes: readonly string[], of: (route: string) => Asked | null): Promise<Map<string, Heard>> {
    const asked = routes.flatMap((route) => {
      const how = of(route);
      if (how === null) return [];
      const { parameter = nobody, token, length, headers } = how;
      const [method = '', pattern = ''] = route.split(' ');
      const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameter(name)).replace('*', 'Nothing');
      const said = {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(method === 'GET' || length === undefined
          ? {}
          : { 'content-length': length, 'content-type': typeOf(pattern) }),
        ...headers,
      };
      return [this.ask(method, path, said).then((heard) => [route, heard] as const)];
    });
    return new Map(await Promise.all(asked));
  }
}

/** What each answered: status, code, and what is wrong with its headers. */
export function saidBy(heard: Map<string, Heard>): object {
  return Object.fromEntries(
    [...heard].map(([route, { status, code, faults }]) => [route, [status, code, ...faults].join(' ')]),
  );
}

/** The same answer of each. */
export function ofEach(heard: Map<string, Heard>, expected: (route: string) => string): object {
  return Object.fromEntries([...heard.keys()].map((route) => [route, expected(route)]));
}

/** A parameter of a path that names nothing there is. */
export const nobody = (name: string): string =>
  name === 'facility' ? 'NOPE' : /id$/i.test(name) ? '00000000-0000-4000-8000-000000000000' : 'none';

function typeOf(path: string): string {
  if (path.startsWith('/fhir/'))
    return path.endsWith('_search') ? 'application/x-www-form-urlencoded' : 'application/fhir+json';
  return path === '/api/v1/adt' ? 'application/hl7-v2' : 'application/json';
}

/** The code of a refusal, also where it is an OperationOutcome. */
export function codeOf(body: unknown): string {
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
