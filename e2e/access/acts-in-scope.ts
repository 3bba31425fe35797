import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '@wardstream/access';
import { issueToken, roles } from '@wardstream/service-kit';
import type { Command, Prepared } from '../commands/command.js';
import { type Answered, CMD, type CommandHouse, everybodysRoles } from '../commands/command-house.js';
import { eventually } from '@wardstream/testing';
import { codeOf } from '../edge/every-route.js';
import { keepsToFacilities, listedRoutes, rolesOf } from './route-table.js';

/** Their work is that of their own units. */
const ofUnits: readonly Role[] = ['ward-nurse', 'charge-nurse', 'department-staff', 'housekeeper'];
/** What is of nobody's facility. */
const ofNoFacility: ReadonlySet<string> = new Set(['POST /api/v1/session', 'POST /api/v1/session/sign-out']);
/** Patients are looked for in the whole facility; each search is recorded. */
const SEARCH = 'POST /api/v1/facilities/{facility}/patients/search';
/** The unit in which nothing is that the commands are about, and those in which they are. */
const ELSEWHERE = 'CMD/A8';
const inTheirs = ['CMD/U', 'CMD/S', ...Array.from({ length: 8 }, (_, i) => `CMD/A${i}`)];

interface Scope {
  readonly facilities?: readonly string[];
  readonly units?: readonly string[];
}

/**
 * Every command about something that there is, by every role: refused to whoever is for another facility or another unit, and taken from who
 * is for this one. What a path alone does not tell is decided here by the services, once they know whose it is.
 */
