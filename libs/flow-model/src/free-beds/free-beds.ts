import type { LevelOfCare, Need, Sex } from '@wardstream/events';
import { iso } from '../instants.js';
import { isOpenPlan, type FacilityState, type KeptBed } from '../state/facility-state.js';
import { countedState, isInDoubt } from '../occupancy/unit-occupancy.js';
import { bedSettings, peopleOf } from '../fit/fit-in-room.js';
import { asRoomMate, fitOf, isHard, type Misfit, type RoomMate } from '../fit/fit.js';

/** What a bed is looked for; null: that does not matter. */
export interface BedWish {
  readonly sex: 'female' | 'male' | null;
  readonly levelOfCare: LevelOfCare | null;
  readonly specialty: string | null;
  /** A bed of another unit is told, after those of this one. */
  readonly unit: string | null;
  /** Isolation, telemetry and equipment. */
  readonly needs: readonly Need[];
}

/** Why a bed is not free yet. */
export type FreeWhy =
  | 'free'
  | 'cleaning'
  | 'dirty'
  | 'discharge-confirmed'
  | 'discharge-pending'
  | 'discharge-expected'
  | 'reserved-until'
  | 'blocked-until';

/** A bed that is free, or will be by what is known now. */
export interface FreeBed {
  readonly bedId: string;
  readonly unit: string;
  readonly room: string;
  readonly bed: string;
  readonly state: KeptBed['state'];
  readonly why: FreeWhy;
  /** When it can take a patient, cleaned; never before now. Null where nobody said when its patient leaves. */
  readonly at: string | null;
  /** Nothing was ever told of it: that it is free is how it was configured, and nobody's word. */
  readonly nothingHeard: boolean;
  /** What it was to be ready by has passed: `at` is the soonest that is still possible. */
  readonly late: boolean;
  /** What it does not give of what is looked for, the hard ones first. */
  readonly misfits: readonly Misfit[];
}

/** Minutes in which a bed is ready after its patient left, where the bed itself does not say. */
const usualTurnMinutes = 60;
/** Of that, minutes that cleaning takes. */
const usualCleanMinutes = 30;
const MINUTE = 60_000;

/**
 * The beds of a facility that are free, or will be within `withinMinutes`, for what is looked for: those that suit before those that a
 * hard rule speaks against; of these the free ones first, by what they lack; then by when. One of which nobody said when comes last of its kind.
 *
 * Free is only what the house counts as available, without an open conflict and without doubt. What is assigned to somebody, disputed,
 * without staff, or kept for a patient on leave is in no list, however soon it may be ready.
 */
export function freeBeds(state: BedsInSight, wish: BedWish, now: number, withinMinutes: number): FreeBed[] {
  const { configuration } = state;
  if (configuration === null) return [];
  const settings = bedSettings(configuration);
  const mates = roomMates(state);
  const needs = { ...wish, sex: wish.sex ?? ('unknown' satisfies Sex), ageBand: null, roomSex: 'any' } as const;
  const found = configuration.beds.flatMap(({ id }): FreeBed[] => {
    const bed = state.beds.get(id);
    const setting = settings.get(id);
    if (bed === undefined || setting === undefined) return [];
    const soon = becomesFree(state, bed, now);
    if (soon === null || (soon.at !== null && soon.at > now + withinMinutes * MINUTE)) return [];
    const others = (mates.get(`${bed.unit}\n${bed.room}`) ?? []).flatMap((m) => (m.bedId === id ? [] : [m.mate]));
    const misfits = fitOf(needs, setting, others).filter((m) => wish.sex !== null || m.code !== 'sex-not-known');
    const { unit, room, bed: code } = bed;
    const at = soon.at === null ? null : iso(soon.at);
    const { why, late } = soon;
    return [
      {
        bedId: id,
        unit,
        room,
        bed: code,
        state: bed.state,
        why,
        at,
        nothingHeard: bed.nothingHeard === true,
        late,
        misfits,
      },
    ];
  });
  return found.sort(inOrder);
}

/** What must be known of a facility to say which beds can be had: a board knows it, too. */
export interface BedsInSight extends Pick<FacilityState, 'configuration' | 'plans'> {
  readonly beds: ReadonlyMap<string, KeptBed>;
  readonly encounters: ReadonlyMap<string, { readonly expectedDischargeAt?: string | null }>;
}

interface Soon {
  readonly why: FreeWhy;
  /** Milliseconds. */
  readonly at: number | null;
  readonly late: boolean;
}

