import { beforeAll, describe, expect, it } from '@jest/globals';
import { DemoDay } from '../fixtures/demo-day.js';
import { northgate } from '../fixtures/northgate.js';
import { DAY, HOUR, LocalTime } from './local-time.js';
import { simulate } from './simulate.js';

const hospital = northgate();
const local = new LocalTime(hospital.timeZone);
const MIDNIGHT = Date.parse('2026-12-01T00:00:00Z');

/** What a newcomer finds who begins at an hour: one day of history lies behind it, as of `npm start`. */
interface Beginning {
  readonly hour: number;
  /** Of the staffed inpatient beds, percent. */
  readonly rate: number;
  readonly rateOf: ReadonlyMap<string, number>;
  /** Minutes: the longest wait of who has no bed promised, and of anybody who is not in theirs yet. */
  readonly unplaced: number;
  readonly waiting: number;
}

function beginning(seed: number, hour: number): Beginning {
  const at = MIDNIGHT + hour * HOUR;
  const day = new DemoDay(hospital, (t) => local.hour(t));
  for (const act of simulate({ hospital, seed, from: at - DAY })) {
    if (act.sendAt > at) break;
    day.take(act);
  }
  expect(day.ledger.faults).toEqual([]);
  const rate = (unit?: string): number => {
    const { occupied, base } = day.ledger.census(unit);
    return (100 * occupied) / base;
  };
  const waits = day.waiting(at);
  return {
    ...{ hour, rate: rate(), rateOf: new Map(hospital.units.map(({ id }) => [id, rate(id)])) },
    unplaced: Math.max(0, ...waits.filter((w) => !w.assigned).map((w) => w.minutes)),
    waiting: Math.max(0, ...waits.map((w) => w.minutes)),
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('the demonstration, at whatever hour it begins', () => {
  let beginnings: Beginning[] = [];
  beforeAll(() => {
    beginnings = Array.from({ length: 24 }, (_, hour) => beginning(1, hour));
  }, 240_000);
  const over = (from: number, to: number): number =>
    mean(beginnings.filter(({ hour }) => hour >= from && hour < to).map(({ rate }) => rate));

  it('finds a house that is nearly full and not overfull, fuller by night than after the discharges', () => {
    expect(beginnings.filter(({ rate }) => rate < 77 || rate > 97)).toEqual([]);
    expect(over(0, 12)).toBeGreaterThan(86);
    expect(over(0, 12)).toBeLessThan(95);
    expect(over(16, 21)).toBeGreaterThan(78);
    expect(over(16, 21)).toBeLessThan(over(0, 12));
  });

  it('finds each unit as full as such a unit is', () => {
    const usual = (unit: string, level: string): readonly [number, number] => {
      if (level === 'ward') return unit === 'AMU' ? [68, 95] : [80, 98];
      return level === 'step-down' ? [45, 90] : [58, 92];
    };
    const outside = hospital.units.flatMap(({ id, levelOfCare, inpatient }) => {
      if (!inpatient) return [];
      const [low, high] = usual(id, levelOfCare);
      const rate = mean(beginnings.map(({ rateOf }) => rateOf.get(id)!));
      return rate < low || rate > high ? [`${id} ${rate.toFixed(0)} %`] : [];
    });
    expect(outside).toEqual([]);
  });

  it('finds nobody who has waited for half a day, and nobody without a promised bed for more than four hours', () => {
    expect(beginnings.filter(({ unplaced }) => unplaced > 240)).toEqual([]);
    expect(beginnings.filter(({ waiting }) => waiting > 360)).toEqual([]);
  });
});
