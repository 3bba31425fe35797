import { describe, expect, it } from '@jest/globals';
import { bedStates, type BedData, type FacilityData } from '@wardstream/events';
import fc from 'fast-check';
import { countedState, isDisputed } from '../occupancy/unit-occupancy.js';
import { foldEvents } from '../state/facility-events.js';
import { emptyFacility, type FacilityState, type KeptBed } from '../state/facility-state.js';
import { at, configuration, Hospital, START } from '../hospital-builder.js';
import { freeBeds, type BedWish, type FreeBed } from './free-beds.js';
import { isHard } from '../fit/fit.js';

const anything: BedWish = { sex: null, levelOfCare: null, specialty: null, unit: null, needs: [] };
const DAY = 1440;

function stateOf(hospital: Hospital): FacilityState {
  return foldEvents(emptyFacility(hospital.setup.id), hospital.events, hospital.nowMs);
}
const free = (hospital: Hospital, wish: Partial<BedWish> = {}, within = DAY): FreeBed[] =>
  freeBeds(stateOf(hospital), { ...anything, ...wish }, hospital.nowMs, within);
const line = ({ bedId, why, at: when, late }: FreeBed): string =>
  `${bedId} ${why} ${when === null ? 'unsaid' : (Date.parse(when) - START) / 60_000}${late ? ' late' : ''}`;

describe('beds that are free or will be', () => {
  it('are told with when and why, the free ones first', () => {
    const hospital = new Hospital(configuration({ '4A': 9 }));
    hospital.bed('4A-2', 'occupied', ['E2']);
    hospital.plan('E2', { status: 'confirmed', confirmedAt: at(0), targetMinutes: 120 });
    hospital.bed('4A-3', 'occupied', ['E3']);
    hospital.plan('E3', { status: 'pending', expectedAt: null });
    hospital.bed('4A-4', 'occupied', ['E4']);
    hospital.encounter('E4', { expectedDischargeAt: at(600) });
    hospital.bed('4A-5', 'dirty');
    hospital.bed('4A-6', 'reserved', [], 'E6');
    hospital.bed('4A-7', 'occupied', ['E7']);
    hospital.bed('4A-8', 'occupied', ['E8', 'E9']);
    hospital.bed('4A-9', 'blocked');
    hospital.minute = 10;
    expect(free(hospital).map(line)).toEqual([
      '4A-1 free 10',
      '4A-5 dirty 60',
      '4A-2 discharge-confirmed 180',
      '4A-4 discharge-expected 660',
      '4A-3 discharge-pending unsaid',
    ]);
    hospital.minute = 300;
    expect(free(hospital, {}, 60).map(line)).toEqual([
      '4A-1 free 300',
      '4A-5 dirty 330 late',
      '4A-2 discharge-confirmed 360 late',
      '4A-3 discharge-pending unsaid',
    ]);
  });

  it('suit before those that do not, whatever their time', () => {
    // Rooms of the simulated unit: 1, 4 women; 2, 5 men; 3, 6 any.
    const hospital = new Hospital(configuration({ '4A': 6, '4B': 3 }));
    hospital.bed('4A-1', 'dirty');
    hospital.bed('4A-3', 'occupied', ['E1']);
    const found = free(hospital, { sex: 'male', unit: '4A' });
    expect(found.filter((b) => !b.misfits.some(isHard)).map((b) => b.bedId)).toEqual(['4A-2', '4A-5', '4B-2', '4B-3']);
    expect(found.find((b) => b.bedId === '4A-6')!.misfits.map((m) => m.code)).toEqual(['room-mates-sex']);
    expect(found.at(-1)!.bedId).toBe('4A-1');
  });

  it('say what is lacking for isolation, level of care and equipment', () => {
    const hospital = new Hospital(configuration({ '4A': 3 }));
    const [bed] = free(hospital, { needs: ['contact', 'telemetry'], levelOfCare: 'icu' });
    expect(bed!.misfits.map((m) => `${m.severity} ${m.code}`)).toEqual(['hard level-of-care', 'hard equipment']);
  });

  it('are none before the house is configured', () => {
    expect(freeBeds(emptyFacility('X'), anything, START, DAY)).toEqual([]);
  });
});

