import { describe, expect, it } from '@jest/globals';
import { dischargePlanChanged, type EventEnvelope } from '@wardstream/events';
import fc from 'fast-check';
import { evaluateBottlenecks } from '../bottlenecks/bottlenecks.js';
import { RuleRegistry } from '../bottlenecks/bottleneck-rules.js';
import { foldEvents, withoutClosed } from './facility-events.js';
import { indexOf, type FacilityIndex } from './facility-index.js';
import { emptyFacility, type FacilityState } from './facility-state.js';
import { ghosts } from '../data-quality/ghosts.js';
import { houseTotals } from '../occupancy/house-totals.js';
import { LiveFacility } from './live-facility.js';
import { processClocks } from '../clocks/process-clocks.js';
import { configuration, FACILITY, Hospital } from '../hospital-builder.js';
import { interleaved, randomHospital } from '../simulated-hospital.js';
import { facilityOccupancy, unitOccupancy } from '../occupancy/unit-occupancy.js';

const seed = fc.integer({ min: 1, max: 1_000_000 });
const empty = emptyFacility(FACILITY);
/** One time throughout: what differs is the work of the events alone. */
const now = Date.parse('2026-01-13T00:00:00.000Z');

const byKey = <T>(map: ReadonlyMap<string, T>, each: (value: T) => unknown = (value) => value) =>
  [...map].map(([key, value]) => [key, each(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
const ids = (things: readonly (string | { readonly id: string })[]) =>
  things.map((t) => (typeof t === 'string' ? t : t.id)).sort();

function contents({ configuration: setup, beds, encounters, requests, plans }: FacilityState): unknown {
  return [setup, byKey(beds), byKey(encounters), byKey(requests), byKey(plans)];
}

/** An index by what it holds, whatever the order within its lists. */
function held(index: FacilityIndex, beds: readonly string[]): unknown {
  return {
    units: byKey(index.units),
    listed: [...index.listed].sort(),
    rooms: byKey(index.rooms),
    bedsOf: byKey(index.bedsOf, (all) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1))),
    bedOf: byKey(index.bedOf),
    namedIn: byKey(index.namedIn, ids),
    keptIn: byKey(index.keptIn, ids),
    openRequests: ids(index.openRequests),
    requestsOf: byKey(index.requestsOf, ids),
    requestsFor: byKey(index.requestsFor, ids),
    requestsGiven: beds.map((id) => ids(index.requestsGiven(id))),
    withoutBed: byKey(index.withoutBed, ids),
    places: byKey(index.places),
    unlistedBedOf: byKey(index.unlistedBedOf),
  };
}

/** Everything that is counted of a facility. */
function counted(state: FacilityState): unknown {
  const units = facilityOccupancy(state, now);
  const sorted = (things: readonly unknown[]) => things.map((t) => JSON.stringify(t)).sort();
  return {
    units,
    house: houseTotals(state, units, now),
    clocks: sorted(processClocks(state, now)),
    ghosts: sorted(ghosts(state)),
    bottlenecks: sorted(evaluateBottlenecks(new Map(), state, new RuleRegistry(), now)),
  };
}

/** Events of a random hospital with units and beds that go and come, moves between rooms and units, and repeats, in any order of things. */
function told(s: number, order: number, acts: number): EventEnvelope[] {
  const { events } = randomHospital(s, acts);
  const shuffled = interleaved(events, order);
  const changed = shuffled.flatMap((event, i) => {
    const repeated = i % 7 === 0 ? [event, shuffled[Math.floor(i / 2)]!] : [event];
    const reconfigured = i === Math.floor(shuffled.length / 2) || i === shuffled.length - 1;
    if (!reconfigured) return repeated;
    const first = shuffled.find((e) => e.type === 'bed-management.facility-configured')!;
    const version = first.aggregateVersion + i + 1;
    const data = first.data as ReturnType<typeof configuration>;
    const isLast = i === shuffled.length - 1;
    const beds = isLast ? data.beds : data.beds.slice(Math.ceil(data.beds.length / 4));
    return [...repeated, { ...first, aggregateVersion: version, data: { ...data, version, beds } }];
  });
  return changed;
}

describe('a facility that changes in place', () => {
  it('is what the fold from nothing gives, in every part, after every batch of events', () => {
    fc.assert(
      fc.property(seed, seed, fc.integer({ min: 1, max: 40 }), (s, order, size) => {
        const events = told(s, order, 90);
        const live = new LiveFacility(FACILITY);
        for (let i = 0; i < events.length; i += size) {
          for (const event of events.slice(i, i + size)) live.apply(event, now);
          const whole = withoutClosed(foldEvents(empty, events.slice(0, i + size), now));
          expect(contents(live.state)).toEqual(contents(whole));
          const beds = [...whole.beds.keys()];
          expect(held(indexOf(live.state), beds)).toEqual(held(indexOf(whole), beds));
        }
        const whole = withoutClosed(foldEvents(empty, events, now));
        expect(counted(live.state)).toEqual(counted(whole));
      }),
      { numRuns: 60 },
    );
  });

  it('touches every unit whose figures differ', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 12 }), (s, size) => {
        const events = told(s, s, 90);
        const live = new LiveFacility(FACILITY);
        const figures = new Map<string, unknown>();
        for (let i = 0; i < events.length; i += size) {
          for (const event of events.slice(i, i + size)) live.apply(event, now);
          for (const unit of live.takeTouched()) figures.set(unit, unitOccupancy(live.state, unit, now));
          for (const whole of facilityOccupancy(live.state, now)) expect(figures.get(whole.unit)).toEqual(whole);
        }
        expect([...live.takeTouched()]).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('goes on from what was stored as if it had never stopped', () => {
    fc.assert(
      fc.property(seed, seed, fc.double({ min: 0, max: 1, noNaN: true }), (s, order, where) => {
        const events = told(s, order, 90);
        const stop = Math.floor(events.length * where);
        const first = new LiveFacility(FACILITY);
        const stored = new Map<string, NonNullable<ReturnType<LiveFacility['apply']>>>();
        for (const event of events.slice(0, stop)) {
          const kept = first.apply(event, now);
          if (kept !== null) stored.set(`${kept.kind}/${kept.id}`, kept);
        }
        const second = new LiveFacility(FACILITY);
        for (const kept of stored.values()) second.restore(kept);
        // The log may bring again what was stored already.
        for (const event of events.slice(Math.max(0, stop - 10))) second.apply(event, now);
        expect(contents(second.state)).toEqual(contents(withoutClosed(foldEvents(empty, events, now))));
      }),
      { numRuns: 60 },
    );
  });

  it('opens nothing again that is over, and takes on what came back with a later version', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    hospital.plan('P1', { status: 'pending', pendingAt: hospital.now });
    hospital.plan('P1', { status: 'departed', departedAt: hospital.now });
    hospital.plan('P1', { status: 'pending', departedAt: null });
    const plans = hospital.events.filter((e) => e.type === dischargePlanChanged.type);
    const live = new LiveFacility(FACILITY);
    for (const event of plans.slice(0, 2)) live.apply(event, now);
    expect(live.apply(plans[0]!, now)).toBeNull();
    expect(live.versionOf('discharge-plan', 'P1')).toBe(2);
    expect(live.state.plans.size).toBe(0);
    live.apply(plans[2]!, now);
    expect(live.state.plans.get('P1')).toMatchObject({ status: 'pending', version: 3 });
  });

  it('counts a bed that something was told of and not applied as not free, until it is', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const live = new LiveFacility(FACILITY);
    for (const event of hospital.events) live.apply(event, now);
    live.takeTouched();
    expect(live.markUnapplied(new Set(['W1-1', 'unknown']), hospital.now)).toMatchObject([{ id: 'W1-1' }]);
    expect([...live.takeTouched()]).toEqual(['W1']);
    expect(unitOccupancy(live.state, 'W1', now)).toMatchObject({ available: 1, blocked: 1, notCertain: 1 });
    expect(live.markUnapplied(new Set(['W1-1']), hospital.now)).toEqual([]);
    expect(live.markUnapplied(new Set(), hospital.now)).toHaveLength(1);
    expect(unitOccupancy(live.state, 'W1', now)).toMatchObject({ available: 2, blocked: 0, notCertain: 0 });
  });
});
