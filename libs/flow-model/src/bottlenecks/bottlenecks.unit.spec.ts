import { describe, expect, it } from '@jest/globals';
import { bottleneckData, type BottleneckData } from '@wardstream/events';
import fc from 'fast-check';
import { RuleRegistry, defaultRules } from './bottleneck-rules.js';
import { evaluateBottlenecks, publishedBottleneck, type Bottleneck, type BottleneckChange } from './bottlenecks.js';
import { foldEvents } from '../state/facility-events.js';
import { emptyFacility } from '../state/facility-state.js';
import { at, configuration, FACILITY, Hospital, START } from '../hospital-builder.js';
import { randomHospital } from '../simulated-hospital.js';

/** Evaluates again and again as the ticker does and keeps what it keeps. */
class Watch {
  kept = new Map<string, Bottleneck>();
  readonly told: BottleneckData[] = [];
  constructor(
    readonly hospital: Hospital,
    readonly rules = new RuleRegistry(),
  ) {}

  /** Only these rules' bottlenecks, as they were told by this evaluation. */
  look(minute: number, rule?: BottleneckData['rule']): BottleneckData[] {
    this.hospital.minute = minute;
    const state = foldEvents(emptyFacility(FACILITY), this.hospital.events, this.hospital.nowMs);
    const changes = evaluateBottlenecks(this.kept, state, this.rules, this.hospital.nowMs);
    this.keep(changes);
    const told = changes.filter((c) => c.published).map((c) => publishedBottleneck(c.bottleneck));
    this.told.push(...told);
    return rule === undefined ? told : told.filter((b) => b.rule === rule);
  }

  private keep(changes: readonly BottleneckChange[]): void {
    for (const { bottleneck } of changes) this.kept.set(bottleneck.id, bottleneck);
  }
}

function ward(beds = 25): Hospital {
  return new Hospital(configuration({ ED: 6, W1: beds }));
}

describe('ED boarding', () => {
  it('warns at two hours, is high at four, critical at eight, and ends when the patient is in bed', () => {
    const hospital = ward();
    hospital.bed('ED-3', 'occupied', ['P1']);
    hospital.request('R1', {
      encounterId: 'P1',
      toUnit: 'W1',
      decisionToAdmitAt: at(0),
      status: 'assigned',
      assignedAt: at(0),
    });
    const watch = new Watch(hospital);
    expect(watch.look(119.9, 'ed-boarding')).toEqual([]);
    const [raised] = watch.look(121, 'ed-boarding');
    expect(raised).toMatchObject({
      state: 'active',
      severity: 'warn',
      subject: { type: 'encounter', id: 'P1' },
      unit: 'ED',
      where: 'ED bay 3',
      since: at(0),
      raisedAt: at(120),
      measured: 121,
      limit: 120,
      measuredIn: 'minutes',
      version: 1,
    });
    expect(() => bottleneckData.parse(raised)).not.toThrow();
    // While it is open its figures follow the wait, every quarter of an hour.
    expect([watch.look(130, 'ed-boarding'), watch.look(135, 'ed-boarding')]).toEqual([[], []]);
    expect(watch.look(136, 'ed-boarding')).toMatchObject([
      { severity: 'warn', measured: 136, measuredAt: at(136), limit: 120, raisedAt: at(120), version: 2 },
    ]);
    expect(watch.look(240, 'ed-boarding')).toMatchObject([
      { severity: 'high', limit: 240, raisedAt: at(240), version: 3 },
    ]);
    expect(watch.look(494, 'ed-boarding')).toMatchObject([
      { severity: 'critical', limit: 480, raisedAt: at(480), version: 4 },
    ]);
    hospital.bed('W1-1', 'occupied', ['P1']);
    hospital.bed('ED-3', 'dirty');
    hospital.request('R1', { status: 'occupied', occupiedAt: hospital.now });
    expect(watch.look(495, 'ed-boarding')).toMatchObject([{ state: 'cleared', clearedAt: at(495), version: 5 }]);
    expect(watch.look(496, 'ed-boarding')).toEqual([]);
  });

  it('is told again after it was cleared, with the same id and a higher version', () => {
    const hospital = ward();
    hospital.bed('ED-3', 'occupied', ['P1']);
    hospital.request('R1', { encounterId: 'P1', decisionToAdmitAt: at(0) });
    const watch = new Watch(hospital);
    const [first] = watch.look(130, 'ed-boarding');
    hospital.request('R1', { status: 'cancelled', cancelledAt: hospital.now });
    watch.look(131);
    hospital.request('R2', { encounterId: 'P1', decisionToAdmitAt: at(0) });
    const [again] = watch.look(140, 'ed-boarding');
    expect(again).toMatchObject({ id: first!.id, state: 'active', version: 3, clearedAt: null });
  });

  it('stops when the patient has left the ED for another unit', () => {
    const hospital = ward();
    hospital.bed('ED-3', 'occupied', ['P1']);
    hospital.request('R1', { encounterId: 'P1', decisionToAdmitAt: at(0) });
    const watch = new Watch(hospital);
    watch.look(130);
    hospital.bed('ED-3', 'dirty');
    hospital.bed('W1-2', 'occupied', ['P1']);
    expect(watch.look(131, 'ed-boarding')).toMatchObject([{ state: 'cleared' }]);
  });
});

