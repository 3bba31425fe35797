import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cases, corrections, smallHouse } from '@wardstream/encounter-model/testing';
import { eventually, growingTablesRead, StatementRecorder } from '@wardstream/testing';
import { AdmissionsHouse, answered } from './testing/admissions-house.spec.js';
import { messageOf } from './testing/messages.spec.js';

/** Tables that hold what a hospital configures, and so stay small. */
const SMALL = new Set([
  ...['facility', 'sender_profile', 'sender_profiles', 'feed', 'sender', 'subscription', 'delivery_destination'],
  ...['topic_partition', 'consumer_group', 'committed_offset', 'member'],
]);
const VISITS = 600;
/** Fewer rows are read as fast as one is found. */
const LARGE = 200;
/** How long a machine with much else to do may take. */
const PATIENCE = { timeoutMs: 120_000 };

let small: AdmissionsHouse;
let large: AdmissionsHouse;
let recorder: StatementRecorder;

beforeAll(async () => {
  recorder = new StatementRecorder();
  small = await AdmissionsHouse.start();
  large = await AdmissionsHouse.start();
  const few = Object.values(cases)
    .flat()
    .slice(0, 12)
    .flatMap(([, facts], i) => facts.map((fact) => messageOf(fact, `P${i}`)));
  const many = [...Object.values(cases), ...Object.values(corrections)]
    .flat()
    .flatMap(([, facts], i) => facts.map((fact) => messageOf(fact, `C${i}`)));
  const [, stay] = cases['each trigger']!.find(([title]) => title.startsWith('A02 leaves'))!;
  const visits = Array.from({ length: VISITS }, (_, i) => stay.map((fact) => messageOf(fact, `V${i}`)));
  await send(small, few);
  await send(large, [...many, ...visits.flat()]);
  for (const house of [small, large]) await house.rows('ANALYZE');
}, 240_000);
afterAll(async () => {
  recorder.stop();
  await small?.remove();
  await large?.remove();
});

async function send(house: AdmissionsHouse, messages: readonly string[]): Promise<void> {
  await house.configure(smallHouse);
  const sender = await house.sender();
  const acks = await Promise.all(messages.map((message) => sender.send(message)));
  expect(acks.filter((ack) => !answered(ack).startsWith('AA'))).toEqual([]);
  await eventually(() => house.drained(), PATIENCE);
}

const growing = (house: AdmissionsHouse, rowsAtLeast: number): Promise<string[]> =>
  growingTablesRead(house.url, recorder.statements, { small: SMALL, rowsAtLeast });

describe('the plans of what processing asks', () => {
  it('scan no table that grows, planned while it is large', async () => {
    expect(recorder.statements.length).toBeGreaterThan(40);
    expect(await growing(large, LARGE)).toEqual([]);
  });

  it('nor planned while it holds a dozen visits, as such a plan is kept while it grows', async () => {
    expect(await growing(small, 0)).toEqual([]);
  });

  it('nor planned while it is empty', async () => {
    const tables = await small.rows<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    // CASCADE, though all are named: PostgreSQL does not see that a table is, if its only foreign key is not enforced.
    await small.rows(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`);
    expect(await growing(small, 0)).toEqual([]);
  });
});
