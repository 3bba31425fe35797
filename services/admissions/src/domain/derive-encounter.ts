import type { DoubtedTime, EncounterData, PatientBrief, Pending, Place, PlannedBed, Stay } from '@wardstream/events';
import { type ResolvedCancels, resolveCancels } from './cancels.js';
import { Conflicts, type EncounterConflict, history, side } from './conflicts.js';
import { said } from './course.js';
import type { Directory } from './directory.js';
import { compareRecorded } from './event-order.js';
import { FEW } from './few-candidates.js';
import { departuresTo, type Houses, oneHouse } from './houses.js';
import { judgeTimes } from './doubted-times.js';
import { endedBeforeMerge, endsOfParts, leftByMerged, type MergedVisits, mergedVisits } from './merges.js';
import {
  type Cancel,
  compare,
  type Correction,
  gather,
  inRecordedOrder,
  type Movement,
  type Statements,
  type Update,
} from './movements.js';
import { briefOf, deletionsOf, KnownPersons, type Patient, Persons } from './patient.js';
import { agree, liesInNoBed, placeText } from './places.js';
import { knownToHaveBeenIn } from './sightings.js';
import { isPersonal, type VisitFact } from './visit-fact.js';
import { agreesWith, saysPlace } from './stated-place.js';
import { StayTimes } from './stay-times.js';
import { type Walked, walk } from './walk.js';

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
  known = new KnownPersons(facts.filter(({ fact }) => isPersonal(fact))),
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
  const walkBy = (movements: readonly Movement[], conflicts: Conflicts | null): Walked =>
    walk({ ...gathered, movements, ...changes, resolved, departures }, conflicts);
  const stay = new StayTimes(ofVisit, gathered, resolved);
  const movements = stay.corrected(
    gathered.movements,
    gathered.movements.filter(stands),
    changes.updates,
    (all) => walkBy(all, null).dischargedAt,
  );
  const statements: Statements = { ...gathered, movements };
  const happening = movements.filter(stands);

  const conflicts = new Conflicts(encounterId);
  const walked = walkBy(movements, conflicts);
  const deleted = lastDeletion(cancels)?.recordedAt ?? '';
  for (const cancel of cancels)
    if (cancel.kind !== 'delete' && cancel.recordedAt > deleted) judgeCancel(cancel, resolved, walked, conflicts);
  judgeDeletion(statements, merged, conflicts);
  for (const correction of statements.waiting) judgeCorrection(correction, conflicts);
  judgeUpdate(statements, happening, walked, conflicts);
  judgeTimes(ofVisit, movements, happening, conflicts);
  stay.judge(happening, walked, conflicts);
  judgeArrival(happening, conflicts);
  if (walked.phase === 'expected') judgeUnknownVisit(statements, conflicts);
  const others = patients.disagreeing();
  if (others !== null) {
    conflicts.open(
      'patient-differs',
      'visit',
      ...others.map((f) => side({ ...f, ...f.fact }, 'another patient identifier')),
    );
  }

  const sightings = knownToHaveBeenIn(movements, resolved.cancelled, walked.courses);
  const covers = sightings.length + aside.size === 0 ? () => true : walked.stays.coverage();
  for (const seen of sightings) {
    if (!covers(seen.place, seen.at)) walked.stays.touch(seen.place, seen.at, seen.movementId, walked, seen.leftBy);
  }
  for (const [end, { place }] of leftByMerged(aside, movements))
    if (place !== null && !covers(place, end.at))
      walked.stays.touch(place, end.at, end.id, end.class === null ? walked : end, 'merge');
  const happened = happening.filter((m) => !aside.has(m.id));
  const patient = patients.patient(walked.dischargedAt);
  const began = ofVisit.reduce((at, { fact }) => (fact.at < at ? fact.at : at), ofVisit[0]?.fact.at ?? '');
  const onlyCancels = movements.length + statements.updates.length + statements.waiting.length === 0;
  const anyCancelled = resolved.cancelled.size > 0 || (onlyCancels && cancels.length > 0);
  const of = walked.class === null ? (latest(statements.updates.filter((u) => u.class !== null)) ?? walked) : walked;
  const status = statusOf(walked, happened.length > 0, anyCancelled);
  const disposition = stay.disposition(happening, walked);
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
    location: walked.here,
    inTransit: walked.inTransit,
    pendings: walked.pendings,
    plannedBeds: walked.plannedBeds,
    stays: walked.stays.list(),
    ...(walked.leaves.length === 0 ? {} : { leaves: walked.leaves.map((l) => ({ ...l })) }),
    movements: shown(statements, walked, new Set(resolved.cancelled.keys())),
    registeredAt: walked.registeredAt,
    admittedAt: walked.admittedAt,
    dischargedAt: walked.dischargedAt,
    ...(expectedEnd === null ? {} : { expectedDischargeAt: expectedEnd }),
    ...(disposition === null ? {} : { disposition }),
    ...(walked.wentTo === null ? {} : { wentTo: { facility: walked.wentTo.facility, at: walked.wentTo.at } }),
    ...(status === 'cancelled' ? { cancelledAt: lastCancelled(resolved, cancels) } : {}),
    conflicts: conflicts.list(),
  };
}

