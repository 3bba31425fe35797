import { describe, expect, it } from '@jest/globals';
import { acts } from '@wardstream/access';
import { eventually } from '@wardstream/testing';
import { expectToBe, type Paths, schemaOf } from '../contract/answers.js';
import { answersAsDescribed } from '../contract/reads.js';
import { edgeAnswers } from '../edge/edge-answers.js';
import type { Prepared } from './command.js';
import { type Answered, CommandHouse, everybodysRoles } from './command-house.js';
import { commandTable as table } from './command-table.js';
import { searches } from './fhir-commands.js';
import { expectEqual, expectNothingLeftBehind } from './operations-commands.js';

const AT_ONCE = 20;

/**
 * Every command of the product, sent once, twice in a row and twenty times at once: one is taken and each other is answered as a
 * repeat is, each as its description says, and what is kept is what one of them makes. A new route needs a row.
 */
describe('a command that is sent more than once', () => {
  const house = new CommandHouse();
  let paths: Paths;
  const kept: { readonly name: string; readonly states: readonly Prepared['state'][] }[] = [];

  it('has a row in the table, of every service', async () => {
    ({ paths } = (await house.everybody.get<{ paths: Paths }>('/api/v1/openapi.json')).body);
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'get')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.length).toBeGreaterThan(70);
    expect([...new Set([...table.map((c) => c.route), ...searches])].sort()).toEqual(routes.sort());
  });

  const rows = table.map((command) => ({ ...command, name: command.as ?? command.route }));
  it.each(rows)('$name: is taken once', async ({ name, route, first, again, prepare }) => {
    const [method, path] = route.split(' ') as [string, string];
    const [once, twice, atOnce] = await Promise.all([prepare(house), prepare(house), prepare(house)]);
    const send = async (of: Prepared): Promise<string> => {
      const answer = await house.call({ method, ...of.call });
      expectAsDescribed(name, path, method, answer);
      return answer.said;
    };
    expect(await send(once)).toBe(first);
    expect([await send(twice), await send(twice)]).toEqual([first, again]);
    const said = await Promise.all(Array.from({ length: AT_ONCE }, () => send(atOnce)));
    expect(said.sort()).toEqual([first, ...Array.from({ length: AT_ONCE - 1 }, () => again)].sort());
    for (const [run, of] of Object.entries({ twice, atOnce })) {
      await eventually(async () => expect([run, await of.state()]).toEqual([run, await once.state()]));
    }
    kept.push({ name, states: [once, twice, atOnce].map((of) => of.state) });
  });

  it('leaves what a replay of the messages comes to, and nothing behind', async () => {
    await eventually(() => expectEqual(house), { timeoutMs: 60_000 });
    await expectNothingLeftBehind(house);
    for (const { name, states } of kept) {
      const [one, ...others] = await Promise.all(states.map((state) => state()));
      expect([name, others]).toEqual([name, others.map(() => one)]);
    }
  });

  it('leaves in the audit that it was done, by whom and where from', async () => {
    // Those of people and of rules have no route yet.
    const elsewhere = /^(user|rules|session|access)\./;
    const expected = Object.entries(acts).flatMap(([name, { kind }]) =>
      kind !== 'command' || elsewhere.test(name) ? [] : [name],
    );
    const done = async (act: string): Promise<string[]> => {
      const items = await house.items(`/api/v1/audit?outcome=done&limit=1&act=${act}`);
      return items.map(({ subject, from, act: name }) => [name, subject, from].join(' '));
    };
    const subject = `e2e:${everybodysRoles.join('+')}`;
    await eventually(async () => {
      const found = (await Promise.all(expected.map(done))).flat();
      expect(found).toEqual(expected.map((name) => `${name} ${subject} 127.0.0.1`));
    });
  });

  answersAsDescribed(house);
  edgeAnswers(house);

  /** FHIR describes its own. */
  function expectAsDescribed(name: string, path: string, method: string, { status, json }: Answered): void {
    if (json === undefined || path.startsWith('/fhir/')) return;
    const schema = schemaOf(paths, method, path, status);
    expect([name, status, schema === undefined]).toEqual([name, status, false]);
    expectToBe(schema!, `${name}: ${status}`, json);
  }
});
