import { describe, expect, it } from '@jest/globals';
import { ackCode, MllpSender } from '@wardstream/product-under-test';
import { seededRandom } from '@wardstream/kernel';
import fc from 'fast-check';
import { historiesOf } from '../truth/random-history.js';
import { hospitals, type RandomHospital } from '../truth/random-hospital.js';
import { FuzzedHouse } from './fuzzed-house.js';
import { mutateMessage } from './mutate-message.js';

const COUNT = Number(process.env['LONG_MESSAGES'] ?? 200_000);
const SEED = Number(process.env['LONG_SEED'] ?? 1);
const HOSPITALS = 200;
const CONNECTIONS = 6;
const UNANSWERED = 40;

interface World {
  readonly hospital: RandomHospital;
  readonly texts: readonly string[];
}

describe(`${COUNT} mutated messages, seed ${SEED}`, () => {
  const worlds: World[] = Array.from({ length: HOSPITALS }, (_, i) => {
    const world = hospitals(`L${i + 1}`).chain((hospital) =>
      historiesOf(hospital).map((told) => ({ hospital, texts: told.map((t) => t.text) })),
    );
    return fc.sample(world, { numRuns: 1, seed: SEED * 1_000 + i })[0]!;
  });
  const base = worlds.flatMap((w) => w.texts);
  const fuzzed = new FuzzedHouse(worlds.map((w) => w.hospital));

  /** Every message of every history some times, each time of other people, three of four of them mutated. */
  function messageAt(i: number): Buffer {
    const random = seededRandom(SEED * 7_919 + i);
    const round = Math.floor(i / base.length);
    const people = Math.floor(round / 4);
    const text = base[i % base.length]!.replaceAll(/\b([PAVW])(\d)\b/g, `$1$2x${people}`).replace(
      /^((?:[^|]*\|){9})/,
      `$1${round}-`,
    );
    return round % 4 === 0 ? Buffer.from(text, 'utf8') : mutateMessage(text, random);
  }

  it('gets one answer for each, and stays alive', async () => {
    fuzzed.tellEventLoop('start');
    const codes = new Map<string, number>();
    let next = 0;
    const connection = async (): Promise<void> => {
      let sender = await MllpSender.connect(fuzzed.house.mllpPort);
      const lane = async (): Promise<void> => {
        while (next < COUNT) {
          const code = ackCode(await sender.send(messageAt(next++)));
          codes.set(code, (codes.get(code) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: UNANSWERED }, lane));
      expect(sender.unanswered).toBe(0);
      sender.close();
      sender = await MllpSender.connect(fuzzed.house.mllpPort);
      sender.close();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    console.log(`${COUNT} messages:`, [...codes].map(([code, count]) => `${code} ${count}`).join(', '));
    expect([...codes.keys()].filter((code) => !['AA', 'AE', 'AR'].includes(code))).toEqual([]);
    expect([...codes.values()].reduce((sum, n) => sum + n, 0)).toBe(COUNT);
    expect(fuzzed.house.alive).toBe(true);
    fuzzed.tellEventLoop('intake');
  });

  it('keeps what a replay of its messages comes to', async () => {
    await fuzzed.untilSettled();
    fuzzed.tellEventLoop('replay check');
  });

  it('leaves nothing parked or dead', () => fuzzed.expectNothingLeftBehind());

  it('shows no bed free that has a patient', async () => {
    await fuzzed.expectNoFalseTile();
    fuzzed.tellEventLoop('reading');
  });

  it('prints no personal data', () => {
    expect(fuzzed.house.printed).not.toMatch(/\bPID\|/);
  });
});
