import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '@wardstream/persistence';
import { eventually, growingTablesRead, StatementRecorder } from '@wardstream/testing';
import { BedHouse, smallHospital } from './fixtures/bed-house.js';

/** Tables that hold what a hospital configures, and so stay small. */
const SMALL = new Set([
  ...['facility', 'feed', 'delivery_destination'],
  ...['topic_partition', 'consumer_group', 'committed_offset', 'member'],
]);
const BEDS = 40;
/** Patients who lie in each of the forty beds, one after the other. */
const FEW = 1;
const MANY = 25;
/** Fewer rows are read as fast as one is found. */
const LARGE = 200;
/** How long a machine with much else to do may take. */
const PATIENCE = { timeoutMs: 120_000 };

let small: BedHouse;
let large: BedHouse;
let recorder: StatementRecorder;

beforeAll(async () => {
  recorder = new StatementRecorder();
  [small, large] = [new BedHouse(), new BedHouse()];
  await small.start();
  await large.start(smallHospital);
  await fill(small, FEW);
  await fill(large, MANY);
  for (const house of [small, large]) await sql(house, 'ANALYZE');
}, 240_000);
afterAll(async () => {
  recorder.stop();
  await small?.stop();
  await large?.stop();
});

const sql = <T>(house: BedHouse, statement: string): Promise<T[]> => house.service.get(UnitOfWork).query<T>(statement);
const bedNumber = (i: number): string => `W2-${String((i % BEDS) + 1).padStart(2, '0')}`;

/** Everything that happens to beds: stays that come, are corrected and end, reports, requests, and what people do with beds. */
async function fill(house: BedHouse, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const visits = Array.from({ length: BEDS }, (_, i) => ({
      visit: `V${round}-${i}`,
      bed: bedNumber(i),
      from: round * 20,
    }));
    await house.append([
      ...visits.map(({ visit, bed, from }) => house.encounter(visit, [[bed, from]])),
      ...visits.map(({ visit, bed, from }) => house.encounter(visit, [[bed, from, from + 10]])),
    ]);
  }
  const last = (rounds - 1) * 20 + 10;
  await house.append([
    house.encounter('OPEN', [['W1-01', last]]),
    house.encounter(
      'MOVED',
      [
        ['W1-02', last],
        ['W1-03', last + 1],
      ],
      {
        plannedBeds: [house.plan('W1-04', last, { expected: last + 60 })],
      },
    ),
    house.encounter('DISPUTES', [['W1-01', last + 2]]),
    house.encounter('HELD', []),
    house.status('W1-04', 'H', 1),
    house.status('W1-03', 'U', 2),
    house.request('R1', 'HELD'),
  ]);
  await eventually(async () => expect((await house.bed('W1-01')).occupants).toHaveLength(2), PATIENCE);
  await eventually(async () => {
    const [row] = await sql<{ n: string }>(house, 'SELECT count(*) AS n FROM cleaning_job');
    expect(Number(row!.n)).toBeGreaterThanOrEqual(rounds * BEDS * 0.9);
  }, PATIENCE);
  const commands: [bed: string, what: string, body?: Record<string, unknown>][] = [
    ['W2-21', 'assign', { bedRequestId: 'R1' }],
    ['W2-21', 'release', { bedRequestId: 'R1' }],
    ['W2-22', 'reserve', { visitNumber: 'OPEN' }],
    ['W2-22', 'release', {}],
    ['W2-23', 'block', { reason: 'Shower leak' }],
    ['W2-23', 'unblock'],
    ['W1-06', 'open-surge'],
  ];
  for (const [bed, what, body] of commands) await house.command(bed, what, body);
  for (const path of ['/H1/beds', '/H1/beds?unit=W2', '/H1/cleaning-jobs', '/H1/conflicts'])
    await house.call('GET', path);
}

const growing = (house: BedHouse, rowsAtLeast: number): Promise<string[]> =>
  growingTablesRead(house.url, recorder.statements, { small: SMALL, rowsAtLeast });

describe('the plans of what beds ask', () => {
  it('scan no table that grows, planned while it is large', async () => {
    expect(recorder.statements.length).toBeGreaterThan(30);
    expect(await growing(large, LARGE)).toEqual([]);
  });

  it('nor planned while the house is new, as such a plan is kept while it grows', async () => {
    expect(await growing(small, 0)).toEqual([]);
  });

  it('nor planned while every table is empty', async () => {
    const tables = await sql<{ name: string }>(
      small,
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    await sql(small, `TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
    expect(await growing(small, 0)).toEqual([]);
  });
});