describe('a dirty bed', () => {
  it('is told when cleaning has not begun, is over with its beginning, and told again when the turn is long', () => {
    const hospital = ward();
    hospital.bed('W1-4', 'dirty');
    const watch = new Watch(hospital);
    expect(watch.look(31, 'dirty-not-started')).toMatchObject([
      {
        severity: 'warn',
        limit: 30,
        aspect: 'response',
        where: 'W1-4',
        subject: { type: 'bed', id: 'W1-4' },
        raisedAt: at(30),
      },
    ]);
    hospital.bed('W1-4', 'cleaning');
    expect(watch.look(50, 'dirty-not-started')).toMatchObject([{ state: 'cleared' }]);
    expect(watch.look(61, 'dirty-not-started')).toMatchObject([
      { severity: 'warn', limit: 60, aspect: 'turn', since: at(0) },
    ]);
    expect(watch.look(91, 'dirty-not-started')).toMatchObject([{ severity: 'high', limit: 90, raisedAt: at(90) }]);
    hospital.bed('W1-4', 'available');
    expect(watch.look(92, 'dirty-not-started')).toMatchObject([{ state: 'cleared' }]);
  });

  it('is high at 90 minutes even if nobody has begun', () => {
    const hospital = ward();
    hospital.bed('W1-4', 'dirty');
    const watch = new Watch(hospital);
    expect(watch.look(95, 'dirty-not-started')).toMatchObject([{ severity: 'high', limit: 90, aspect: 'response' }]);
  });
});

describe('requests and discharges', () => {
  it('tells a request that nobody has placed, not an elective patient who has not come', () => {
    const hospital = ward();
    hospital.request('R1', { toUnit: 'W1', source: 'Direct' });
    hospital.request('R2', { toUnit: 'W1', source: 'Elective' });
    const watch = new Watch(hospital);
    expect(watch.look(16, 'request-unassigned')).toMatchObject([
      { subject: { id: 'R1' }, severity: 'warn', limit: 15, unit: 'W1' },
    ]);
    expect(watch.look(31, 'request-unassigned')).toMatchObject([{ severity: 'high' }]);
    hospital.request('R1', { status: 'assigned', assignedBedId: 'W1-1', assignedAt: hospital.now });
    expect(watch.look(32, 'request-unassigned')).toMatchObject([{ subject: { id: 'R1' }, state: 'cleared' }]);
  });

  it('tells a confirmed discharge that has not left', () => {
    const hospital = ward();
    hospital.bed('W1-8', 'occupied', ['P1']);
    hospital.plan('P1', { status: 'confirmed', confirmedAt: at(0), unit: 'W1' });
    const watch = new Watch(hospital);
    expect(watch.look(119, 'confirmed-not-left')).toEqual([]);
    expect(watch.look(170, 'confirmed-not-left')).toMatchObject([
      { severity: 'warn', where: 'W1-8', unit: 'W1', measured: 170, limit: 120, since: at(0), raisedAt: at(120) },
    ]);
    hospital.plan('P1', { status: 'departed', departedAt: hospital.now });
    expect(watch.look(171, 'confirmed-not-left')).toMatchObject([{ state: 'cleared' }]);
  });

  it('never raises on a clock that would be negative', () => {
    const hospital = ward();
    hospital.plan('P1', { status: 'confirmed', confirmedAt: at(5000), unit: 'W1' });
    hospital.request('R1', { requestedAt: at(5000), decisionToAdmitAt: at(5000) });
    expect(new Watch(hospital).look(60)).toEqual([]);
  });
});

