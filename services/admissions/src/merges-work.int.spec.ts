import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from './domain/derive-encounter.builder.spec.js';
import { AdmissionsHouse, answered, type Sender } from './testing/admissions-house.spec.js';
import { type DatabaseWork, databaseWork } from './testing/database-work.spec.js';

let house: AdmissionsHouse;
let sender: Sender;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(() => house?.remove());

/** HL7 DTM of the `n`th minute of March. */
const minute = (n: number): string => {
  const at = new Date(Date.UTC(2026, 2, 1) + n * 60_000);
  return `${at
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .slice(0, 14)}+0000`;
};
let control = 0;

function message(trigger: string, n: number, patient: string, ...more: string[]): string {
  return [
    `MSH|^~\\&|ADT1|NGH|W|NGH|${minute(n)}||ADT^${trigger}|W${++control}|P|2.5.1`,
    `EVN|${trigger}|${minute(n)}`,
    `PID|1||${patient}^^^NGH^MR||Ward^Ada||19560704|F`,
    ...more,
  ].join('\r');
}

const bed = (n: number): string => ['4A^^1', '4A^^2', '4A^^3', '4B^^1', '4B^^2'][n % 5]!;
const admit = (n: number, patient: string): string =>
  message('A01', n, patient, `PV1|1|I|${bed(n)}||||||||||||||||V-${patient}`);
const merge = (n: number, into: string, retired: string): string => message('A40', n, into, `MRG|${retired}^^^NGH^MR`);

async function send(messages: readonly string[]): Promise<void> {
  for (const ack of await Promise.all(messages.map((m) => sender.send(m))))
    expect(answered(ack).slice(0, 2)).toBe('AA');
  await house.settled();
}

/** Statements that processing asks; what publishes and what the suite asks itself do so by the clock. */
const processing = (sql: string): boolean =>
  / (fact|identity|encounter|conflict|unnumbered_fact)\b/.test(sql) && !sql.includes('admissions.');

const workOf = (messages: readonly string[]): Promise<DatabaseWork> => databaseWork(() => send(messages), processing);

describe('the work of merges', () => {
  it('grows with their number, and no faster, where all of the patients are in the house', async () => {
    const work: DatabaseWork[] = [];
    for (const count of [10, 100, 300]) {
      const patients = Array.from({ length: count }, (_, i) => `A${count}X${i}`);
      await send(patients.map((patient, i) => admit(i, patient)));
      work.push(await workOf(patients.map((patient, i) => merge(400 + i, `A${count}`, patient))));
    }
    const perMerge = work.map(({ rows, values }, i) => (rows + values) / [10, 100, 300][i]!);
    expect({ work, linear: perMerge[2]! < perMerge[1]! * 1.5 }).toEqual({ work, linear: true });
  });
});
