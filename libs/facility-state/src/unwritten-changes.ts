import type { Incoming } from '@wardstream/messaging';
import type { LogPosition, Places } from './places.js';

interface Change {
  readonly at: LogPosition;
  /** What brought it: where it cannot be written, that becomes a dead letter. */
  readonly incoming: Incoming;
}

/**
 * What was folded in one lane and is not known to be written, by key, with the position of its last change. Every replica keeps its own, and
 * lets go of what the stored positions cover, whoever wrote it.
 */
export class UnwrittenChanges {
  private readonly changes = new Map<string, Change>();

  get size(): number {
    return this.changes.size;
  }

  add(keys: readonly string[], at: LogPosition, incoming: Incoming): void {
    for (const key of keys) this.changes.set(key, { at, incoming });
  }

  keys(): string[] {
    return [...this.changes.keys()];
  }

  of(key: string): Change | undefined {
    return this.changes.get(key);
  }

  drop(key: string): void {
    this.changes.delete(key);
  }

  /** Lets go of what was written up to there. */
  written(upTo: Places): void {
    for (const [key, { at }] of this.changes) if (upTo.covers(at)) this.changes.delete(key);
  }
}
