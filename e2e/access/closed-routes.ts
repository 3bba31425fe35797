import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { House } from '@wardstream/product-under-test';
import { issueToken, type Role, roles, routesOf } from '@wardstream/service-kit';
import { services } from '@wardstream/standalone/services';
import { type Heard, nobody, ofEach, RouteCalls, saidBy } from '../edge/every-route.js';
import { answerTo, isOpen, keepsToFacilities, listedRoutes, rolesOf } from './route-table.js';

const HUGE = 1_000_000_000;
/** As the services' own controllers say, so that a new route is among them by itself. */
const routes = services.flatMap((service) => routesOf(service)).sort();
/** Answered by the origin itself. */
const ofOrigin = ['GET /metrics'];

/**
 * Every route, stream and interaction of FHIR, with every role, of the own and of another facility, and with tokens that are none any more.
 * Only the heads of requests are sent: who may call a route is decided by them.
 */
export function closedRoutes(of: { readonly house: House }, facility: string): void {
  const calls = new RouteCalls(of);
  const trust = () => ({ secret: of.house.secret, issuer: 'wardstream', audience: 'wardstream' });
  const token = (held: readonly Role[], facilities: readonly string[] | null = null, seconds = 600) =>
    issueToken(trust(), { subject: 'access', roles: held, facilities }, seconds);
  const here = (name: string): string => (name === 'facility' ? facility : nobody(name));
  /** What has been let in goes on to read a body that is too large, or answers what it finds of nothing. */
  const letIn = ({ status, code }: Heard): string =>
    status === 401 || status === 403 || status >= 500 ? `${status} ${code}` : 'open';
  const closed = (route: string): boolean => !isOpen(route);

  describe('every route', () => {
    it('is in the table, and everything of the table is a route', async () => {
      expect([...listedRoutes].sort()).toEqual(routes);
      expect(new Set(listedRoutes).size).toBe(listedRoutes.length);
      expect((await calls.described()).filter((route) => !routes.includes(route))).toEqual([]);
      expect(routes.filter((route) => keepsToFacilities(route) && route.includes('{facility}'))).toEqual([]);
    });

    it.each(roles)('of role %s: is open where libs/access says so, and to no other facility', async (role) => {
      const other = 'ELSEWHERE';
      for (const facilities of [null, [facility], [other]]) {
        const by = { role, facilities };
        const sent = await token([role], facilities);
        // Of what they may not do anywhere it need not be told where.
        const asked = facilities === null ? routes : routes.filter((route) => rolesOf(route).includes(role));
        const heard = await calls.every(asked, () => ({ token: sent, length: HUGE, parameter: here }));
        const said = Object.fromEntries([...heard].map(([route, answer]) => [route, letIn(answer)]));
        const expected = Object.fromEntries(asked.map((route) => [route, answerTo(route, by, facility)]));
        expect([facilities, said]).toEqual([facilities, expected]);
      }
    });

    it('asks for a token before it reads a body', async () => {
      const heard = await calls.every([...routes, ...ofOrigin].filter(closed), () => ({ length: HUGE }));
      expect(saidBy(heard)).toEqual(ofEach(heard, () => '401 token-missing'));
      const anybody = await calls.every(routes.filter(isOpen), () => ({ parameter: () => 'movement.admitted' }));
      const turnedAway = [...anybody].filter(
        ([, { status, code }]) => code === 'token-missing' || status === 403 || status >= 500,
      );
      expect(turnedAway).toEqual([]);
    });

    it('takes no token that has expired, is for somebody else, was made elsewhere, or holds no role', async () => {
      const user = { subject: 'access', roles, facilities: null };
      const refused: Readonly<Record<string, string>> = {
        expired: await token(roles, null, -60),
        'for somebody else': await issueToken({ ...trust(), audience: 'another' }, user, 600),
        'of another issuer': await issueToken({ ...trust(), issuer: 'another' }, user, 600),
        'of another key': await issueToken({ ...trust(), secret: 'another secret of another house' }, user, 600),
        unsigned: unsigned(await token(roles)),
      };
      for (const [what, sent] of Object.entries(refused)) {
        const heard = await calls.every([...routes, ...ofOrigin].filter(closed), () => ({ token: sent, length: HUGE }));
        // Of those that were guessed only so many are told apart from each other.
        const wrong = [...heard].filter(
          ([, { status, code }]) => !/^(401 token-refused|429 too-many)/.test(`${status} ${code}`),
        );
        expect([what, wrong]).toEqual([what, []]);
      }
      const roleless = await token([]);
      const missing = await calls.every(routes.filter(closed), () => ({ token: roleless, length: HUGE }));
      expect(Object.values(saidBy(missing)).filter((said) => !/^403 role-missing/.test(said as string))).toEqual([]);
    });

    it('takes no session that was ended', async () => {
      const session = await of.house.sessionCookie(...roles);
      const headers = { cookie: `${session.name}=${session.value}`, 'x-wardstream-page': 'active' };
      const lasting = routes.filter((route) => closed(route) && !route.endsWith('/session/sign-out'));
      const alive = await calls.ask('GET', '/api/v1/me', headers);
      expect(alive.status).toBe(200);
      const ended = await calls.ask(
        'POST',
        '/api/v1/session/sign-out',
        { ...headers, 'content-length': 2, 'content-type': 'application/json' },
        '{}',
      );
      expect(ended.status).toBe(200);
      const heard = await calls.every(lasting, () => ({ headers, length: HUGE, parameter: here }));
      expect([...heard].filter(([, { status }]) => status !== 401)).toEqual([]);
    });
  });
}

/** The same claims under the algorithm `none`. */
function unsigned(token: string): string {
  const [, claims = ''] = token.split('.');
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
}
