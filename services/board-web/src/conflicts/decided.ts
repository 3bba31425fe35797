import type { ConflictData } from '@wardstream/events';
import { Signal } from '../app/signal.js';

/**
 * A conflict that was closed here a moment ago, as the server answered it: it can be taken back for a while. Or one that
 * somebody else, or a later fact, was first to close while it was being decided here.
 */
export interface Decided {
  readonly conflict: ConflictData;
  readonly text: string;
  /** The command that takes it back, where that is not to open the conflict again. */
  readonly undo?: { readonly path: string; readonly body: Readonly<Record<string, string>> };
  /** What was decided here was not done. */
  readonly overtaken?: true;
}

/** The last ones, the latest first. A closed conflict leaves the board, so what was done is said apart from it. */
export const decided = new Signal<readonly Decided[]>([]);

export function noteDecided(entry: Decided): void {
  decided.set([entry, ...decided.get().filter((d) => d.conflict.id !== entry.conflict.id)].slice(0, 5));
}

export function forgetDecided(id: string): void {
  decided.set(decided.get().filter((d) => d.conflict.id !== id));
}
