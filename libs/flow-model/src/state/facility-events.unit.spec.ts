import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { facilityAsOf, type PatientSegment } from './facility-as-of.js';
import { facilityEvents, FacilityFold, foldEvents, withoutClosed } from './facility-events.js';
import { emptyFacility, type FacilityState } from './facility-state.js';
import { FACILITY, Hospital, configuration } from '../hospital-builder.js';
import { interleaved, randomHospital } from '../simulated-hospital.js';
import { touchedUnits } from './touched-units.js';
import { facilityOccupancy, unitOccupancy } from '../occupancy/unit-occupancy.js';

const seed = fc.integer({ min: 1, max: 1_000_000 });
const empty = emptyFacility(FACILITY);

/** Maps in the order of their keys, so that two states compare by what they hold. */
function sorted(state: FacilityState): unknown {
  const list = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...state,
    beds: list(state.beds),
    encounters: list(state.encounters),
    requests: list(state.requests),
    plans: list(state.plans),
  };
}

describe('folding events into a facility', () => {
  it('ends in the same state and the same figures whatever the order of different things, and however often told', () => {
    fc.assert(
      fc.property(seed, seed, (s, order) => {
        const { events, nowMs } = randomHospital(s, 120);
        const straight = foldEvents(empty, events, nowMs);
        const shuffled = foldEvents(empty, interleaved(events, order), nowMs);
        expect(sorted(shuffled)).toEqual(sorted(straight));
        expect(facilityOccupancy(shuffled, nowMs)).toEqual(facilityOccupancy(straight, nowMs));
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same figures live, in batches with what is over dropped, as by replay', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 40 }), (s, size) => {
        const { events, nowMs } = randomHospital(s, 150);
        let live = empty;
        const versions = new Map<string, number>();
        for (let i = 0; i < events.length; i += size) {
          // As the service does: what has left memory is known by its stored version.
          const batch = events
            .slice(i, i + size)
            .filter((e) => e.aggregateVersion > (versions.get(`${e.type}/${e.subject}`) ?? 0));
          for (const e of batch) versions.set(`${e.type}/${e.subject}`, e.aggregateVersion);
          live = withoutClosed(foldEvents(live, batch, Date.parse(events[i]!.time)));
        }
        const replayed = foldEvents(empty, events, nowMs);
        expect(facilityOccupancy(live, nowMs)).toEqual(facilityOccupancy(replayed, nowMs));
      }),
      { numRuns: 100 },
    );
  });

  it('needs to count only the touched units again', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 15 }), (s, size) => {
        const { events } = randomHospital(s, 120);
        let state = empty;
        const figures = new Map<string, unknown>();
        for (let i = 0; i < events.length; i += size) {
          const fold = new FacilityFold(state, 0);
          const batch = events.slice(i, i + size);
          for (const event of batch) fold.apply(event);
          const after = withoutClosed(fold.finish());
          // The same time throughout: what differs is the work of the events alone.
          const now = Date.parse('2026-01-13T00:00:00.000Z');
          for (const unit of touchedUnits(state, after, fold.changed()))
            figures.set(unit, unitOccupancy(after, unit, now));
          state = after;
          for (const whole of facilityOccupancy(state, now)) expect(figures.get(whole.unit)).toEqual(whole);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('tells as of now what it tells now', () => {
    fc.assert(
      fc.property(seed, (s) => {
        const hospital = randomHospital(s, 120);
        const state = foldEvents(empty, hospital.events, hospital.nowMs);
        const segments = new Map<string, PatientSegment[]>();
        for (const [id, bed] of hospital.beds) {
          segments.set(
            id,
            bed.segments.map((x) => ({ ...x, from: Date.parse(x.from), to: x.to === null ? null : Date.parse(x.to) })),
          );
        }
        const facts = {
          configuration: state.configuration,
          beds: state.beds.values(),
          segments,
          encounters: [],
          requests: state.requests.values(),
          plans: state.plans.values(),
        };
        const then = facilityAsOf(FACILITY, facts, hospital.now);
        const counts = (view: typeof then) =>
          facilityOccupancy(view, hospital.nowMs).map(
            ({ occupied, dirty, available, blocked, denominator, trend, disputed }) => {
              return { occupied, dirty, available, blocked, denominator, trend, disputed };
            },
          );
        expect(counts(then)).toEqual(counts({ ...state, encounters: new Map() }));
      }),
      { numRuns: 100 },
    );
  });

  it('ignores an older version and an event of another kind', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    hospital.bed('W1-1', 'occupied', ['P1']);
    const [, first] = hospital.events;
    const fold = new FacilityFold(foldEvents(empty, hospital.events, hospital.nowMs), hospital.nowMs);
    expect(fold.apply(first!)).toBe(false);
    expect(fold.apply({ ...first!, type: 'alerting.alert-changed', aggregateVersion: 99 })).toBe(false);
    expect(fold.changed()).toEqual([]);
    expect(fold.finish().beds.get('W1-1')?.state).toBe('occupied');
    expect(facilityEvents).toHaveLength(5);
  });
});
