import type { PlanStep } from '@wardstream/api-contract';
import { DomainError, instantOf } from '@wardstream/kernel';
import type { DischargePlanData } from '@wardstream/events';
import type { EncounterCopy } from './copies.js';

/** Minutes from confirmed to departed (TeleTracking's published target). */
export const confirmedTargetMinutes = 120;

/** What departments said of one discharge. Times are milliseconds; each is the latest of its kind. */
export interface PlanFacts {
  readonly encounterId: string;
  readonly facility: string;
  readonly visitNumber: string;
  readonly pendingAt: number | null;
  readonly expectedAt: number | null;
  readonly confirmedAt: number | null;
  readonly waitingFor: string | null;
  readonly cancelledAt: number | null;
  /** The announcement by ADT (A16) that was seen last, and when it was taken back (A25). */
  readonly announcedAt: number | null;
  readonly withdrawnAt: number | null;
}

export type PlanState = Omit<DischargePlanData, 'version'>;

/** Nothing said yet. */
export function noPlan(of: Pick<PlanFacts, 'encounterId' | 'facility' | 'visitNumber'>): PlanFacts {
  const { encounterId, facility, visitNumber } = of;
  return {
    ...{ encounterId, facility, visitNumber, pendingAt: null, expectedAt: null, confirmedAt: null },
    ...{ waitingFor: null, cancelledAt: null, announcedAt: null, withdrawnAt: null },
  };
}

/** Takes over what ADT announces now; `at` is the time of the message behind it. */
export function withAnnouncement(plan: PlanFacts, encounter: EncounterCopy, at: number): PlanFacts {
  const { pendingDischarge } = encounter;
  if (pendingDischarge !== null)
    return {
      ...plan,
      announcedAt: pendingDischarge.at,
      withdrawnAt: null,
      ...expected(plan, pendingDischarge.expectedAt),
    };
  if (plan.announcedAt === null || plan.withdrawnAt !== null || encounter.status === 'discharged') return plan;
  return { ...plan, withdrawnAt: at };
}

/**
 * What was said of one discharge under several visits that are one: each step that stands in any of them, at its earliest. What was
 * taken back before the merge was of its own visit. Announcements are not among them: they go with the movements of the visit.
 */
export function withMerged(own: PlanFacts, merged: readonly PlanFacts[]): PlanFacts {
  const all = [own, ...merged];
  const open = all.map(({ pendingAt, confirmedAt, cancelledAt, ...rest }) => {
    const stands = (at: number | null) => (at !== null && (cancelledAt === null || at > cancelledAt) ? at : null);
    return { ...rest, pendingAt: stands(pendingAt), confirmedAt: stands(confirmedAt) };
  });
  const stands = open.filter((p) => p.pendingAt !== null || p.confirmedAt !== null);
  if (merged.length === 0) return own;
  const expectedAt = own.expectedAt ?? all.find((p) => p.expectedAt !== null)?.expectedAt ?? null;
  if (stands.length === 0) {
    const said = all.find((p) => p.pendingAt !== null || p.confirmedAt !== null) ?? own;
    const cancelledAt = all.map((p) => p.cancelledAt).reduce(latest);
    return { ...own, pendingAt: said.pendingAt, confirmedAt: said.confirmedAt, cancelledAt, expectedAt };
  }
  return {
    ...own,
    pendingAt: stands.map((p) => p.pendingAt).reduce(earliest),
    confirmedAt: stands.map((p) => p.confirmedAt).reduce(earliest),
    waitingFor: stands.find((p) => p.confirmedAt !== null)?.waitingFor ?? null,
    cancelledAt: null,
    expectedAt,
  };
}

function expected(plan: PlanFacts, expectedAt: number | null): Pick<PlanFacts, 'expectedAt'> {
  return { expectedAt: expectedAt ?? plan.expectedAt };
}

/**
 * Derives where a plan stands; null if there is none. A discharge ends it as departed; a discharge that is taken back opens it
 * again as it was.
 */
export function derivePlan(plan: PlanFacts, encounter: EncounterCopy | null): PlanState | null {
  const announcedAt = plan.withdrawnAt === null ? plan.announcedAt : null;
  const after = (at: number | null) =>
    at !== null && (plan.cancelledAt === null || at > plan.cancelledAt) ? at : null;
  const ownPending = after(plan.pendingAt);
  const announced = after(announcedAt);
  const pendingAt = earliest(ownPending, announced);
  const confirmedAt = after(plan.confirmedAt);
  const open = pendingAt !== null || confirmedAt !== null;
  const ever = plan.pendingAt ?? plan.confirmedAt ?? plan.announcedAt;
  if (ever === null) return null;
  const departedAt = open && encounter?.status === 'discharged' ? encounter.dischargedAt : null;
  const visitCancelledAt = encounter?.status === 'cancelled' ? (encounter.cancelledAt ?? ever) : null;
  const cancelledAt = visitCancelledAt ?? (open ? null : latest(plan.cancelledAt, plan.withdrawnAt));
  const place = encounter?.location ?? encounter?.stays.at(-1)?.place ?? null;
  const status =
    cancelledAt !== null
      ? 'cancelled'
      : departedAt !== null
        ? 'departed'
        : confirmedAt !== null
          ? 'confirmed'
          : 'pending';
  return {
    encounterId: plan.encounterId,
    facility: plan.facility,
    visitNumber: encounter?.visitNumber ?? plan.visitNumber,
    status,
    unit: place?.unit ?? null,
    bedId: place?.bedId ?? null,
    expectedAt: isoOrNull(plan.expectedAt),
    pendingAt: isoOrNull(pendingAt ?? (open ? null : plan.pendingAt)),
    confirmedAt: isoOrNull(confirmedAt ?? (open ? null : plan.confirmedAt)),
    departedAt: isoOrNull(departedAt),
    cancelledAt: isoOrNull(cancelledAt),
    waitingFor: status === 'confirmed' || status === 'pending' ? plan.waitingFor : null,
    targetMinutes: confirmedTargetMinutes,
  };
}

/** Whether a person may take the step now. @throws DomainError 'conflict' */
export function checkStep(state: PlanState | null, encounter: EncounterCopy | null, step: PlanStep): void {
  if (encounter?.status === 'discharged' || encounter?.status === 'cancelled')
    throw new DomainError('conflict', 'encounter-ended', 'The visit is over.');
  const open = state !== null && (state.status === 'pending' || state.status === 'confirmed');
  if (step === 'cancel' && !open) throw noOpenPlan();
}

export function noOpenPlan(): DomainError {
  return new DomainError('conflict', 'no-open-plan', 'No discharge is planned for this visit.');
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : instantOf(ms);
}
