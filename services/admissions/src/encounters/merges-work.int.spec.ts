import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, answered, type Sender } from '../testing/admissions-house.spec.js';
import { type DatabaseWork, databaseWork } from '../testing/database-work.spec.js';

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
  await house.drained();
}

/** Statements that processing asks; what publishes and what the suite asks itself do so by the clock. */
const processing = (sql: string): boolean =>
  / (fact|identity|encounter|conflict|unnumbered_fact)\b/.test(sql) && !sql.includes('admissions.');

const workOf = (messages: readonly string[]): Promise<DatabaseWork> => databaseWork(() => send(messages), processing);

/** What merges one patient after another into `p`; the `n`th message of each kind. */
const kinds: Record<string, (p: string, n: number) => string[]> = {
  'of patients who were never in the house': (p, n) => [merge(n, p, `${p}X${n}`)],
  'of patients who are in the house': (p, n) => [admit(n, `${p}X${n}`), merge(n, p, `${p}X${n}`)],
  'each recorded before the one that came before': (p, n) => [merge(2_000 - n, p, `${p}X${n}`)],
  'in a chain': (p, n) => [merge(n, `${p}X${n + 1}`, `${p}X${n}`)],
  'of one pair, again and again': (p, n) => [merge(n, p, `${p}X`)],
  'of one pair, to and fro': (p, n) => [n % 2 === 0 ? merge(n, p, `${p}X`) : merge(n, `${p}X`, p)],
  'of one patient into others': (p, n) => [merge(n, `${p}X${n}`, p)],
};

describe('the work of merges', () => {
  it('grows with their number, and no faster, where all of the patients are in the house', async () => {
    const work: DatabaseWork[] = [];
    for (const count of [10, 100, 300]) {
      const patients = Array.from({ length: count }, (_, i) => `A${count}X${i}`);
      await send(patients.map((patient, i) => admit(i, patient)));
      work.push(await workOf(patients.map((patient, i) => merge(400 + i, `A${count}`, patient))));
    }
    const perMerge = work.map(({ rows, values }, i) => (rows + values) / [10, 100, 300][i]!);
    expect(perMerge[2]! < perMerge[1]! * 1.5 ? 'linear' : JSON.stringify(work)).toBe('linear');
  });

  it.each(Object.entries(kinds))('is the same for one more after 100 and after 1,000: %s', async (_, of) => {
    const work: DatabaseWork[] = [];
    for (const count of [100, 1_000]) {
      const p = `K${++control}`;
      await send([admit(0, p)]);
      await send(Array.from({ length: count }, (_, n) => of(p, n + 1)).flat());
      work.push(await workOf(of(p, count + 1)));
      // And for what comes of the patient then.
      const [more, moved] = [message('A31', count + 2, p), `PV1|1|I|4B^^4|||4A^^1|||||||||||||V-${p}`];
      work.push(await workOf([more]), await workOf([message('A02', count + 3, p, moved)]));
    }
    const sizes = work.map(({ rows, values }) => rows + values);
    // A message that is taken up again from the database asks for all facts that it may have stated before.
    const isSame = [0, 1, 2].every((i) => sizes[i + 3]! < sizes[i]! * 1.5 + 100);
    expect(isSame ? 'the same' : JSON.stringify(work)).toBe('the same');
  });
});
