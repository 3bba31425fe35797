import { describe, expect, it } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { closedRoutes } from '../edge/closed-routes.js';
import { bedCommands } from './bed-commands.js';
import type { Command, Prepared } from './command.js';
import { CommandHouse } from './command-house.js';
import { departmentCommands } from './department-commands.js';
import { fhirCommands, searches } from './fhir-commands.js';
import { intakeCommands } from './intake-commands.js';
import { expectEqual, expectNothingLeftBehind, operationsCommands } from './operations-commands.js';

const table: readonly Command[] = [
  ...bedCommands,
  ...departmentCommands,
  ...intakeCommands,
  ...fhirCommands,
  ...operationsCommands,
];
const AT_ONCE = 20;

/**
 * Every command of the product, sent once, twice in a row and twenty times at once: one is taken and each other is answered as a
 * repeat is, and what is kept is what one of them makes. A new route needs a row.
 */
describe('a command that is sent more than once', () => {
  const house = new CommandHouse();
  const kept: { readonly name: string; readonly states: readonly Prepared['state'][] }[] = [];

  it('has a row in the table, of every service', async () => {
    const { body } = await house.everybody.get<{ paths: Record<string, Record<string, unknown>> }>(
      '/api/v1/openapi.json',
    );
    const routes = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'get')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.length).toBeGreaterThan(70);
    expect([...new Set([...table.map((c) => c.route), ...searches])].sort()).toEqual(routes.sort());
  });

  const rows = table.map((command) => ({ ...command, name: command.as ?? command.route }));
  it.each(rows)('$name: is taken once', async ({ name, route, first, again, prepare }) => {
    const method = route.split(' ', 1)[0]!;
    const [once, twice, atOnce] = await Promise.all([prepare(house), prepare(house), prepare(house)]);
    const send = async (of: Prepared): Promise<string> => (await house.call({ method, ...of.call })).said;
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

  closedRoutes(house);
});