/** When and why a bed can take somebody; null where that is not in sight, or must not be said. */
function becomesFree(state: BedsInSight, bed: KeptBed, now: number): Soon | null {
  if (!bed.staffed || bed.notListedSince !== undefined || bed.conflicts.length > 0 || isInDoubt(bed)) return null;
  if ((bed.onLeave?.length ?? 0) > 0 || bed.occupants.length > 1) return null;
  const ready = readyAt(state, bed, now);
  if (ready === null) return null;
  const held = bed.reservedFor;
  if (held === null) return ready;
  // An assignment ends when the patient comes; a reservation that a plan makes, too.
  if (held.kind === 'assignment' || held.until === null || held.plan !== undefined) return null;
  const until = Date.parse(held.until);
  // Also where its time has just come: until the bed is told anew it is reserved.
  if (ready.why !== 'free' && (ready.at === null || ready.at >= until)) return ready;
  return { why: 'reserved-until', at: Math.max(until, now), late: false };
}

function readyAt(state: BedsInSight, bed: KeptBed, now: number): Soon | null {
  switch (countedState(bed)) {
    case 'available':
      return bed.occupants.length > 0 ? null : { why: 'free', at: now, late: false };
    case 'reserved':
      return bed.reservedFor === null || bed.occupants.length > 0 ? null : { why: 'free', at: now, late: false };
    case 'cleaning':
      return by('cleaning', dueAt(bed, 'cleaning', usualCleanMinutes, now), now, now);
    case 'dirty':
      return by('dirty', dueAt(bed, 'turn', usualTurnMinutes, now), now, now + usualCleanMinutes * MINUTE);
    case 'occupied':
      return afterLeaving(state, bed, now);
    case 'blocked':
      return typeof bed.blocked?.until !== 'string'
        ? null
        : by('blocked-until', Date.parse(bed.blocked.until), now, now);
    case 'closed':
    case 'surge':
      return null;
  }
}

/** When the clock of that name reaches its target; milliseconds. */
function dueAt(bed: KeptBed, name: KeptBed['clocks'][number]['name'], usual: number, now: number): number {
  const clock = bed.clocks.find((c) => c.name === name);
  const since = Date.parse(clock?.since ?? bed.since);
  return Math.min(since, now) + (clock?.targetMinutes ?? usual) * MINUTE;
}

/** `soonest`: what is left of the work cannot be over before. */
function by(why: FreeWhy, due: number, now: number, soonest: number): Soon {
  return { why, at: Math.max(due, soonest), late: due < now };
}

function afterLeaving(state: BedsInSight, { occupants: [occupant] }: KeptBed, now: number): Soon | null {
  if (occupant === undefined) return null;
  const plan = state.plans.get(occupant.encounterId);
  const turn = usualTurnMinutes * MINUTE;
  const leaves = (why: FreeWhy, at: string | null | undefined): Soon => {
    if (at === null || at === undefined) return { why, at: null, late: false };
    const left = Date.parse(at);
    return { why, at: Math.max(left, now) + turn, late: left < now };
  };
  if (plan !== undefined && isOpenPlan(plan)) {
    if (plan.status === 'pending') return leaves('discharge-pending', plan.expectedAt);
    const target = plan.confirmedAt === null ? null : iso(Date.parse(plan.confirmedAt) + plan.targetMinutes * MINUTE);
    return leaves('discharge-confirmed', plan.expectedAt ?? target);
  }
  const expected = state.encounters.get(occupant.encounterId)?.expectedDischargeAt;
  return expected === undefined || expected === null ? null : leaves('discharge-expected', expected);
}

interface Mate {
  readonly bedId: string;
  readonly mate: RoomMate;
}

/** Who is in each room, or has a bed kept there. */
function roomMates(state: BedsInSight): Map<string, Mate[]> {
  const settings = bedSettings(state.configuration!);
  const rooms = new Map<string, Mate[]>();
  for (const bed of state.beds.values()) {
    const setting = settings.get(bed.id);
    if (setting === undefined) continue;
    const people = peopleOf(bed).map(({ needs }) => ({ bedId: bed.id, mate: asRoomMate(needs, setting) }));
    const key = `${bed.unit}\n${bed.room}`;
    if (people.length > 0) rooms.set(key, [...(rooms.get(key) ?? []), ...people]);
  }
  return rooms;
}

function inOrder(a: FreeBed, b: FreeBed): number {
  const unsuitable = (bed: FreeBed): number => Number(bed.misfits.some(isHard));
  const later = (bed: FreeBed): number => Number(bed.why !== 'free');
  return (
    unsuitable(a) - unsuitable(b) ||
    later(a) - later(b) ||
    (later(a) === 1 ? compare(a.at ?? '~', b.at ?? '~') : 0) ||
    Number(a.nothingHeard) - Number(b.nothingHeard) ||
    a.misfits.length - b.misfits.length ||
    compare(a.unit, b.unit) ||
    compare(a.bedId, b.bedId)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
