import type { KeptAggregate } from '@wardstream/flow-model';
import { joinPatches, type HistoryPatch } from '../domain/history-patch.js';
import type { FacilityClocks, QualityFact } from '../domain/quality-fact.js';

/** Where in the log a record is. */
export interface LogPlace {
  readonly topic: string;
  readonly offset: number;
}

/** What is to be written of one thing, as it is after its last change. */
export interface Change {
  readonly thing?: KeptAggregate | undefined;
  /** Of a bed: what its rows do not tell of its history yet. */
  readonly patch?: HistoryPatch | undefined;
  readonly quality?: QualityFact | undefined;
  readonly clocks?: FacilityClocks | undefined;
  /** Event time of the fact; null for what is no fact of the facility's state. */
  readonly factAt: string | null;
}

interface Placed extends Change {
  readonly place: LogPlace;
}

/**
 * What memory has of one facility and rows may not, by thing. To write any of it again is harmless: things carry their version, and a
 * patch tells all of a bed's history from its time on.
 */
export class Unwritten {
  private readonly changes = new Map<string, Placed>();

  add(key: string, change: Change, place: LogPlace): void {
    const before = this.changes.get(key);
    const patch =
      before?.patch === undefined || change.patch === undefined
        ? change.patch
        : joinPatches(before.patch, change.patch);
    const clocks = change.clocks ?? before?.clocks;
    this.changes.set(key, { ...change, patch, clocks, place });
  }

  of(key: string): Change | undefined {
    return this.changes.get(key);
  }

  /** Forgets what was written, unless it has changed since. */
  forget(key: string, written: Change): void {
    if (this.changes.get(key) === written) this.changes.delete(key);
  }

  /** Forgets what another process has written: all that lies before the offsets `next` of its topics. */
  forgetBefore(next: (topic: string) => number): void {
    for (const [key, { place }] of this.changes) if (place.offset < next(place.topic)) this.changes.delete(key);
  }
}
