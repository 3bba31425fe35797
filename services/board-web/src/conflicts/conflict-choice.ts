import type { BedView, ConflictData, PatientBrief } from '@wardstream/events';
import { initialsShown, stateWord } from '../parts/words.js';

/** One of two patients of a disputed bed: what saying that they are in it comes to. */
export interface Side {
  readonly encounterId: string;
  /** Initials. */
  readonly who: string;
  readonly effect: string;
}

/** What a person can do about an open conflict: say which patient is in the bed, or close it for a reason. */
export interface Closing {
  readonly sides: readonly Side[];
  /** What closing it with a reason alone comes to; null where a choice is needed. */
  readonly effect: string | null;
}

export function closingOf(conflict: ConflictData, bed: BedView | undefined): Closing {
  if (conflict.kind !== 'bed-disputed') return { sides: [], effect: effectOf(conflict, bed) };
  const ids = conflict.facts.flatMap((f) => f.encounterId ?? []);
  const who = (id: string): string => {
    const patient: PatientBrief | undefined = bed?.occupants.find((o) => o.encounterId === id)?.patient;
    return patient === undefined ? `the patient of fact ${ids.indexOf(id) + 1}` : initialsShown(patient);
  };
  const sides = ids.map((encounterId): Side => {
    const other = ids.find((id) => id !== encounterId);
    const gone = other === undefined ? 'The other one' : sentenceCase(who(other));
    return {
      encounterId,
      who: who(encounterId),
      effect: `${conflict.subject.id} has ${who(encounterId)} alone. ${gone} is shown in ${conflict.unit ?? 'the unit'} without a bed, until a later movement says where.`,
    };
  });
  return { sides, effect: null };
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