export function actsInScope(house: CommandHouse, table: readonly Command[]): void {
  const trust = () => ({ secret: house.house.secret, issuer: 'wardstream', audience: 'wardstream' });
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (role: Role, { facilities, units }: Scope): Promise<string> => {
    const key = JSON.stringify([role, facilities, units]);
    // What was prepared is theirs, as a subscription is whose system made it.
    const user = {
      subject: `e2e:${everybodysRoles.join('+')}`,
      roles: [role],
      facilities: facilities ?? null,
      units: units ?? null,
    };
    const made = tokens.get(key) ?? issueToken(trust(), user, 3_600);
    tokens.set(key, made);
    return made;
  };
  const send = async (command: Command, { call }: Prepared, role: Role, scope: Scope): Promise<Answered> =>
    house.call({
      ...{ method: command.route.split(' ')[0]!, ...call },
      headers: { ...call.headers, authorization: `Bearer ${await tokenOf(role, scope)}` },
    });
  const rows = table.map((command) => ({ ...command, name: command.as ?? command.route }));
  const prepared = new Map<string, Prepared>();

  describe('a command about something that there is', () => {
    beforeAll(async () => {
      await Promise.all(rows.map(async (row) => prepared.set(row.name, await row.prepare(house))));
    }, 120_000);

    it.each(rows)('$name: is refused to other facilities, units and roles, and taken from their own', async (row) => {
      const of = prepared.get(row.name)!;
      const isOfNone = ofNoFacility.has(row.route);
      const isOfNoUnit = isOfNone || row.route === SEARCH;
      const may = rolesOf(row.route);
      const unlike = async (role: Role, scope: Scope, expected: string): Promise<unknown[]> => {
        const answered = await send(row, of, role, scope);
        const got = expected === 'open' && answered.status < 400 ? 'open' : saidBy(answered);
        return got === expected ? [] : [{ role, scope, expected, got }];
      };
      const refusals = roles.flatMap((role) => {
        const there = { facilities: ['ELSEWHERE'] };
        if (!may.includes(role))
          return [there, { units: inTheirs }].map((scope) => unlike(role, scope, '403 role-missing'));
        const inAnother = isOfNoUnit ? 'open' : '403 unit-not-allowed';
        return [
          unlike(role, there, isOfNone ? 'open' : '403 facility-not-allowed'),
          ...(ofUnits.includes(role) ? [[ELSEWHERE], []].map((units) => unlike(role, { units }, inAnother)) : []),
        ];
      });
      expect((await Promise.all(refusals)).flat()).toEqual([]);
      const first = may.find((role) => ofUnits.includes(role)) ?? may[0]!;
      expect([first, saidBy(await send(row, of, first, { units: inTheirs }))]).toEqual([first, row.first]);
    });

    it('has a row for every route that changes something', () => {
      const listed = listedRoutes.filter((route) => rolesOf(route).length > 0 && !/^GET |\*$|search$/.test(route));
      const inTable = new Set(rows.map(({ route }) => route));
      expect(listed.filter((route) => !inTable.has(route))).toEqual([]);
    });
  });

  describe('what is read of several facilities, or found by its id', () => {
    it('is of the own facilities alone', async () => {
      const [bed, visit] = [house.newBed(), house.newVisit()];
      await house.admit(bed, visit);
      const encounter = (await house.encounter(visit)) as { id: string };
      const fhir = await house.call({ method: 'GET', path: `/fhir/R4/Encounter/${encounter.id}` });
      const { subject } = fhir.body as { subject: { reference: string } };
      const alert = await house.oneOf('/api/v1/alerts?facility=CMD&limit=1000', () => true);
      const found: Readonly<Record<string, string>> = {
        '/api/v1/alerts/{id}': alert.id,
        '/api/v1/encounters/{id}': encounter.id,
        '/fhir/R4/Encounter/{id}': encounter.id,
        '/fhir/R4/Patient/{id}': subject.reference.replace('Patient/', ''),
        '/fhir/R4/Location/{id}': `CMD.bed.${bed}`,
      };
      const unasked = /\/_history\/|\*$|^GET \/fhir\/R4$|\/me$|\/audit\/|AuditEvent$/;
      const reads = listedRoutes.filter((r) => r.startsWith('GET ') && keepsToFacilities(r) && !unasked.test(r));
      for (const route of reads) {
        const path = route.slice('GET '.length);
        const isThing = path.includes('{');
        const of = isThing ? path.replace('{id}', found[path] ?? 'none') : path;
        const role = rolesOf(route).find((one) => one !== 'department-system')!;
        const answers = await Promise.all(
          ['CMD', 'ELSEWHERE'].map(async (facility) => {
            const headers = { authorization: `Bearer ${await tokenOf(role, { facilities: [facility] })}` };
            return house.call({ method: 'GET', path: of, headers });
          }),
        );
        const seen = answers.map((answered) => [
          ...[saidBy(answered), isThing || JSON.stringify(answered.json).includes('CMD')],
        ]);
        expect([route, seen]).toEqual([
          route,
          [['200', true], isThing ? ['403 facility-not-allowed', true] : ['200', false]],
        ]);
      }
      expect(
        reads
          .filter((route) => route.includes('{'))
          .map((route) => route.slice(4))
          .sort(),
      ).toEqual(Object.keys(found).sort());
    });

    it('is told of the audit for the own facilities, and asked of no other', async () => {
      const authorization = `Bearer ${await tokenOf('auditor', { facilities: ['ELSEWHERE'] })}`;
      const ask = (path: string) => house.call({ method: 'GET', path, headers: { authorization } });
      for (const path of ['/api/v1/audit', '/api/v1/audit/heads'])
        expect([path, JSON.stringify((await ask(path)).json).includes('CMD')]).toEqual([path, false]);
      for (const path of [
        '/api/v1/audit?facility=CMD',
        '/api/v1/audit/export?facility=CMD',
        '/api/v1/audit?facility=-',
      ])
        expect([path, (await ask(path)).status]).toEqual([path, 403]);
    });
  });

  describe('a patient who is in no unit', () => {
    it('is looked after by the units of the facility, and by none of another', async () => {
      const visit = house.newVisit();
      await house.send('A05', { visit, at: '', class: 'P' });
      await eventually(async () => expect((await house.encounter(visit))['location']).toBeNull());
      const ask = (units: readonly string[]) =>
        tokenOf('ward-nurse', { units }).then((token) =>
          house.call({
            ...{ method: 'POST', path: `${CMD}/bed-requests`, headers: { authorization: `Bearer ${token}` } },
            body: { visitNumber: visit, source: 'Direct', toUnit: 'U' },
          }),
        );
      expect([saidBy(await ask([])), saidBy(await ask(['SGH/U']))]).toEqual(Array(2).fill('403 unit-not-allowed'));
      expect((await ask(['CMD/A8'])).said).toBe('201');
    });
  });
}

const saidBy = ({ status, json }: Answered): string =>
  status < 400 ? String(status) : `${status} ${codeOf((json ?? {}) as object)}`;
