import type { BedView, ConflictData, PatientBrief } from '@wardstream/events';
import { initialsShown, stateWord } from '../parts/words.js';

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
  readonly body: { readonly encounterId?: string; readonly nobodyInBed?: true };
}

/** Somebody reported a patient whom no visit puts into the bed. */
const reportedOccupied: readonly string[] = ['occupied-without-encounter', 'patient-seen-after-leaving'];

/** What a person can say about an open conflict: who is in the bed, that nobody is, or a reason why it can be closed. */
export function choicesOf(conflict: ConflictData, bed: BedView | undefined): readonly Choice[] {
  if (conflict.kind === 'bed-disputed') return patients(conflict, bed);
  const reason: Choice = {
    ...{ key: 'reason', encounterId: null, label: 'Close with a reason', confirm: 'Close conflict' },
    ...{ done: 'Conflict closed', effect: effectOf(conflict, bed), body: {} },
  };
  return reportedOccupied.includes(conflict.kind) ? [nobody(conflict), reason] : [reason];
}

function patients(conflict: ConflictData, bed: BedView | undefined): readonly Choice[] {
  const ids = conflict.facts.flatMap((f) => f.encounterId ?? []);
  const who = (id: string): string => {
    const patient: PatientBrief | undefined = bed?.occupants.find((o) => o.encounterId === id)?.patient;
    return patient === undefined ? `the patient of fact ${ids.indexOf(id) + 1}` : initialsShown(patient);
  };
  return ids.map((encounterId): Choice => {
    const other = ids.find((id) => id !== encounterId);
    const gone = other === undefined ? 'The other one' : sentenceCase(who(other));
    const where = `${who(encounterId)} is in ${conflict.subject.id}`;
    return {
      ...{ key: encounterId, encounterId, label: `${sentenceCase(who(encounterId))} is here` },
      ...{ confirm: where, done: where, body: { encounterId } },
      effect: `${conflict.subject.id} has ${who(encounterId)} alone. ${gone} is shown in ${conflict.unit ?? 'the unit'} without a bed, until a later movement says where.`,
    };
  });
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