/** The updates that change something, and what is set aside, both without what a merged visit said that was over before. */
function changing(
  { movements, updates }: Statements,
  { voided }: ResolvedCancels,
  aside: ReadonlyMap<string, Movement>,
  merged: MergedVisits,
): { updates: Update[]; aside: ReadonlySet<string> } {
  const ends = [...new Set(aside.values())];
  const over = (u: Update): boolean =>
    ends.some((end) => u.visit === end.visit && u.at <= end.at && u.recordedAt <= end.recordedAt);
  return {
    updates: updates.filter((u) => u.changes.some(tellsOfPresence) && !voided.has(u.id) && !over(u)),
    aside: new Set([...aside.keys(), ...endsOfParts(movements, merged)]),
  };
}

function tellsOfPresence(change: Update['changes'][number]): boolean {
  return change === 'place' || change === 'class';
}

function statusOf({ phase, pendings }: Walked, anyHappened: boolean, anyCancelled: boolean): EncounterData['status'] {
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

/** Rules 4, 5 and 16: a cancel of nothing known waits for its fact; an A12 whose place the history contradicts is only heard. */
function judgeCancel(
  cancel: Cancel,
  { named, leftFrom }: ResolvedCancels,
  { courses }: Walked,
  conflicts: Conflicts,
): void {
  const movement = named.get(cancel.id);
  if (movement === undefined) {
    const lost = cancel.kind === 'cancel-transfer' && cancel.place !== null;
    const known = lost ? `no known transfer left ${placeText(cancel.place)}` : 'nothing known fits';
    conflicts.open('cancel-of-unknown', cancel.id, side(cancel, said(cancel)), history(known));
    return;
  }
  const origin = leftFrom.get(cancel.id) ?? null;
  const settled = courses.get(movement.id)?.from ?? null;
  if (cancel.kind === 'cancel-transfer' && !agree(cancel.place, origin) && !agree(cancel.place, settled)) {
    conflicts.open(
      'cancel-place-differs',
      cancel.id,
      side(cancel, said(cancel)),
      side(movement, `left ${placeText(origin)}`),
    );
  }
}

/** A visit that began in another house: people there must know that it goes on here. */
function judgeArrival(happening: readonly Movement[], conflicts: Conflicts): void {
  const came = latest(happening.filter((m) => m.cameFrom !== null));
  if (came === undefined) return;
  const { house, place } = came.cameFrom!;
  const from = history(`the visit was in ${placeText({ ...place, bedId: null })} of ${house}`);
  conflicts.open('came-from-another-house', 'visit', from, side(came, said(came)));
}

/** Rule 32: a correction of nothing known waits for what it corrects. */
function judgeCorrection(correction: Correction, conflicts: Conflicts): void {
  const says = side(correction, `correction of ${said(correction)}`);
  conflicts.open('update-of-unknown', correction.id, says, history('no movement of that number is known'));
}

function lastDeletion(cancels: readonly Cancel[]): Cancel | undefined {
  return cancels
    .filter((c) => c.kind === 'delete')
    .sort(compareRecorded)
    .at(-1);
}

/** Whoever was in a bed when the visit was deleted may still be there, until something is recorded that tells. */
function judgeDeletion(all: Statements, merged: MergedVisits, conflicts: Conflicts): void {
  const deletion = deletionThatStands(all);
  if (deletion === undefined) return;
  const known = <T extends { readonly recordedAt: string }>(statements: readonly T[]): T[] =>
    statements.filter((s) => s.recordedAt <= deletion.recordedAt);
  const movements = known(all.movements);
  const cancels = known(all.cancels).filter((c) => c.kind !== 'delete');
  const before: Statements = { movements, cancels, updates: known(all.updates), waiting: [] };
  const resolved = resolveCancels(before, merged);
  const aside = endedBeforeMerge(
    movements.filter((m) => !resolved.cancelled.has(m.id)),
    merged,
  );
  const { stays } = walk({ ...before, ...changing(before, resolved, aside, merged), resolved }, null);
  const open = stays.list().find((s) => s.to === null && s.holdsBed);
  if (open === undefined) return;
  const was = history(`in ${placeText(open.place)}`);
  conflicts.open('deleted-while-in-bed', 'visit', was, side(deletion, 'deleted'));
}

/** The first deletion of the last ones between which nothing was said; none where a movement was stated since. */
function deletionThatStands({ movements, cancels }: Statements): Cancel | undefined {
  const last = (times: readonly string[]): string => times.reduce((latest, at) => (at > latest ? at : latest), '');
  const stated = last(movements.flatMap((m) => [m.recordedAt, ...m.stated.map((s) => s.recordedAt)]));
  const deletions = cancels.filter((c) => c.kind === 'delete').sort(compareRecorded);
  const latest = deletions.at(-1);
  if (latest === undefined || latest.recordedAt < stated) return undefined;
  const others = cancels.filter((c) => c.kind !== 'delete' && c.recordedAt < latest.recordedAt);
  const since = last([stated, ...others.map((c) => c.saidLastAt)]);
  return deletions.find((d) => d.recordedAt >= since) ?? latest;
}

/** Rule 11: an A08 moves nobody, unless its sender's profile lets it; what it says otherwise is a conflict until a later fact settles it. */
function judgeUpdate(
  { updates }: Statements,
  happened: readonly Movement[],
  walked: Walked,
  conflicts: Conflicts,
): void {
  if (walked.phase !== 'in' && walked.phase !== 'on-leave') return;
  // A leave names the bed that is kept, and moves nobody.
  const leaves = happened.filter((m) => m.kind === 'leave');
  const placed = latest([...updates, ...leaves].filter(saysPlace));
  if (placed !== undefined && placed.at >= (walked.placedAt ?? '') && !agreesWith(placed, walked.here)) {
    const says = side(placed, `in ${placeText(placed.place)}${placed.deletes.has('bed') ? ', in no bed' : ''}`);
    conflicts.open('update-place-differs', 'visit', history(`in ${placeText(walked.here)}`), says);
  }
  const classed = latest(updates.filter((u) => u.class !== null || u.deletes.has('class')));
  if (
    classed !== undefined &&
    classed.at >= (walked.classAt ?? '') &&
    walked.class !== null &&
    classed.class !== walked.class
  ) {
    const says = side(classed, classed.class === null ? 'no class' : `class ${classed.class}`);
    conflicts.open('update-class-differs', 'visit', history(`class ${walked.class}`), says);
  }
}

function saysSpecialty({ specialty, deletes }: Pick<Update, 'specialty' | 'deletes'>): boolean {
  return specialty !== null || deletes.has('specialty');
}

const tellsOfPatientInHouse: ReadonlySet<string> = new Set(['leave', 'return', 'depart', 'arrive']);

/** Rule 8: a leave alone puts nobody into a bed; but it tells of a patient in the house whose admission we missed. */
function judgeUnknownVisit({ movements }: Statements, conflicts: Conflicts): void {
  const sign = latest(movements.filter((m) => tellsOfPatientInHouse.has(m.kind)));
  const other = movements.some((m) => !tellsOfPatientInHouse.has(m.kind) && m.kind !== 'attending');
  if (sign === undefined || other) return;
  conflicts.open('admission-missing', 'visit', side(sign, said(sign)), history('no admission is known'));
}

interface Stated {
  readonly id: string;
  readonly source: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly place: Place | null;
}

/** The last by event time. */
function latest<T extends Stated>(statements: readonly T[]): T | undefined {
  return [...statements].sort((a, b) => compare(b.at, a.at) || compareRecorded(b, a))[0];
}

function shown(
  { movements, cancels, updates }: Statements,
  { courses }: Walked,
  cancelled: ReadonlySet<string>,
): EncounterMovement[] {
  const byId = new Map<string, Movement | Cancel | Update>(
    [...movements, ...cancels, ...updates].map((s) => [s.id, s]),
  );
  const doubts = new Map(movements.map((m) => [m.id, m.doubtedTimes]));
  return [...courses].map(([id, { from, to }]) => {
    const { kind, at, recordedAt, receivedAt } = byId.get(id)!;
    const doubtedTimes = doubts.get(id);
    return {
      ...{ id, kind, at, recordedAt, receivedAt, from, to, cancelled: cancelled.has(id) },
      ...(doubtedTimes === undefined ? {} : { doubtedTimes }),
    };
  });
}
