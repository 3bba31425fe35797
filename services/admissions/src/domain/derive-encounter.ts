import type { EncounterData, PatientBrief, Pending, Place, Stay } from '@wardstream/events';
import { resolveCancels } from './cancels.js';
import { Conflicts, type EncounterConflict, history, side } from './conflicts.js';
import { said } from './course.js';
import type { Directory } from './directory.js';
import { compareRecorded } from './event-order.js';
import { type Cancel, compare, gather, inRecordedOrder, type Movement, type Statements } from './movements.js';
import { briefOf, otherPatients, type Patient, patientOf } from './patient.js';
import { agree, placeText } from './places.js';
import { knownToHaveBeenIn } from './sightings.js';
import type { VisitFact } from './visit-fact.js';
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
}

/** A visit as its facts make it. */
export interface DerivedEncounter {
  readonly status: EncounterData['status'];
  readonly class: string | null;
  readonly specialty: string | null;
  readonly patient: Patient;
  readonly brief: PatientBrief;
  /** Where the patient is; null where nobody is in the house. */
  readonly location: Place | null;
  readonly inTransit: boolean;
  readonly pendings: readonly Pending[];
  readonly stays: readonly Stay[];
  readonly movements: readonly EncounterMovement[];
  readonly registeredAt: string | null;
  readonly admittedAt: string | null;
  readonly dischargedAt: string | null;
  readonly conflicts: readonly EncounterConflict[];
}

/**
 * The encounter of a visit from all its facts (DOMAIN 3.1b). A function of the set of facts with their times: neither the order
 * nor the number of times they are given matters. `directory` says what is known of the facility's places.
 */
export function deriveEncounter(
  encounterId: string,
  visitFacts: readonly VisitFact[],
  directory: Directory,
): DerivedEncounter {
  const facts = inRecordedOrder(visitFacts);
  const statements = gather(facts, directory);
  const { movements, cancels } = statements;
  const resolved = resolveCancels(movements, cancels, (movement, gone) => {
    const happened = movements.filter((m) => !gone.has(m.id));
    const way = walk({ movements: happened, cancels: [], resolved: nothingCancelled }, null);
    return way.courses.get(movement.id)?.from ?? null;
  });

  const conflicts = new Conflicts(encounterId);
  const walked = walk({ movements, cancels, resolved }, conflicts);
  for (const cancel of cancels) judgeCancel(cancel, resolved.named.get(cancel.id), walked, conflicts);
  judgeUpdate(statements, walked, conflicts);
  if (walked.phase === 'expected') judgeUnknownVisit(statements, conflicts);
  const others = otherPatients(facts);
  if (others !== null) {
    conflicts.open(
      'patient-differs',
      'visit',
      ...others.map((f) => side({ ...f, ...f.fact }, 'another patient identifier')),
    );
  }

  for (const seen of knownToHaveBeenIn(movements, resolved.cancelled, walked.courses)) {
    if (!walked.stays.covers(seen.place, seen.at)) {
      walked.stays.touch(seen.place, seen.at, seen.movementId, walked.class, seen.leftBy);
    }
  }
  const happened = movements.filter((m) => !resolved.cancelled.has(m.id));
  const patient = patientOf(facts);
  const began = facts.reduce((at, { fact }) => (fact.at < at ? fact.at : at), facts[0]?.fact.at ?? '');
  const status = statusOf(walked, happened.length > 0, resolved.cancelled.size > 0);
  return {
    status,
    class: walked.class ?? latest(statements.updates.filter((u) => u.class !== null))?.class ?? null,
    specialty: latest([...happened, ...statements.updates].filter((s) => s.specialty !== null))?.specialty ?? null,
    patient,
    brief: briefOf(patient, began),
    location: walked.here,
    inTransit: walked.inTransit,
    pendings: walked.pendings,
    stays: walked.stays.list(),
    movements: shown(statements, walked, new Set(resolved.cancelled.keys())),
    registeredAt: walked.registeredAt,
    admittedAt: walked.admittedAt,
    dischargedAt: walked.dischargedAt,
    conflicts: conflicts.list(),
  };
}

const nothingCancelled = { cancelled: new Map(), named: new Map(), voided: new Set<string>() };

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

/** Rules 4 and 5: a cancel of nothing known waits for its fact; an A12 whose place the history contradicts is only heard. */
function judgeCancel(cancel: Cancel, named: Movement | undefined, walked: Walked, conflicts: Conflicts): void {
  if (named === undefined) {
    conflicts.open('cancel-of-unknown', cancel.id, side(cancel, said(cancel)), history('nothing known fits'));
    return;
  }
  const origin = walked.courses.get(named.id)?.from ?? null;
  if (cancel.kind === 'cancel-transfer' && !agree(cancel.place, origin)) {
    conflicts.open(
      'cancel-place-differs',
      cancel.id,
      side(cancel, said(cancel)),
      side(named, `left ${placeText(origin)}`),
    );
  }
}

/** Rule 11: an A08 moves nobody; what it says otherwise is a conflict until a later fact settles it. */
function judgeUpdate({ updates }: Statements, walked: Walked, conflicts: Conflicts): void {
  if (walked.phase !== 'in' && walked.phase !== 'on-leave') return;
  const placed = latest(updates.filter((u) => u.place !== null));
  if (placed !== undefined && placed.at >= (walked.placedAt ?? '') && !agree(placed.place, walked.here)) {
    const says = side(placed, `in ${placeText(placed.place)}`);
    conflicts.open('update-place-differs', 'visit', history(`in ${placeText(walked.here)}`), says);
  }
  const classed = latest(updates.filter((u) => u.class !== null));
  if (
    classed !== undefined &&
    classed.at >= (walked.classAt ?? '') &&
    walked.class !== null &&
    classed.class !== walked.class
  ) {
    const says = side(classed, `class ${classed.class ?? ''}`);
    conflicts.open('update-class-differs', 'visit', history(`class ${walked.class}`), says);
  }
}

const tellsOfPatientInHouse: ReadonlySet<string> = new Set(['leave', 'return', 'depart', 'arrive']);

/** Rule 8: a leave alone puts nobody into a bed; but it tells of a patient in the house whose admission we missed. */
function judgeUnknownVisit({ movements }: Statements, conflicts: Conflicts): void {
  const sign = latest(movements.filter((m) => tellsOfPatientInHouse.has(m.kind)));
  if (sign === undefined || movements.some((m) => !tellsOfPatientInHouse.has(m.kind))) return;
  conflicts.open('admission-missing', 'visit', side(sign, said(sign)), history('no admission is known'));
}

interface Stated {
  readonly id: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly receivedAt: string;
  readonly place: Place | null;
}

/** The last by event time. */
function latest<T extends Stated>(statements: readonly T[]): T | undefined {
  return [...statements].sort((a, b) => compare(b.at, a.at) || compareRecorded(b, a))[0];
}

function shown(
  { movements, cancels }: Statements,
  { courses }: Walked,
  cancelled: ReadonlySet<string>,
): EncounterMovement[] {
  const byId = new Map<string, Movement | Cancel>([...movements, ...cancels].map((s) => [s.id, s]));
  return [...courses].map(([id, { from, to }]) => {
    const { kind, at, recordedAt, receivedAt } = byId.get(id)!;
    return { id, kind, at, recordedAt, receivedAt, from, to, cancelled: cancelled.has(id) };
  });
}