const config: FacilityData = configuration({ '4A': 3, '4B': 3 });
const instant = fc.integer({ min: -600, max: 600 }).map(at);
const patient = { initials: 'A.B.', ageBand: '60s', sex: 'female' } as const;
const who = fc.constantFrom('E1', 'E2', 'E3');
const hold = fc.record({
  encounterId: who,
  visitNumber: who,
  patient: fc.constant(patient),
  kind: fc.constantFrom('reservation', 'assignment'),
  since: instant,
  until: fc.option(instant),
  bedRequestId: fc.constant(null),
});
const occupant = fc.record({
  ...{ encounterId: who, visitNumber: who, since: instant, patient: fc.constant(patient), class: fc.constant('I') },
  role: fc.constantFrom('active', 'contesting'),
});
const conflict = fc.record({
  ...{ id: fc.constant('C'), severity: fc.constant('high'), openedAt: instant },
  kind: fc.constantFrom('bed-disputed', 'patient-in-blocked-bed', 'occupied-without-visit'),
});
/** Anything that the log may say of a bed. */
const anyBed = (bed: FacilityData['beds'][number]): fc.Arbitrary<KeptBed> =>
  fc
    .record({
      state: fc.constantFrom(...bedStates),
      staffed: fc.boolean(),
      since: instant,
      occupants: fc.array(occupant, { maxLength: 2 }),
      reservedFor: fc.option(hold),
      conflicts: fc.array(conflict, { maxLength: 1 }),
      blocked: fc.option(
        fc.record({ reason: fc.constant('Leak'), note: fc.constant(null), since: instant, until: fc.option(instant) }),
      ),
      clocks: fc.array(
        fc.record({
          name: fc.constantFrom('dirty', 'cleaning', 'turn', 'idle'),
          since: instant,
          targetMinutes: fc.option(fc.integer({ min: 0, max: 90 })),
        }),
        { maxLength: 3 },
      ),
      notCertainSince: fc.option(instant, { nil: undefined }),
      unappliedSince: fc.option(instant, { nil: undefined }),
      notListedSince: fc.option(instant, { nil: undefined }),
      onLeave: fc.option(fc.array(occupant, { maxLength: 1 }), { nil: undefined }),
    })
    .map((more) => {
      const kept = {
        ...bed,
        facility: config.id,
        version: 1,
        needs: [],
        closed: null,
        cleaningJobId: null,
        asOf: at(0),
        history: [],
      };
      return { ...kept, ...more } as unknown as KeptBed;
    });

describe('of anything that can be told of beds', () => {
  const beds = fc.tuple(...config.beds.map(anyBed));
  const now = START;
  const of = (told: readonly KeptBed[]): FacilityState => ({
    ...emptyFacility(config.id),
    configuration: config,
    beds: new Map(told.map((bed) => [bed.id, bed])),
    plans: new Map([
      [
        'E1',
        { encounterId: 'E1', status: 'confirmed', confirmedAt: at(-30), expectedAt: null, targetMinutes: 120 } as never,
      ],
    ]),
  });

  it('none is called free that the board shows as anything else', () => {
    fc.assert(
      fc.property(beds, (told) => {
        const state = of(told);
        for (const found of freeBeds(state, anything, now, DAY)) {
          const kept = state.beds.get(found.bedId)!;
          const shown = kept as unknown as BedData;
          const isFree =
            countedState(kept) === 'available' &&
            !isDisputed(kept) &&
            shown.conflicts.length === 0 &&
            shown.reservedFor === null &&
            shown.staffed &&
            shown.notCertainSince === undefined &&
            shown.notListedSince === undefined &&
            shown.occupants.length === 0;
          if (found.why === 'free') expect([found.bedId, isFree]).toEqual([found.bedId, true]);
          expect(found.at === null || found.at >= at(0)).toBe(true);
          // What is assigned to somebody is in no list.
          expect(shown.reservedFor?.kind).not.toBe('assignment');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('each that the house counts as available, and of which nothing is in doubt, is told as free', () => {
    fc.assert(
      fc.property(beds, (told) => {
        const state = of(told);
        const found = new Set(freeBeds(state, anything, now, DAY).flatMap((b) => (b.why === 'free' ? [b.bedId] : [])));
        for (const bed of told) {
          const clear =
            countedState(bed) === 'available' &&
            bed.staffed &&
            bed.reservedFor === null &&
            bed.conflicts.length === 0 &&
            bed.notListedSince === undefined &&
            bed.notCertainSince === undefined &&
            bed.unappliedSince === undefined &&
            bed.occupants.length === 0 &&
            (bed.onLeave ?? []).length === 0;
          expect([bed.id, found.has(bed.id)]).toEqual([bed.id, clear]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
