import type { Permission } from '@wardstream/access';
import type { BedView, CloseBedConflict, CloseEncounterConflict, NameMother } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { initialsShown, sexLabel, stateLabel } from '../ui/labels.js';
import { motherChoices, patientChoices } from './patient-choices.js';
import { t } from '../texts/texts.js';

/** One way in which a person can close an open conflict. */
export interface Choice {
  /** Unique among those of the conflict. */
  readonly key: string;
  /** Whose fact it confirms; null where it is about no patient. */
  readonly encounterId: string | null;
  /** On the button that chooses it. */
  readonly label: string;
  /** On the button that does it. */
  readonly confirm: string;
  /** What is said once it is done. */
  readonly done: string;
  /** What it comes to, shown before it is done. */
  readonly effect: string;
  /** What the command says beside the reason. */
  readonly body: Readonly<
    Pick<CloseBedConflict, 'encounterId' | 'bothInBed' | 'nobodyInBed'> &
      Pick<CloseEncounterConflict, 'joinVisits' | 'endVisit'> &
      Partial<Pick<NameMother, 'mother'>>
  >;
  /** Where the command goes and where it is taken back, if not to the conflict itself. */
  readonly elsewhere?: { readonly path: string; readonly undo: string };
}

/** Somebody reported a patient whom no visit puts into the bed. */
const reportedOccupied: readonly string[] = ['occupied-without-encounter', 'patient-seen-after-leaving'];

/** What it takes to close a conflict of this: who is in a bed is settled at the bed, too. */
export function settles(subject: ConflictData['subject']['type']): Permission {
  return subject === 'bed' ? 'conflict.settle-bed' : 'conflict.settle';
}

/** What a person can say about an open conflict: who is in the bed, that both or nobody is, or a reason why it can be closed. */
export function choicesOf(conflict: ConflictData, bed: BedView | undefined): readonly Choice[] {
  if (conflict.kind === 'bed-disputed') return patients(conflict, bed);
  const reason: Choice = {
    ...{
      key: 'reason',
      encounterId: null,
      label: t('conflicts.closeWithAReason'),
      confirm: t('conflicts.closeConflict'),
    },
    ...{ done: t('conflicts.conflictClosed'), effect: effectOf(conflict, bed), body: {} },
  };
  if (reportedOccupied.includes(conflict.kind)) return [nobody(conflict), reason];
  return [...patientChoices(conflict), reason];
}

function patients(conflict: ConflictData, bed: BedView | undefined): readonly Choice[] {
  const ids = [...new Set(conflict.facts.flatMap((f) => f.encounterId ?? []))];
  const who = namesOf(ids, bed);
  const here = conflict.subject.id;
  const unit = conflict.unit ?? t('conflicts.theUnit');
  const hasMore = (bed?.occupants.length ?? 0) > ids.length;
  const one = ids.map((encounterId): Choice => {
    const other = ids.find((id) => id !== encounterId);
    const gone = other === undefined ? t('conflicts.theOtherOne') : sentenceCase(who(other));
    const where = t('conflicts.isIn', { encounterId: who(encounterId), here });
    const alone = hasMore
      ? t('conflicts.whoeverElseIsRecordedThereStays', { where: sentenceCase(where) })
      : t('conflicts.hasAlone', { here, encounterId: who(encounterId) });
    return {
      ...{ key: encounterId, encounterId, label: t('conflicts.isHere', { value: sentenceCase(who(encounterId)) }) },
      ...{ confirm: where, done: where, body: { encounterId } },
      effect: t('conflicts.isShownInWithoutABed', { alone, gone, unit }),
    };
  });
  if (ids.length !== 2) return one;
  const share = t('conflicts.bothAreIn', { here });
  return [
    ...one,
    ...motherChoices(ids, bed, who),
    {
      ...{ key: 'both', encounterId: null, label: t('conflicts.bothAreHere'), confirm: share, done: share },
      effect: t('conflicts.keepsAndCountsAsOccupiedOnce', { here, value: ids.map(who).join(' and ') }),
      body: { bothInBed: true },
    },
  ];
}

/** How each of the visits is named, so that no two are named alike: by initials, and by the visit's number where these do not tell. */
function namesOf(ids: readonly string[], bed: BedView | undefined): (id: string) => string {
  const known = new Map(bed?.occupants.map((o) => [o.encounterId, o] as const));
  const initials = (id: string): string => known.get(id)?.patient.initials ?? '';
  return (id) => {
    const visit = known.get(id)?.visitNumber;
    if (visit === undefined) return t('conflicts.thePatientOfFact', { value: ids.indexOf(id) + 1 });
    if (initials(id) === '') return t('conflicts.visit', { visit });
    const shown = initialsShown({ initials: initials(id) });
    return ids.some((other) => other !== id && initials(other) === initials(id))
      ? t('conflicts.visit2', { shown, visit })
      : shown;
  };
}

/** Whom a fact is about, as far as the bed tells: 'P.T., 60s, female, visit V4711'. Empty where it is about no patient. */
export function whoIs(bed: BedView | undefined, encounterId: string | undefined): string {
  const told = bed === undefined ? [] : [...bed.occupants, ...(bed.reservedFor === null ? [] : [bed.reservedFor])];
  const visit = told.find((v) => v.encounterId === encounterId);
  if (visit === undefined) return '';
  const { initials, ageBand, sex } = visit.patient;
  const parts = [
    initials === '' ? t('conflicts.noName') : initialsShown(visit.patient),
    ageBand,
    sexLabel[sex].toLowerCase(),
  ];
  return [...parts, t('conflicts.visit3', { visitNumber: visit.visitNumber })]
    .filter((part) => part !== null)
    .join(', ');
}

function nobody({ subject }: ConflictData): Choice {
  const said = t('conflicts.nobodyIsIn', { id: subject.id });
  return {
    ...{ key: 'nobody', encounterId: null, label: t('conflicts.nobodyIsHere'), confirm: said, done: said },
    effect: t('conflicts.isDirtyAndACleaningIs', { id: subject.id }),
    body: { nobodyInBed: true },
  };
}

function effectOf(conflict: ConflictData, bed: BedView | undefined): string {
  const again = t('conflicts.itOpensAgainWhenOneOf');
  if (patientChoices(conflict).length > 0) return t('conflicts.allVisitsStayAsTheyAre', { again });
  if (bed !== undefined)
    return t('conflicts.theBedGoesOnCountingAs', { value: stateLabel[bed.state].toLowerCase(), again });
  return conflict.subject.type === 'message'
    ? t('conflicts.nothingElseChanges', { again })
    : t('conflicts.theEncounterStaysAsItIs', { again });
}

/** Where the command about a conflict goes: beds keep their own, admissions the rest. */
export function conflictPath({ id, subject }: ConflictData): string {
  const owner = subject.type === 'bed' ? 'bed-conflicts' : 'encounter-conflicts';
  return `/api/v1/${owner}/${encodeURIComponent(id)}`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
