import type { DoubtedTime, EncounterData, PatientBrief, Pending, Place, PlannedBed, Stay } from '@wardstream/events';
import { type ResolvedCancels, resolveCancels } from './cancels.js';
import { Conflicts, type EncounterConflict, side } from './conflicts.js';
import type { Directory } from './directory.js';
import { FEW } from './few-candidates.js';
import { departuresTo, type Houses, oneHouse } from './houses.js';
import { judgeTimes } from './doubted-times.js';
import { endedBeforeMerge, leftByMerged, mergedVisits } from './merges.js';
import { gather, inRecordedOrder } from './movements.js';
import type { Cancel, Movement, VisitHistory, Update } from './visit-history.js';
import { briefOf, deletionsOf, PersonHistory, type Patient, Persons } from './patient.js';
import { liesInNoBed } from './places.js';
import { knownToHaveBeenIn } from './sightings.js';
import { isPersonal, type VisitFact } from './visit-fact.js';
import { StayTimes } from './stay-times.js';
import { readTimeline, type Timeline } from './visit-timeline.js';
import {
  changing,
  judgeCancel,
  judgeArrival,
  judgeCorrection,
  lastDeletion,
  judgeDeletion,
  judgeUpdate,
  saysSpecialty,
  judgeUnknownVisit,
  latest,
} from './history-conflicts.js';

/** One movement as it is shown. */
export interface EncounterMovement {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly receivedAt: string;
  readonly from: Place | null;
  readonly to: Place | null;
  readonly cancelled: boolean;
  /** Times that were sent and cannot be; `at` and `recordedAt` are what counts instead. */
  readonly doubtedTimes?: readonly DoubtedTime[];
}

/** A visit as its facts make it. */
export interface DerivedEncounter {
  readonly status: EncounterData['status'];
  readonly class: string | null;
  /** Whether patients of this class lie in no bed. */
  readonly inNoBed: boolean;
  readonly specialty: string | null;
  readonly patient: Patient;
  readonly brief: PatientBrief;
  /** Where the patient is; null where nobody is in the house. */
  readonly location: Place | null;
  readonly inTransit: boolean;
  readonly pendings: readonly Pending[];
  readonly plannedBeds: readonly PlannedBed[];
  readonly stays: readonly Stay[];
  readonly movements: readonly EncounterMovement[];
  readonly registeredAt: string | null;
  readonly admittedAt: string | null;
  readonly dischargedAt: string | null;
  /** When an open visit is expected to end; left out where nobody says. */
  readonly expectedDischargeAt?: string;
  /** How the visit ended (PV1-36), of one that is over; left out where nobody says. */
  readonly disposition?: string;
  /** The other house that the patient went to; left out unless one said so, and nothing told of them here since. */
  readonly wentTo?: { readonly facility: string; readonly at: string };
  /** Left out where the patient never was on leave. */
  readonly leaves?: NonNullable<EncounterData['leaves']>;
  /** Of a cancelled one: the time of the last cancel. */
  readonly cancelledAt?: string;
  readonly conflicts: readonly EncounterConflict[];
}

/**
 * The encounter of a visit from all its facts (docs/encounter-rules.md). A function of the set of facts with their times: neither the order
 * nor the number of times they are given matters. `directory` says what is known of the facility's places, `known` what is of its patients
 * apart from it, `houses` what other houses say of the same visit.
 */
