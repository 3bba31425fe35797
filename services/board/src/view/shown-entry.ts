import type { BoardEntry } from '../domain/board-entry.js';

/** A position in the log that the board's row of an entry tells of. */
export interface EntryPosition {
  readonly topic: string;
  readonly offset: number;
}

/** An entry as this process shows it. */
export interface ShownEntry extends BoardEntry {
  /** Where what is shown changed last; null where that is older than what any viewer can come back with. */
  readonly at: EntryPosition | null;
  /** When this process or the one before it took the last change, ms of real time. */
  readonly changedAtMs: number;
}

/** Unique over all facilities. */
export const keyOf = ({ facility, kind, id }: Pick<BoardEntry, 'facility' | 'kind' | 'id'>): string =>
  `${facility}\n${kind}\n${id}`;
