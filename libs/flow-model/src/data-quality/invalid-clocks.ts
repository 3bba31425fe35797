import type { InvalidClock as AnsweredClock } from '@wardstream/api-contract';
import {
  bedRequestChanged,
  cleaningJobChanged,
  dischargePlanChanged,
  encounterChanged,
  type BedRequestData,
  type CleaningJobData,
  type DischargePlanData,
  type EncounterData,
  type EventEnvelope,
} from '@wardstream/events';
import { latest, minutesSince } from '../instants.js';
import { durationOf, processClocks, type ProcessClock } from '../clocks/process-clocks.js';
import type { FacilityView } from '../state/facility-state.js';

/** A finished step that ends before it begins, and when that was found. Its facts contradict: it has no length and is in no average. */
export type FoundInvalidClock = AnsweredClock;
export type InvalidClock = Omit<FoundInvalidClock, 'foundAt'>;
/** A clock that can be finished: the process clocks, and a visit from its admission to its discharge. */
export type FinishedClockName = InvalidClock['clock'];

/** A thing that has clocks, and those of them that are invalid by the event's facts; null for events of other things. */
export interface CheckedClocks {
  readonly subject: InvalidClock['subject'];
  readonly invalid: readonly InvalidClock[];
}

/** The events whose things have clocks that end. */
export const clockEvents = [encounterChanged, bedRequestChanged, dischargePlanChanged, cleaningJobChanged] as const;

export function checkClocks(event: Pick<EventEnvelope, 'type' | 'data'>): CheckedClocks | null {
  switch (event.type) {
    case encounterChanged.type:
      return ofEncounter(event.data as EncounterData);
    case bedRequestChanged.type:
      return ofRequest(event.data as BedRequestData);
    case dischargePlanChanged.type:
      return ofPlan(event.data as DischargePlanData);
    case cleaningJobChanged.type:
      return ofCleaning(event.data as CleaningJobData);
    default:
      return null;
  }
}

/** Running clocks that begin more than a minute after `now`; a sender's clock may be some seconds ahead. */
export function runningAhead(view: FacilityView, now: number): ProcessClock[] {
  return processClocks(view, now).filter((c) => c.level === 'invalid' && minutesSince(c.since, now) < -1);
}

type Step = readonly [clock: FinishedClockName, from: string | null, to: string | null];
type Place = Pick<InvalidClock, 'unit' | 'where' | 'source'>;

function checked(subject: InvalidClock['subject'], place: Place, steps: readonly Step[]): CheckedClocks {
  const invalid = steps.flatMap(([clock, from, to]) =>
    durationOf(from, to) === 'invalid' ? [{ clock, subject, ...place, from: from!, to: to! }] : [],
  );
  return { subject, invalid };
}

function ofEncounter(encounter: EncounterData): CheckedClocks {
  const last = encounter.stays.at(-1)?.place ?? encounter.location;
  const unit = last?.unit ?? null;
  const place = { unit, where: last?.bedId ?? unit ?? 'unknown place', source: encounter.cause.by };
  const discharged = encounter.status === 'discharged' ? encounter.dischargedAt : null;
  return checked({ type: 'encounter', id: encounter.encounterId }, place, [['stay', encounter.admittedAt, discharged]]);
}

function ofRequest(request: BedRequestData): CheckedClocks {
  const where = request.assignedBedId ?? request.toUnit ?? 'unknown place';
  const ready = latest(request.readyToMoveAt, request.assignedAt, request.bedCleanAt);
  const inBed = request.status === 'occupied' ? request.occupiedAt : null;
  return checked({ type: 'bed-request', id: request.id }, { unit: request.toUnit, where, source: null }, [
    ['request-to-assign', request.requestedAt, request.assignedAt],
    ['total', request.requestedAt, inBed],
    ['occupied', ready, inBed],
  ]);
}

function ofPlan(plan: DischargePlanData): CheckedClocks {
  const place = { unit: plan.unit, where: plan.bedId ?? plan.unit ?? 'unknown place', source: null };
  const left = plan.status === 'departed' ? plan.departedAt : null;
  return checked({ type: 'encounter', id: `${plan.encounterId}/plan` }, place, [
    ['confirmed-to-left', plan.confirmedAt, left],
  ]);
}

function ofCleaning(job: CleaningJobData): CheckedClocks {
  const steps: Step[] = [
    ['evs-response', job.requestedAt, job.startedAt],
    ['evs-clean', job.startedAt, job.completedAt],
    ['evs-turn', job.requestedAt, job.completedAt],
  ];
  const place = { unit: job.unit, where: job.bedId, source: null };
  return checked({ type: 'cleaning-job', id: job.id }, place, job.status === 'cancelled' ? [] : steps);
}