export function deriveEncounter(
  encounterId: string,
  facts: readonly VisitFact[],
  directory: Directory,
  known = new PersonHistory(facts.filter(({ fact }) => isPersonal(fact))),
  houses: Houses = oneHouse,
): DerivedEncounter {
  const ofVisit = inRecordedOrder(facts.filter(({ fact }) => !isPersonal(fact)));
  const patients = new Persons(ofVisit, known);
  const gathered = gather(inRecordedOrder([...ofVisit, ...deletionsOf(ofVisit, known)]), directory, houses.names);
  const departures = departuresTo(houses, ofVisit, directory);
  const { cancels } = gathered;
  const merged = mergedVisits(ofVisit);
  const resolved = resolveCancels(gathered, merged, FEW, departures);
  const stands = (m: Movement): boolean => !resolved.cancelled.has(m.id);
  const aside = endedBeforeMerge(gathered.movements.filter(stands), merged);
  const changes = changing(gathered, resolved, aside, merged);
  const timelineBy = (movements: readonly Movement[], conflicts: Conflicts | null): Timeline =>
    readTimeline({ ...gathered, movements, ...changes, resolved, departures }, conflicts);
  const stay = new StayTimes(ofVisit, gathered, resolved);
  const movements = stay.corrected(
    gathered.movements,
    gathered.movements.filter(stands),
    changes.updates,
    (all) => timelineBy(all, null).dischargedAt,
  );
  const statements: VisitHistory = { ...gathered, movements };
  const happening = movements.filter(stands);

  const conflicts = new Conflicts(encounterId);
  const timeline = timelineBy(movements, conflicts);
  const deleted = lastDeletion(cancels)?.recordedAt ?? '';
  for (const cancel of cancels)
    if (cancel.kind !== 'delete' && cancel.recordedAt > deleted) judgeCancel(cancel, resolved, timeline, conflicts);
  judgeDeletion(statements, merged, conflicts);
  for (const correction of statements.waiting) judgeCorrection(correction, conflicts);
  judgeUpdate(statements, happening, timeline, conflicts);
  judgeTimes(ofVisit, movements, happening, conflicts);
  stay.judge(happening, timeline, conflicts);
  judgeArrival(happening, conflicts);
  if (timeline.phase === 'expected') judgeUnknownVisit(statements, conflicts);
  const others = patients.disagreeing();
  if (others !== null) {
    conflicts.open(
      'patient-differs',
      'visit',
      ...others.map((f) => side({ ...f, ...f.fact }, 'another patient identifier')),
    );
  }

  const sightings = knownToHaveBeenIn(movements, resolved.cancelled, timeline.effects);
  const covers = sightings.length + aside.size === 0 ? () => true : timeline.stays.coverage();
  for (const seen of sightings) {
    if (!covers(seen.place, seen.at)) timeline.stays.touch(seen.place, seen.at, seen.movementId, timeline, seen.leftBy);
  }
  for (const [end, { place }] of leftByMerged(aside, movements))
    if (place !== null && !covers(place, end.at))
      timeline.stays.touch(place, end.at, end.id, end.class === null ? timeline : end, 'merge');
  const happened = happening.filter((m) => !aside.has(m.id));
  const patient = patients.patient(timeline.dischargedAt);
  const began = ofVisit.reduce((at, { fact }) => (fact.at < at ? fact.at : at), ofVisit[0]?.fact.at ?? '');
  const onlyCancels = movements.length + statements.updates.length + statements.waiting.length === 0;
  const anyCancelled = resolved.cancelled.size > 0 || (onlyCancels && cancels.length > 0);
  const of =
    timeline.class === null ? (latest(statements.updates.filter((u) => u.class !== null)) ?? timeline) : timeline;
  const status = statusOf(timeline, happened.length > 0, anyCancelled);
  const disposition = stay.disposition(happening, timeline);
  const expectsEnd = latest([...happened, ...statements.updates].filter((s) => s.expectedDischargeAt !== undefined));
  const expectedEnd =
    status === 'in-progress' || status === 'on-leave' ? (expectsEnd?.expectedDischargeAt ?? null) : null;
  return {
    status,
    class: of.class,
    inNoBed: liesInNoBed(of),
    specialty: latest([...happened, ...statements.updates].filter(saysSpecialty))?.specialty ?? null,
    patient,
    brief: briefOf(patient, began),
    location: timeline.here,
    inTransit: timeline.inTransit,
    pendings: timeline.pendings,
    plannedBeds: timeline.plannedBeds,
    stays: timeline.stays.list(),
    ...(timeline.leaves.length === 0 ? {} : { leaves: timeline.leaves.map((l) => ({ ...l })) }),
    movements: shown(statements, timeline, new Set(resolved.cancelled.keys())),
    registeredAt: timeline.registeredAt,
    admittedAt: timeline.admittedAt,
    dischargedAt: timeline.dischargedAt,
    ...(expectedEnd === null ? {} : { expectedDischargeAt: expectedEnd }),
    ...(disposition === null ? {} : { disposition }),
    ...(timeline.wentTo === null ? {} : { wentTo: { facility: timeline.wentTo.facility, at: timeline.wentTo.at } }),
    ...(status === 'cancelled' ? { cancelledAt: lastCancelled(resolved, cancels) } : {}),
    conflicts: conflicts.list(),
  };
}

function statusOf({ phase, pendings }: Timeline, anyHappened: boolean, anyCancelled: boolean): EncounterData['status'] {
  switch (phase) {
    case 'in':
      return 'in-progress';
    case 'on-leave':
      return 'on-leave';
    case 'out':
      return 'discharged';
    default:
      return !anyHappened && anyCancelled && pendings.length === 0 ? 'cancelled' : 'planned';
  }
}

/** When the last thing that was said of the visit was taken back. A cancel that gives its movement's time was so when recorded. */
function lastCancelled({ cancelled }: ResolvedCancels, cancels: readonly Cancel[]): string {
  const times = (cancelled.size > 0 ? [...cancelled.values()] : cancels).map((cancel) =>
    cancel.atNames ? cancel.recordedAt : cancel.at,
  );
  return times.reduce((last, at) => (at > last ? at : last));
}

function shown(
  { movements, cancels, updates }: VisitHistory,
  { effects }: Timeline,
  cancelled: ReadonlySet<string>,
): EncounterMovement[] {
  const byId = new Map<string, Movement | Cancel | Update>(
    [...movements, ...cancels, ...updates].map((s) => [s.id, s]),
  );
  const doubts = new Map(movements.map((m) => [m.id, m.doubtedTimes]));
  return [...effects].map(([id, { from, to }]) => {
    const { kind, at, recordedAt, receivedAt } = byId.get(id)!;
    const doubtedTimes = doubts.get(id);
    return {
      ...{ id, kind, at, recordedAt, receivedAt, from, to, cancelled: cancelled.has(id) },
      ...(doubtedTimes === undefined ? {} : { doubtedTimes }),
    };
  });
}
