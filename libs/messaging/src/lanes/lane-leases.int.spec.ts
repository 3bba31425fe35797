import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDataSource, UnitOfWork } from '@wardstream/persistence';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { silentLogger } from '../messaging-logger.js';
import { LANES, LaneLeases } from './lane-leases.js';

let postgres: TestPostgres;
let dataSource: ReturnType<typeof createDataSource>;
let unitOfWork: UnitOfWork;
let name: string;
let names = 0;
const started: LaneLeases[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  dataSource = createDataSource({ url: postgres.url, schema: 'public', poolSize: 2, applicationName: 'suite' });
  await dataSource.initialize();
  unitOfWork = new UnitOfWork(dataSource, 'public');
}, 60_000);
afterAll(async () => {
  await dataSource?.destroy();
  await postgres?.stop();
});
beforeEach(() => {
  name = `suite ${(names += 1)}`;
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.stop()));
});

async function replica(of = name): Promise<LaneLeases> {
  const lanes = new LaneLeases({ url: postgres.url, name: of, unitOfWork, logger: silentLogger, pollMs: 100 });
  started.push(lanes);
  await lanes.start();
  return lanes;
}

/** Ends the connection on which a process holds its lanes, as its death would. */
async function cut(which: (rows: { pid: number }[]) => { pid: number }[]): Promise<void> {
  const rows = await unitOfWork.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE application_name = $1 ORDER BY backend_start',
    [`${name} lanes`],
  );
  for (const { pid } of which(rows)) await unitOfWork.query('SELECT pg_terminate_backend($1)', [pid]);
}

const held = (replicas: readonly LaneLeases[]): number[] => replicas.flatMap((r) => [...r.held]).sort((a, b) => a - b);
const all = Array.from({ length: LANES }, (_, lane) => lane);

describe('lanes', () => {
  it('are all with the only process at once, and shared evenly as others come and go', async () => {
    const first = await replica();
    expect([...first.held]).toEqual(all);
    expect(first.holdsAll).toBe(true);
    const others = [await replica(), await replica()];
    await eventually(() => {
      expect(held([first, ...others])).toEqual(all);
      for (const each of [first, ...others]) expect([10, 11]).toContain(each.held.size);
    });
    await others[0]!.stop();
    await eventually(() => expect(held([first, others[1]!])).toEqual(all));
    expect(others[0]!.held.size).toBe(0);
    expect(first.held.size).toBe(LANES / 2);
  });

  it('of a process that dies go to those that live; one that only lost its connection has none, and has some again', async () => {
    const replicas = [await replica(), await replica()];
    await eventually(() => expect(replicas.map((r) => r.held.size)).toEqual([LANES / 2, LANES / 2]));
    let fewest = LANES;
    replicas[0]!.onChanged(() => (fewest = Math.min(fewest, replicas[0]!.held.size)));
    await cut(([first]) => [first!]);
    await eventually(() => expect(fewest).toBe(0));
    await eventually(() => expect(held(replicas)).toEqual(all));
    await eventually(() => expect(replicas.map((r) => r.held.size)).toEqual([LANES / 2, LANES / 2]));
    expect(held(replicas)).toEqual(all);
  });

  it('are never with two processes at the same time by what the database says, whatever comes and goes', async () => {
    const replicas = [await replica(), await replica(), await replica()];
    for (let round = 0; round < 5; round += 1) {
      const [leaving] = replicas.splice(round % replicas.length, 1);
      await Promise.all([
        leaving!.stop(),
        cut((rows) => rows.slice(0, 1)),
        replica().then((joining) => replicas.push(joining)),
      ]);
      await eventually(() => expect(held(replicas)).toEqual(all));
    }
  });

  it('of other work are apart', async () => {
    const [one, other] = [await replica(), await replica(`${name} other`)];
    expect([one.holdsAll, other.holdsAll]).toEqual([true, true]);
  });

  it('bring word of work to the other processes', async () => {
    const [one, other] = [await replica(), await replica()];
    await eventually(() => expect(held([one, other])).toEqual(all));
    await eventually(() => expect(other.held.size).toBe(LANES / 2));
    let told = 0;
    other.onChanged(() => (told += 1));
    one.notify();
    await eventually(() => expect(told).toBeGreaterThan(0));
  });
});
