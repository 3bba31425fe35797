import type { Cause, Incoming, LetterCopy, LetterPlace } from '@wardstream/messaging';
import type { Places } from './places.js';

export interface Letter extends LetterCopy {
  /** What to keep of it as long as nobody has; undefined once it is among the rows. */
  unsaved: { readonly incoming: Incoming; readonly cause: Cause } | undefined;
  /** What was folded of it and is not written. */
  keys: readonly string[];
}

/** What is missing from the state, or from its rows, because it could not be taken: known from the fold at once, and from the rows. */
export class Letters {
  private readonly byPlace = new Map<string, Letter>();

  all(): Letter[] {
    return [...this.byPlace.values()];
  }

  at(place: LetterPlace): Letter | undefined {
    return this.byPlace.get(nameOf(place));
  }

  /** Something could not be taken, or not be written. */
  add(incoming: Incoming, cause: Cause, keys: readonly string[] = []): void {
    const { record, meta } = incoming;
    const version = /^\d{1,15}$/.exec(record.headers.ce_aggregateversion ?? '');
    this.put({
      ...{ topic: record.topic, partition: record.partition, offset: record.offset },
      ...{ facility: meta.facility, subject: meta.subject, time: meta.time, keys },
      version: version === null ? null : Number(version[0]),
      unsaved: { incoming, cause },
    });
  }

  /** Whether there are any that nobody is known to have kept yet. */
  get hasUnsaved(): boolean {
    return this.all().some((letter) => letter.unsaved !== undefined);
  }

  /** Those of a lane that have to be written with these positions. */
  unsaved(partition: number, upTo: Places): Letter[] {
    return this.all().filter((l) => l.partition === partition && l.unsaved !== undefined && covers(upTo, l));
  }

  /** Whoever stored these positions has kept the letters before them. */
  saved(partition: number, upTo: Places): void {
    for (const letter of this.unsaved(partition, upTo)) letter.unsaved = undefined;
  }

  /** Takes in what the rows say; answers those that are there no longer. Those that nobody has kept yet stay. */
  sync(rows: readonly LetterCopy[]): { gone: Letter[]; isChanged: boolean } {
    const there = new Set(rows.map(nameOf));
    const added = rows.filter((row) => !this.byPlace.has(nameOf(row)));
    for (const row of added) this.put({ ...row, keys: [], unsaved: undefined });
    const gone = this.all().filter((l) => l.unsaved === undefined && !there.has(nameOf(l)));
    for (const letter of gone) this.byPlace.delete(nameOf(letter));
    return { gone, isChanged: added.length + gone.length > 0 };
  }

  remove(place: LetterPlace): void {
    this.byPlace.delete(nameOf(place));
  }

  private put(letter: Letter): void {
    this.byPlace.set(nameOf(letter), letter);
  }
}

function nameOf({ topic, partition, offset }: LetterPlace): string {
  return `${topic} ${partition} ${offset}`;
}

function covers(upTo: Places, { topic, offset }: LetterPlace): boolean {
  return upTo.covers({ topic, offset: Number(offset) });
}
