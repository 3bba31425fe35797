import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { admissionsFeedHeard, senderCounted } from '@wardstream/events';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { eventually } from '@wardstream/testing';
import { SenderCounts } from '../monitoring/sender-counts.js';
import { Intake } from '../intake/intake.js';
import { AdmissionsHouse } from '../../testing/admissions-house.spec.js';
import { ProcessBatch } from './process-batch.js';

const MESSAGES = 100;
let house: AdmissionsHouse;
let control = 0;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  for (let i = 0; i < MESSAGES; i += 1) await house.configure({ ...smallHouse, id: `H${i}`, aliases: [] });
}, 180_000);
afterAll(() => house?.remove());

/** A transaction that counts its statements. */
function counting(tx: Tx, count: () => void): Tx {
  const query = (...of: Parameters<Tx['query']>): unknown => {
    count();
    return tx.query(...of);
  };
  return Object.assign(Object.create(tx) as Tx, { query });
}

const admit = (facility: string): Buffer => {
  const visit = `W${++control}`;
  return Buffer.from(
    [
      `MSH|^~\\&|ADT${control}|${facility}|W|${facility}|20260302101500+0000||ADT^A01|${visit}|P|2.5.1`,
      'EVN|A01|20260302101500+0000',
      `PID|1||M${visit}^^^${facility}^MR||Ward^Ada`,
      `PV1|1|I|4A^^${(control % 4) + 1}||||||||||||||||${visit}`,
    ].join('\r'),
  );
};

/** Statements of a hundred messages that come at once for so many facilities: to process them, and of all that is done in transactions. */
async function workOf(facilities: number): Promise<{ batches: number; processing: number; all: number }> {
  const work = { batches: 0, processing: 0, all: 0 };
  const [unitOfWork, batch] = [house.service.get(UnitOfWork), house.service.get(ProcessBatch)];
  const original = { run: unitOfWork.run.bind(unitOfWork), process: batch.process.bind(batch) };
  unitOfWork.run = (of) => original.run((tx) => of(counting(tx, () => (work.all += 1))));
  batch.process = (tx, messages) => {
    work.batches += 1;
    return original.process(
      counting(tx, () => (work.processing += 1)),
      messages,
    );
  };
  try {
    const [heard, told] = [house.events(admissionsFeedHeard).length, house.events(senderCounted).length];
    const intake = house.service.get(Intake);
    await Promise.all(
      Array.from({ length: MESSAGES }, (_, i) =>
        intake.take({ bytes: admit(`H${i % facilities}`), transport: 'http' }),
      ),
    );
    await house.drained();
    await eventually(() => expect(house.events(admissionsFeedHeard).length).toBe(heard + MESSAGES));
    await house.service.get(SenderCounts).tell();
    await eventually(() => expect(house.events(senderCounted).length).toBeGreaterThanOrEqual(told + MESSAGES));
  } finally {
    Object.assign(unitOfWork, { run: original.run });
    Object.assign(batch, { process: original.process });
  }
  return work;
}

describe('the statements of a hundred messages', () => {
  it('are as many for a hundred facilities as for one', async () => {
    await workOf(1);
    const [one, ten, hundred] = [await workOf(1), await workOf(10), await workOf(100)];
    expect([one, ten, hundred].map(({ batches }) => batches)).toEqual([1, 1, 1]);
    expect([ten.processing, hundred.processing]).toEqual([one.processing, one.processing]);
    // Beside them what is looked after by the clock: a few.
    expect(Math.max(ten.all, hundred.all) - one.all).toBeLessThan(30);
  });
});
