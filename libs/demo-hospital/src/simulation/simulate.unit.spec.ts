import { beforeAll, describe, expect, it } from '@jest/globals';
import { digest } from '@wardstream/kernel';
import fc from 'fast-check';
import { HouseLedger } from '../fixtures/house-ledger.js';
import { northgate } from '../fixtures/northgate.js';
import type { DepartmentAct } from './acts.js';
import { DAY, HOUR, LocalTime } from './local-time.js';
import { missingUnits, simulate } from './simulate.js';

const hospital = northgate();
const local = new LocalTime(hospital.timeZone);
const JANUARY = Date.parse('2026-01-05T00:00:00Z');

function acts(seed: number, count: number, from = JANUARY): DepartmentAct[] {
  const out: DepartmentAct[] = [];
  for (const act of simulate({ hospital, seed, from })) {
    if (out.length === count) break;
    out.push(act);
  }
  return out;
}

function ledgerOf(seed: number, from: number, days: number): HouseLedger {
  const ledger = new HouseLedger(hospital, (at) => local.hour(at));
  for (const act of simulate({ hospital, seed, from })) {
    if (act.sendAt > from + days * DAY) break;
    ledger.take(act);
  }
  return ledger;
}

describe('the simulated hospital', () => {
  it('gives the same acts for the same seed, and others for another', () => {
    const fingerprint = (seed: number) => digest(JSON.stringify(acts(seed, 4000)));
    expect(fingerprint(11)).toBe(fingerprint(11));
    expect(fingerprint(12)).not.toBe(fingerprint(11));
  });

  it('regenerated and skipped up to a cursor, gives the acts that remained', () => {
    const all = acts(3, 5000);
    const regenerated = acts(3, 5000).filter((act) => act.index >= 3100);
    expect(regenerated).toEqual(all.slice(3100));
  });

  it('numbers its acts without a gap, sends them in order of time and names each message once', () => {
    const all = acts(5, 8000);
    expect(all.map((a) => a.index)).toEqual(all.map((_, i) => i));
    expect(all.every((a, i) => i === 0 || a.sendAt >= all[i - 1]!.sendAt)).toBe(true);
    expect(all.every((a) => a.at <= a.sendAt && a.keys.length > 0)).toBe(true);
    const ids = all.flatMap((a) => (a.type === 'message' ? [a.controlId] : []));
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(20);
  });

  it('never contradicts itself, whatever the seed and the season', () => {
    const moments = fc.integer({
      min: Date.parse('2025-10-24T00:00:00Z') / HOUR,
      max: Date.parse('2026-10-30T00:00:00Z') / HOUR,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), moments, (seed, hour) => {
        expect(ledgerOf(seed, hour * HOUR, 8).faults).toEqual([]);
      }),
      {
        numRuns: 6,
        examples: [
          [1, Date.parse('2026-03-26T12:00:00Z') / HOUR],
          [16, Date.parse('2026-01-02T16:00:00Z') / HOUR],
        ],
      },
    );
  });

  it('is not let loose on a facility without its units', () => {
    const without = { ...hospital, beds: hospital.beds.filter((b) => b.unit !== 'HDU') };
    expect(missingUnits(without)).toEqual(['HDU']);
    expect(() => simulate({ hospital: without, seed: 1, from: JANUARY }).next()).toThrow('HDU');
  });
});

describe('the ledger that checks the acts', () => {
  const transfers = acts(8, 3000).filter((a) => a.type === 'message' && a.trigger === 'A02');

  it('sees a patient put into a taken bed, a wrong origin, and the wrong sex in a bay', () => {
    const faultsAfter = (change: (act: DepartmentAct) => DepartmentAct) => {
      const ledger = new HouseLedger(hospital, (at) => local.hour(at));
      for (const act of acts(8, 3000)) ledger.take(change(act));
      return ledger.faults.join('\n');
    };
    const target = transfers[transfers.length - 1]!.index;
    const spoiled = (part: object) => (act: DepartmentAct) =>
      act.index === target ? ({ ...act, ...part } as DepartmentAct) : act;
    expect(faultsAfter((act) => act)).toBe('');
    expect(faultsAfter(spoiled({ prior: { unit: '6A' } }))).toContain('prior 6A');
    const beds = hospital.beds.filter((b) => b.unit === '4B' && b.room === 'A');
    const into = (bed: (typeof beds)[number]) => ({ unit: '4B', room: 'A', bed: bed.bed, bedId: bed.id });
    expect(beds.map((bed) => faultsAfter(spoiled({ location: into(bed) }))).join('\n')).toMatch(/is taken/);
    const man = { mrn: '1', family: 'X', given: 'Y', born: '19500101', sex: 'male' };
    const visit = (transfers[transfers.length - 1] as Extract<DepartmentAct, { type: 'message' }>).visit;
    expect(faultsAfter(spoiled({ location: into(beds[0]!), visit: { ...visit, person: man } }))).toContain('is female');
  });
});

