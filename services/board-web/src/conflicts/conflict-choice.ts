import type { BedView, ConflictData } from '@wardstream/events';
import { initialsShown, sexWord, stateWord } from '../parts/words.js';
import { motherChoices, patientChoices } from './patient-choices.js';

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
  readonly body: {
    readonly encounterId?: string;
    readonly bothInBed?: true;
    readonly nobodyInBed?: true;
    readonly joinVisits?: true;
    readonly endVisit?: string;
    readonly mother?: string;
  };
  /** Where the command goes and where it is taken back, if not to the conflict itself. */
  readonly elsewhere?: { readonly path: string; readonly undo: string };
}

/** Somebody reported a patient whom no visit puts into the bed. */
const reportedOccupied: readonly string[] = ['occupied-without-encounter', 'patient-seen-after-leaving'];

/** What a person can say about an open conflict: who is in the bed, that both or nobody is, or a reason why it can be closed. */
export function choicesOf(conflict: ConflictData, bed: BedView | undefined): readonly Choice[] {
  if (conflict.kind === 'bed-disputed') return patients(conflict, bed);
  const reason: Choice = {
    ...{ key: 'reason', encounterId: null, label: 'Close with a reason', confirm: 'Close conflict' },
    ...{ done: 'Conflict closed', effect: effectOf(conflict, bed), body: {} },
  };
  if (reportedOccupied.includes(conflict.kind)) return [nobody(conflict), reason];
  return [...patientChoices(conflict), reason];
}

function patients(conflict: ConflictData, bed: BedView | undefined): readonly Choice[] {
  const ids = [...new Set(conflict.facts.flatMap((f) => f.encounterId ?? []))];
  const who = namesOf(ids, bed);
  const here = conflict.subject.id;
  const unit = conflict.unit ?? 'the unit';
  const hasMore = (bed?.occupants.length ?? 0) > ids.length;
  const one = ids.map((encounterId): Choice => {
    const other = ids.find((id) => id !== encounterId);
    const gone = other === undefined ? 'The other one' : sentenceCase(who(other));
    const where = `${who(encounterId)} is in ${here}`;
    const alone = hasMore
      ? `${sentenceCase(where)}; whoever else is recorded there stays.`
      : `${here} has ${who(encounterId)} alone.`;
    return {
      ...{ key: encounterId, encounterId, label: `${sentenceCase(who(encounterId))} is here` },
      ...{ confirm: where, done: where, body: { encounterId } },
      effect: `${alone} ${gone} is shown in ${unit} without a bed, until a later movement says where.`,
    };
  });
  if (ids.length !== 2) return one;
  const share = `Both are in ${here}`;
  return [
    ...one,
    ...motherChoices(ids, bed, who),
    {
      ...{ key: 'both', encounterId: null, label: 'Both are here', confirm: share, done: share },
      effect: `${here} keeps ${ids.map(who).join(' and ')} and counts as occupied, once. The conflict opens again when one of the facts changes.`,
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
    if (visit === undefined) return `the patient of fact ${ids.indexOf(id) + 1}`;
    if (initials(id) === '') return `visit ${visit}`;
    const shown = initialsShown({ initials: initials(id) });
    return ids.some((other) => other !== id && initials(other) === initials(id)) ? `${shown}, visit ${visit},` : shown;
  };
}

/** Whom a fact is about, as far as the bed tells: 'P.T., 60s, female, visit V4711'. Empty where it is about no patient. */
export function whoIs(bed: BedView | undefined, encounterId: string | undefined): string {
  const told = bed === undefined ? [] : [...bed.occupants, ...(bed.reservedFor === null ? [] : [bed.reservedFor])];
  const visit = told.find((v) => v.encounterId === encounterId);
  if (visit === undefined) return '';
  const { initials, ageBand, sex } = visit.patient;
  const parts = [initials === '' ? 'no name' : initialsShown(visit.patient), ageBand, sexWord[sex].toLowerCase()];
  return [...parts, `visit ${visit.visitNumber}`].filter((part) => part !== null).join(', ');
}

function nobody({ subject }: ConflictData): Choice {
  const said = `Nobody is in ${subject.id}`;
  return {
    ...{ key: 'nobody', encounterId: null, label: 'Nobody is here', confirm: said, done: said },
    effect: `${subject.id} is dirty and a cleaning is asked for. A later report that somebody is in it counts again.`,
    body: { nobodyInBed: true },
  };
}

function effectOf(conflict: ConflictData, bed: BedView | undefined): string {
  const again = 'It opens again when one of the facts changes.';
  if (patientChoices(conflict).length > 0) return `All visits stay as they are shown. ${again}`;
  if (bed !== undefined) return `The bed goes on counting as ${stateWord[bed.state].toLowerCase()}. ${again}`;
  return conflict.subject.type === 'message'
    ? `Nothing else changes. ${again}`
    : `The encounter stays as it is shown. ${again}`;
}

/** Where the command about a conflict goes: beds keep their own, admissions the rest. */
export function conflictPath({ id, subject }: ConflictData): string {
  const owner = subject.type === 'bed' ? 'bed-conflicts' : 'encounter-conflicts';
  return `/api/v1/${owner}/${encodeURIComponent(id)}`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
