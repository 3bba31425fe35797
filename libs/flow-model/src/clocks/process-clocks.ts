import type { Answer, processClock } from '@wardstream/api-contract';
import type { BedRequestData, DischargePlanData } from '@wardstream/events';
import { indexOf, originUnitOf, targetUnitOf } from '../state/facility-index.js';
import type { CountedBed, FacilityView } from '../state/facility-state.js';
import { boardingRequests } from '../occupancy/house-totals.js';
import { latest, minutesSince } from '../instants.js';
import { originInWords, waitSince } from '../state/waits.js';

/** One running clock. */
export type ProcessClock = Answer<typeof processClock>;
export type ClockName = ProcessClock['name'];
/** Where a clock stands against its target. */
export type ClockLevel = ProcessClock['level'];

/**
 * The clocks of the patient-flow process and their default targets in minutes. Targets: TeleTracking's published ones;
 * boarding: The Joint Commission's four hours. A target that the event itself carries (bed clock, bed request, discharge
 * plan) goes before the default.
 */
export const clockTargets = {
  /** Dirty until cleaning starts. */
  'evs-response': 30,
  /** Cleaning start until clean. */
  'evs-clean': 30,
  /** Dirty until clean. */
  'evs-turn': 60,
  /** Bed requested until a bed is assigned. */
  'request-to-assign': 15,
  /** From when patient, bed and assignment are all ready until the patient is in the bed. */
  occupied: 30,
  /** Bed requested until the patient is in the bed. */
  total: 120,
  /** Discharge confirmed until the patient has left. */
  'confirmed-to-left': 120,
  /** Decision to admit until the patient has left the ED. */
  boarding: 240,
} as const satisfies Readonly<Record<ClockName, number>>;

/** The level of `elapsed` minutes against `target`; 'invalid' if negative. */
export function levelOf(elapsed: number, target: number): ClockLevel {
  if (elapsed < 0) return 'invalid';
  if (elapsed >= 2 * target) return 'twice';
  if (elapsed >= target) return 'over';
  return elapsed >= 0.75 * target ? 'near' : 'within';
}

/**
 * The minutes a finished step took, or 'invalid' if it ends before it begins: such a step is a fault in the data, counted
 * apart and never averaged. Null while the step is not finished.
 */
export function durationOf(from: string | null, to: string | null): number | 'invalid' | null {
  if (from === null || to === null) return null;
  const minutes = (Date.parse(to) - Date.parse(from)) / 60_000;
  return minutes < 0 ? 'invalid' : minutes;
}

/** Every running clock of a facility at `now`, the furthest over its target first. */
export function processClocks(view: FacilityView, now: number): ProcessClock[] {
  const clocks: ProcessClock[] = [];
  const index = indexOf(view);
  const add = (clock: Omit<ProcessClock, 'elapsedMinutes' | 'level'>) => {
    const elapsed = minutesSince(clock.since, now);
    const level = levelOf(elapsed, clock.targetMinutes);
    clocks.push({ ...clock, elapsedMinutes: level === 'invalid' ? null : Math.floor(elapsed), level });
  };
  for (const [unit, beds] of index.bedsOf) {
    for (const bed of beds) {
      for (const { name, since, targetMinutes } of bedClocks(bed)) {
        add({ name, subject: { type: 'bed', id: bed.id }, unit, where: bed.id, since, targetMinutes });
      }
    }
  }
  const boarding = new Set(boardingRequests(view));
  for (const request of index.openRequests) {
    const where = originInWords(view, request);
    for (const { name, since, targetMinutes } of requestClocks(view, request)) {
      const unit = targetUnitOf(view, request);
      add({ name, subject: { type: 'bed-request', id: request.id }, unit, where, since, targetMinutes });
    }
    const since = waitSince(request);
    if (!boarding.has(request) || since === null) continue;
    const subject = { type: 'encounter', id: request.encounterId } as const;
    const unit = originUnitOf(view, request);
    add({ name: 'boarding', subject, unit, where, since, targetMinutes: clockTargets.boarding });
  }
  for (const plan of view.plans.values()) {
    if (plan.status !== 'confirmed' || plan.confirmedAt === null) continue;
    const bed = index.bedOf.get(plan.encounterId);
    add({
      name: 'confirmed-to-left',
      subject: { type: 'encounter', id: plan.encounterId },
      unit: bed?.unit ?? plan.unit,
      where: planInWords(bed, plan),
      since: plan.confirmedAt,
      targetMinutes: plan.targetMinutes,
    });
  }
  return clocks.sort(byLateness);
}

/** Bed id of a discharge plan, else its unit. */
export function planInWords(bed: CountedBed | undefined, plan: DischargePlanData): string {
  return bed?.id ?? plan.bedId ?? plan.unit ?? 'unknown place';
}

type Running = Pick<ProcessClock, 'name' | 'since' | 'targetMinutes'>;

/** When the bed's turn began: when it was left dirty. */
export function turnSince(bed: CountedBed): string {
  return (
    bed.clocks.find((c) => c.name === 'turn')?.since ?? bed.clocks.find((c) => c.name === 'dirty')?.since ?? bed.since
  );
}

function bedClocks(bed: CountedBed): Running[] {
  if (bed.state !== 'dirty' && bed.state !== 'cleaning') return [];
  const known = (name: string) => bed.clocks.find((c) => c.name === name);
  const step = bed.state === 'dirty' ? 'evs-response' : 'evs-clean';
  const own = known(bed.state);
  return [
    { name: step, since: own?.since ?? bed.since, targetMinutes: own?.targetMinutes ?? clockTargets[step] },
    {
      name: 'evs-turn',
      since: turnSince(bed),
      targetMinutes: known('turn')?.targetMinutes ?? clockTargets['evs-turn'],
    },
  ];
}

function requestClocks(view: FacilityView, request: BedRequestData): Running[] {
  const clocks: Running[] = [];
  const since = waitSince(request);
  if (since === null) return clocks;
  const requested = request.source === 'Elective' ? since : request.requestedAt;
  clocks.push({ name: 'total', since: requested, targetMinutes: request.targetMinutes });
  if (request.assignedAt === null || request.assignedBedId === null) {
    clocks.push({ name: 'request-to-assign', since: requested, targetMinutes: clockTargets['request-to-assign'] });
    return clocks;
  }
  const ready = readySince(request, view.beds.get(request.assignedBedId));
  if (ready !== null) clocks.push({ name: 'occupied', since: ready, targetMinutes: clockTargets.occupied });
  return clocks;
}

const notClean: readonly CountedBed['state'][] = ['dirty', 'cleaning', 'occupied', 'blocked', 'closed'];

/**
 * Since when nothing but the way keeps a patient from the bed of the request: the latest of ready to move, assigned and clean, the bed's
 * own last cleaning included. Null while one of them has not come.
 */
export function readySince(request: BedRequestData, bed: CountedBed | undefined): string | null {
  const { readyToMove, readyToMoveAt, assignedAt, bedCleanAt } = request;
  if (!readyToMove || readyToMoveAt === null || assignedAt === null) return null;
  if (bed !== undefined && notClean.includes(bed.state)) return null;
  return latest(readyToMoveAt, assignedAt, bedCleanAt);
}

function byLateness(a: ProcessClock, b: ProcessClock): number {
  const late = (c: ProcessClock) => (c.elapsedMinutes === null ? -1 : c.elapsedMinutes / Math.max(1, c.targetMinutes));
  return late(b) - late(a) || a.name.localeCompare(b.name) || (a.subject.id < b.subject.id ? -1 : 1);
}