describe('a fortnight at Northgate General', () => {
  const DAYS = 14;
  const WARM_UP = 3;
  const FROM = Date.parse('2026-01-02T16:00:00Z');
  const ledger = new HouseLedger(hospital, (at) => local.hour(at));
  const byHour = Array.from({ length: 24 }, () => ({
    rate: [] as number[],
    boarders: [] as number[],
    late: [] as number[],
  }));
  let messages = 0;

  beforeAll(() => {
    let t = FROM;
    for (const act of simulate({ hospital, seed: 2026, from: FROM })) {
      while (act.sendAt > t + HOUR) {
        t += HOUR;
        if (t < FROM + WARM_UP * DAY) continue;
        const { occupied, base } = ledger.census();
        const slot = byHour[Math.round(local.hour(t)) % 24]!;
        slot.rate.push((100 * occupied) / base);
        slot.boarders.push(ledger.waiting('ED', t));
        slot.late.push(ledger.dirtyLonger(t, 30));
      }
      if (act.sendAt > FROM + DAYS * DAY) break;
      ledger.take(act);
      if (act.type === 'message') messages++;
    }
  });

  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const over = (hours: readonly number[], what: 'rate' | 'boarders' | 'late') =>
    mean(hours.flatMap((h) => byHour[h]![what]));
  const perDay = (name: string) => (ledger.counts.get(name) ?? 0) / DAYS;

  it('is nearly full by night, a little less after the discharges of the afternoon', () => {
    expect(over([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 'rate')).toBeGreaterThan(87);
    expect(over([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 'rate')).toBeLessThan(97);
    expect(over([16, 17, 18, 19, 20], 'rate')).toBeGreaterThan(80);
    expect(over([16, 17, 18, 19, 20], 'rate')).toBeLessThan(92);
  });

  it('holds some boarders by day, and no more in the evening', () => {
    expect(over([11, 12, 13, 14, 15, 16], 'boarders')).toBeGreaterThan(2);
    expect(over([11, 12, 13, 14, 15, 16], 'boarders')).toBeLessThan(10);
    expect(over([19, 20, 21], 'boarders')).toBeLessThan(1.5 * over([12, 13, 14, 15], 'boarders'));
  });

  it('cleans in about 20 minutes of waiting, longer in the rush', () => {
    expect(mean(ledger.response)).toBeGreaterThan(12);
    expect(mean(ledger.response)).toBeLessThan(30);
    expect(over([16, 17], 'late')).toBeGreaterThan(1);
    expect(over([2, 3, 4, 5], 'late')).toBeLessThan(1);
  });

  it('sends most patients home about 15:00', () => {
    const home = ledger.dischargeHours.filter((h) => h >= 9);
    expect(mean(home)).toBeGreaterThan(14);
    expect(mean(home)).toBeLessThan(16);
    expect(home.filter((h) => h < 12).length / home.length).toBeLessThan(0.2);
  });

  it('sees as many people as a house of its size, and every kind of act', () => {
    expect(perDay('A04')).toBeGreaterThan(135);
    expect(perDay('A04')).toBeLessThan(165);
    expect(perDay('A06') / perDay('A04')).toBeGreaterThan(0.22);
    expect(perDay('A06') / perDay('A04')).toBeLessThan(0.32);
    expect(messages / DAYS).toBeGreaterThan(550);
    expect(messages / DAYS).toBeLessThan(900);
    const expected = [
      'A01',
      'A02',
      'A03',
      'A04',
      'A05',
      'A06',
      'A08',
      'A09',
      'A10',
      'A11',
      'A12',
      'A13',
      'A20',
      'A21',
      'A22',
    ];
    const beds = ['reserve', 'assign', 'release', 'block', 'unblock', 'close', 'open', 'open-surge', 'close-surge'];
    const crews = ['request', 'claim', 'start', 'complete', 'cancel'].map((x) => `cleaning/${x}`);
    const plans = ['pending', 'confirm', 'cancel'].map((x) => `discharge-plan ${x}`);
    const requests = ['request', 'ready-to-move', 'cancel'].map((x) => `bed-request ${x}`);
    const all = [...expected, ...[...beds, ...crews].map((x) => `bed ${x}`), ...plans, ...requests];
    // What is rare may be missing from one fortnight.
    const others = [1, 2, 3].map((seed) => ledgerOf(seed, FROM, 10));
    expect(all.filter((name) => ![ledger, ...others].some((l) => l.counts.has(name)))).toEqual([]);
  });

  it('puts two patients into one bed only where a correction does', () => {
    expect(ledger.faults).toEqual([]);
    expect(ledger.disputes).toBeGreaterThan(0);
    expect(ledger.disputes).toBeLessThan(12);
  });
});
