import type { BedRequestData, DischargePlanData, LevelOfCare, Need, PatientBrief } from '@wardstream/events';
import { isOpenRequest, withoutBedIn } from '@wardstream/flow-model';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';

type Plan = Pick<
  DischargePlanData,
  'status' | 'expectedAt' | 'pendingAt' | 'confirmedAt' | 'waitingFor' | 'targetMinutes'
>;
type Request = Pick<
  BedRequestData,
  | 'id'
  | 'toUnit'
  | 'assignedBedId'
  | 'bedCleanAt'
  | 'readyToMove'
  | 'readyToMoveAt'
  | 'readyToMoveExpectedAt'
  | 'requestedAt'
  | 'targetMinutes'
>;

/** A patient of the unit, with what a nurse has to know to act: no name, no number of theirs. */
export interface WardPatient {
  readonly encounterId: string;
  /** Null where it is not known in which bed they are. */
  readonly bedId: string | null;
  readonly patient: PatientBrief;
  readonly needs: readonly Need[];
  /** Their bed is kept for them while they are away. */
  readonly onLeave: boolean;
  /** When the sender of the visit expects them to leave. */
  readonly expectedDischargeAt: string | null;
  readonly plan: Plan | null;
  readonly requests: readonly Request[];
}

/** What asks for somebody, the most urgent first; `none`: nothing does. */
export const attentions = [
  'bed-ready',
  'confirmed-late',
  'expected-passed',
  'ready-due',
  'waits',
  'confirmed',
  'pending',
  'asked',
  'none',
] as const;
export type Attention = (typeof attentions)[number];

/** Why this patient comes up in the list now (`nowMs`: the facility's time). */
export function attentionOf({ plan, requests }: WardPatient, nowMs: number): Attention {
  const waits = requests.filter(({ readyToMove }) => !readyToMove);
  const isDue = ({ readyToMoveExpectedAt: at }: Request): boolean => at === undefined || passed(at, nowMs);
  if (waits.some((request) => request.bedCleanAt !== null && isDue(request))) return 'bed-ready';
  const confirmedAt = plan?.status === 'confirmed' ? plan.confirmedAt : null;
  if (plan !== null && confirmedAt !== null && nowMs - Date.parse(confirmedAt) >= plan.targetMinutes * 60_000)
    return 'confirmed-late';
  if (plan?.status === 'pending' && passed(plan.expectedAt, nowMs)) return 'expected-passed';
  if (waits.some((request) => request.readyToMoveExpectedAt !== undefined && isDue(request))) return 'ready-due';
  if (plan !== null && plan.waitingFor !== null) return 'waits';
  if (plan !== null) return plan.status === 'confirmed' ? 'confirmed' : 'pending';
  return requests.length > 0 ? 'asked' : 'none';
}

/** Those who need somebody first; among equals by bed. */
export function byAttention(patients: readonly WardPatient[], nowMs: number): WardPatient[] {
  const rank = (patient: WardPatient): number => attentions.indexOf(attentionOf(patient, nowMs));
  return [...patients].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      Number(a.bedId === null) - Number(b.bedId === null) ||
      (a.bedId ?? '').localeCompare(b.bedId ?? '') ||
      a.encounterId.localeCompare(b.encounterId),
  );
}

/** Everybody in the unit: in its beds, on leave from one, and those of whom no bed is known. */
export function patientsOf(state: BoardState, unit: string): WardPatient[] {
  const requests = new Map<string, Request[]>();
  for (const request of state.requests.values()) {
    if (!isOpenRequest(request)) continue;
    const { id, toUnit, assignedBedId, bedCleanAt, readyToMove, readyToMoveAt, requestedAt, targetMinutes } = request;
    const { readyToMoveExpectedAt: expected } = request;
    const shown = { id, toUnit, assignedBedId, bedCleanAt, readyToMove, readyToMoveAt, requestedAt, targetMinutes };
    const list = requests.get(request.encounterId) ?? [];
    list.push(expected === undefined ? shown : { ...shown, readyToMoveExpectedAt: expected });
    requests.set(request.encounterId, list);
  }
  const made = (
    encounterId: string,
    patient: PatientBrief,
    rest: Pick<WardPatient, 'bedId' | 'needs' | 'onLeave'>,
  ): WardPatient => ({
    encounterId,
    patient,
    ...rest,
    expectedDischargeAt: state.encounters.get(encounterId)?.expectedDischargeAt ?? null,
    plan: openPlan(state.plans.get(encounterId)),
    requests: requests.get(encounterId) ?? [],
  });
  const patients = new Map<string, WardPatient>();
  for (const bed of state.beds.values()) {
    if (bed.unit !== unit) continue;
    for (const [people, onLeave] of [[bed.occupants, false] as const, [bed.onLeave ?? [], true] as const])
      for (const { encounterId, patient } of people) {
        const needs = bed.occupants.length === 1 && !onLeave ? bed.needs : [];
        patients.set(encounterId, made(encounterId, patient, { bedId: bed.id, needs, onLeave }));
      }
  }
  for (const id of withoutBedIn(facilityView(state), unit)) {
    const patient = state.encounters.get(id)?.patient;
    if (patient !== undefined && !patients.has(id))
      patients.set(id, made(id, patient, { bedId: null, needs: [], onLeave: false }));
  }
  return [...patients.values()];
}

function openPlan(plan: DischargePlanData | undefined): Plan | null {
  if (plan === undefined || (plan.status !== 'pending' && plan.status !== 'confirmed')) return null;
  const { status, expectedAt, pendingAt, confirmedAt, waitingFor, targetMinutes } = plan;
  return { status, expectedAt, pendingAt, confirmedAt, waitingFor, targetMinutes };
}

/** Where a patient of a unit with this level of care comes from, as a bed request says it. */
export function sourceOf(level: LevelOfCare | undefined): 'ED' | 'Theatre' | 'Move' {
  return level === 'ed' ? 'ED' : level === 'recovery' ? 'Theatre' : 'Move';
}

/** The next half and full hours after now, as many as asked for, each a whole number of half hours on. */
export function nextHalfHours(nowMs: number, steps: readonly number[]): number[] {
  const half = 30 * 60_000;
  const first = Math.ceil((nowMs + 1) / half) * half;
  return steps.map((step) => first + step * half);
}

function passed(at: string | null, nowMs: number): boolean {
  return at !== null && Date.parse(at) <= nowMs;
}