/** Puts `occupied` of the 25 beds of W1 to use, the others free. */
function fill(hospital: Hospital, occupied: number): void {
  for (let i = 1; i <= 25; i += 1) {
    const id = `W1-${i}`;
    const state = hospital.beds.get(id)!.data.state;
    if (i <= occupied && state !== 'occupied') hospital.bed(id, 'occupied', [`P${i}`]);
    if (i > occupied && state === 'occupied') hospital.bed(id, 'available');
  }
}

describe('unit occupancy', () => {
  it('is told at the rate where half of the arrivals would wait, high where four in five would', () => {
    const hospital = ward();
    const watch = new Watch(hospital);
    fill(hospital, 22); // 88.0 %, the act-at rate of 25 beds is 89.8 %
    expect(watch.look(1, 'unit-occupancy')).toEqual([]);
    fill(hospital, 23);
    expect(watch.look(2, 'unit-occupancy')).toMatchObject([
      {
        severity: 'warn',
        measured: 92,
        limit: 89.8,
        measuredIn: 'percent',
        where: 'W1 Unit W1',
        unit: 'W1',
        since: at(1),
      },
    ]);
    hospital.minute = 10;
    fill(hospital, 25);
    expect(watch.look(12, 'unit-occupancy')).toMatchObject([{ severity: 'high', measured: 100, raisedAt: at(10) }]);
  });

  it('falls and clears only after the margin was kept for the whole time', () => {
    const hospital = ward();
    const watch = new Watch(hospital);
    fill(hospital, 23);
    watch.look(1);
    const ended = (minute: number) => watch.look(minute).filter((b) => b.state === 'cleared');
    fill(hospital, 22); // 88.0 is above 89.8 - 2
    for (let minute = 2; minute < 60; minute += 1) expect(ended(minute)).toEqual([]);
    fill(hospital, 21); // 84.0
    expect(ended(60)).toEqual([]);
    fill(hospital, 22);
    expect(ended(70)).toEqual([]);
    fill(hospital, 21);
    expect(ended(71)).toEqual([]);
    expect(ended(80)).toEqual([]); // 15 minutes since minute 60, but not without interruption
    expect(watch.look(86)).toMatchObject([{ state: 'cleared', measured: 84, clearedAt: at(86) }]);
  });

  it('tells a rate that has moved at one level, at most once a minute, with the time it was raised', () => {
    const hospital = ward();
    const watch = new Watch(hospital);
    fill(hospital, 23);
    const [raised] = watch.look(0);
    fill(hospital, 24);
    expect(watch.look(0.5)).toEqual([]);
    expect(watch.look(1)).toMatchObject([
      { severity: 'warn', measured: 96, since: raised!.since, raisedAt: raised!.raisedAt },
    ]);
    expect(watch.look(5)).toEqual([]);
  });

  it('falls by one level, not to nothing, where the lower level holds', () => {
    const hospital = ward();
    const watch = new Watch(hospital);
    fill(hospital, 25);
    expect(watch.look(1)).toMatchObject([{ severity: 'high' }]);
    fill(hospital, 23);
    watch.look(2);
    expect(watch.look(30)).toMatchObject([{ state: 'active', severity: 'warn', measured: 92, limit: 89.8 }]);
  });

  it('never flaps while the rate stays inside the margin, however it moves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 22, max: 24 }), { minLength: 1, maxLength: 60 }), (occupied) => {
        const hospital = ward();
        const watch = new Watch(hospital);
        fill(hospital, 23);
        watch.look(0);
        occupied.forEach((beds, i) => {
          fill(hospital, beds);
          watch.look(i + 1);
        });
        const own = watch.told.filter((b) => b.rule === 'unit-occupancy');
        expect(own.filter((b) => b.state === 'cleared')).toEqual([]);
        // One rise to high at most: 96 % is 0.3 below its limit of 96.3 for 25 beds, so the level never changes at all.
        expect(new Set(own.map((b) => b.severity))).toEqual(new Set(['warn']));
      }),
      { numRuns: 60 },
    );
  });

  it('cannot be raised and cleared more often than once in the time to clear', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 15, max: 25 }), { minLength: 20, maxLength: 80 }), (occupied) => {
        const hospital = ward();
        const watch = new Watch(hospital);
        occupied.forEach((beds, i) => {
          fill(hospital, beds);
          watch.look(i * 3);
        });
        const own = watch.told.filter((b) => b.rule === 'unit-occupancy');
        let raised: BottleneckData | null = null;
        for (const told of own) {
          if (told.state === 'active') raised ??= told;
          else {
            const minutes =
              (Date.parse(told.clearedAt!) - START) / 60_000 - (Date.parse(raised!.raisedAt) - START) / 60_000;
            expect(minutes).toBeGreaterThanOrEqual(defaultRules['unit-occupancy'].clearAfterMinutes);
            raised = null;
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the rule registry', () => {
  it('takes the most specific settings, and leaves the rest as it was', () => {
    const registry = new RuleRegistry([
      { rule: 'ed-boarding', facility: FACILITY, unit: 'ED', steps: [{ severity: 'critical', at: 60 }] },
      { rule: 'ed-boarding', margin: 1 },
      { rule: 'ed-boarding', facility: FACILITY, margin: 2 },
      { rule: 'ed-boarding', facility: 'OTHER', margin: 3 },
    ]);
    expect(registry.settings('ed-boarding', FACILITY, 'ED')).toMatchObject({
      steps: [{ at: 60 }],
      margin: 2,
      clearAfterMinutes: 5,
    });
    expect(registry.settings('ed-boarding', FACILITY, 'X')).toMatchObject({ margin: 2 });
    expect(registry.settings('ed-boarding', 'OTHER', null)).toMatchObject({
      margin: 3,
      steps: defaultRules['ed-boarding'].steps,
    });
    expect(registry.settings('bed-turn', FACILITY, 'ED')).toEqual(defaultRules['bed-turn']);
  });

  it('turns a rule off by empty steps', () => {
    const hospital = ward();
    hospital.bed('W1-4', 'dirty');
    const watch = new Watch(hospital, new RuleRegistry([{ rule: 'dirty-not-started', unit: 'W1', steps: [] }]));
    expect(watch.look(200, 'dirty-not-started')).toEqual([]);
  });
});

describe('evaluating', () => {
  it('is finished after one time: its own result gives no change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const watch = new Watch(randomHospital(seed, 150));
        const minute = watch.hospital.minute;
        watch.look(minute);
        expect(watch.look(minute)).toEqual([]);
        for (const bottleneck of watch.kept.values()) {
          expect(() => bottleneckData.parse(publishedBottleneck(bottleneck))).not.toThrow();
          expect(bottleneck.raisedAt >= bottleneck.since || bottleneck.measuredIn === 'percent').toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 9 }), (seed, restartEvery) => {
        const steps = Array.from({ length: 30 }, (_, i) => i);
        const straight = new Watch(randomHospital(seed, 100));
        const restarted = new Watch(randomHospital(seed, 100));
        const begin = straight.hospital.minute;
        for (const i of steps) {
          straight.look(begin + i * 11);
          restarted.look(begin + i * 11);
          if (i % restartEvery === 0) {
            restarted.kept = new Map(JSON.parse(JSON.stringify([...restarted.kept])) as [string, Bottleneck][]);
          }
        }
        expect(restarted.told).toEqual(straight.told);
      }),
      { numRuns: 40 },
    );
  });
});
