import type { Deletable, MovementFact, Place, SentPlace } from '@wardstream/events';
import type { CancelKind, MovementKind } from './visit-fact.js';

/** One movement, whatever number of messages stated it: the unit of truth. */
export interface Movement {
  /** Id of its first statement. */
  readonly id: string;
  readonly kind: MovementKind;
  /** The visit it was stated of; of merged visits there are several. */
  readonly visit: string;
  readonly at: string;
  /** The statement whose time counts, all that state it, and what was sent instead of a time that can be. */
  readonly timedBy: string;
  readonly statedBy: readonly string[];
  readonly doubtedTimes: MovementFact['doubtedTimes'];
  /** When it was first recorded, sent and received. */
  readonly recordedAt: string;
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly source: string;
  /** When each sender said that it happened. */
  readonly stated: readonly MovementSource[];
  readonly class: string | null;
  readonly inNoBed: boolean;
  readonly specialty: string | null;
  readonly deletes: ReadonlySet<Deletable>;
  /** PV1-3, PV1-6, PV1-42 and PV1-11 in the facility's terms. */
  readonly place: Place | null;
  readonly prior: Place | null;
  /** Where PV1-6 is a place of another house: that house, and the place in its terms. `prior` is null then. */
  readonly cameFrom: { readonly house: string; readonly place: SentPlace } | null;
  readonly pendingPlace: Place | null;
  readonly temporary: Place | null;
  readonly expectedAt: string | null;
  /** PV2-9: when the stay is expected to end; undefined where it says nothing of that. */
  readonly expectedDischargeAt: string | null | undefined;
  /** ZBE-1 */
  readonly senderId: string | null;
}

export interface MovementSource {
  readonly source: string;
  readonly recordedAt: string;
}

/** A statement that a movement did not happen. Which one it names is for `resolveCancels` to say. */
export interface Cancel {
  readonly id: string;
  /** `delete`: an A23 or A29, which names all that was recorded before it. */
  readonly kind: CancelKind | 'cancel-movement' | 'delete';
  readonly visit: string;
  readonly names: readonly MovementKind[] | null;
  readonly at: string;
  /** Whether `at` is the event time of the movement (EVN-6, ZBE-2), not of the cancel itself. */
  readonly atNames: boolean;
  /** When it was first recorded, and last: it may be said again. */
  readonly recordedAt: string;
  readonly lastRecordedAt: string;
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly source: string;
  readonly place: Place | null;
  readonly class: string | null;
  readonly inNoBed: boolean;
  readonly deletes: ReadonlySet<Deletable>;
  readonly senderId: string | null;
  /** ZBE-4 is INSERT: the number may be that of the cancel, and of no movement. */
  readonly numbersItself: boolean;
}

/** An A08: it says what is, and moves nobody but where its sender's profile lets it. */
export interface Update {
  readonly id: string;
  readonly kind: 'update';
  readonly visit: string;
  /** What of the visit it changes. */
  readonly changes: NonNullable<MovementFact['changes']>;
  readonly at: string;
  readonly recordedAt: string;
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly source: string;
  readonly class: string | null;
  readonly inNoBed: boolean;
  readonly specialty: string | null;
  readonly place: Place | null;
  readonly expectedDischargeAt: string | null | undefined;
  readonly deletes: ReadonlySet<Deletable>;
}

export interface VisitHistory {
  readonly movements: readonly Movement[];
  readonly cancels: readonly Cancel[];
  readonly updates: readonly Update[];
  /** Corrections of movements that nothing is known of, the last of each: they wait (rule 32). */
  readonly waiting: readonly Correction[];
}

/** What corrects a movement by its number. */
export interface Correction {
  readonly id: string;
  readonly kind: MovementFact['kind'];
  readonly at: string;
  readonly recordedAt: string;
  readonly receivedAt: string;
  readonly source: string;
  readonly place: Place | null;
}
