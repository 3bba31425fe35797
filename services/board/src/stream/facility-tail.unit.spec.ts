import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boardTopics } from '../domain/entry-of.js';
import { parsePlace, type StreamPlace } from '../domain/stream-place.js';
import { FacilityBoard } from '../view/facility-board.js';
import type { ShownEntry } from '../view/shown-entry.js';
import { FacilityTail } from './facility-tail.js';
import { Viewer } from './viewer.js';

const sync = () => ({ now: '2026-01-13T14:42:00.000Z', speed: 1 });

/** A facility whose state is what a test folds, as one replica shows it. */
class Shown {
  readonly board = new FacilityBoard('NGH');
  readonly next = boardTopics.map(() => 0);
  isLive = true;
  readonly tail: FacilityTail;

  constructor() {
    const place = (): StreamPlace => ({ stream: '0a1b2c3d', partition: 1, next: [...this.next], letters: '00000000' });
    const view = {
      board: () => this.board,
      placeOf: place,
      isOfThisStream: () => true,
      hasReached: (_: string, last: StreamPlace) => this.next.every((n, i) => n >= last.next[i]!),
    };
    const snapshots = {
      take: () => ({ place: place(), body: '' }),
      text: () =>
        JSON.stringify([...this.board.entries()].filter((e) => e.endedAt === null).map(({ id, body }) => [id, body])),
      sync,
    };
    this.tail = new FacilityTail('NGH', view, snapshots, () => this.isLive, 1_000);
  }

  fold(batch: readonly { id: string; topic: number; ended: boolean }[]): void {
    const changed = new Map<string, ShownEntry>();
    for (const { id, topic, ended } of batch) {
      const offset = this.next[topic]!++;
      const entry: ShownEntry = {
        ...{ facility: 'NGH', kind: 'bed', id, version: offset, body: JSON.stringify(`${id} ${topic} ${offset}`) },
        ...{ endedAt: ended ? sync().now : null, at: { topic: boardTopics[topic]!, offset }, changedAtMs: 0 },
      };
      this.board.put(entry);
      changed.delete(id);
      changed.set(id, entry);
    }
    this.tail.changed([...changed.values()]);
  }
}

/** What a reader has, and the id it stands at, from what was written to it. */
class Reader {
  readonly written: string[] = [];
  readonly sink = {
    write: (text: string) => void this.written.push(text),
    pendingBytes: () => 0,
    end: () => undefined,
    destroy: () => undefined,
  };
  readonly shows = new Map<string, string>();
  id: string | undefined;
  snapshots = 0;

  /** Takes as many events as arrived before the line broke. */
  read(most = Infinity): void {
    const blocks = this.written.join('').split('\n\n').slice(0, -1).slice(0, most);
    this.written.length = 0;
    for (const block of blocks) {
      const [event, ...lines] = block.split('\n');
      const data = JSON.parse(lines.at(-1)!.slice('data: '.length)) as unknown;
      if (lines.length === 2) this.id = lines[0]!.slice('id: '.length);
      if (event === 'event: snapshot') {
        this.snapshots += 1;
        this.shows.clear();
        for (const [id, body] of data as [string, string][]) this.shows.set(id, body);
      } else if (event === 'event: bed') this.shows.set((data as string).split(' ')[0]!, JSON.stringify(data));
    }
  }

  clocks(): number {
    return this.written.filter((text) => text.includes('event: clock')).length;
  }
}

describe('the time that a stream tells', () => {
  it('is told while the log is in reach, and not while it is not: what is shown then is not live', () => {
    const shown = new Shown();
    const reader = new Reader();
    shown.tail.join(new Viewer(reader.sink, Infinity), null);
    const toldByBeat = () => {
      const before = reader.clocks();
      shown.tail.beat();
      return reader.clocks() - before;
    };
    expect(toldByBeat()).toBe(1);
    shown.isLive = false;
    expect([toldByBeat(), toldByBeat()]).toEqual([0, 0]);
    shown.isLive = true;
    expect(toldByBeat()).toBe(1);
  });
});

describe('a stream that breaks anywhere and is taken up at any replica', () => {
  const change = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    topic: fc.constantFrom(0, 1, 2),
    ended: fc.boolean(),
  });
  const step = fc.record({
    batch: fc.array(change, { minLength: 1, maxLength: 6 }),
    /** So many events of what was sent arrive before the line breaks; null while it holds. */
    breaksAfter: fc.option(fc.integer({ min: 0, max: 8 })),
    /** What is folded before the reader is back. */
    meanwhile: fc.array(change, { maxLength: 6 }),
    replica: fc.constantFrom(0, 1),
  });

  it('shows what there is in the end, without another snapshot', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const replicas = [new Shown(), new Shown()];
        const reader = new Reader();
        let viewer = new Viewer(reader.sink, Infinity);
        let at = replicas[0]!;
        at.tail.join(viewer, null);
        reader.read();
        const fold = (batch: Parameters<Shown['fold']>[0]) => replicas.forEach((each) => each.fold(batch));
        for (const { batch, breaksAfter, meanwhile, replica } of steps) {
          fold(batch);
          if (breaksAfter === null) {
            reader.read();
            continue;
          }
          at.tail.leave(viewer);
          reader.read(breaksAfter);
          if (meanwhile.length > 0) fold(meanwhile);
          at = replicas[replica]!;
          viewer = new Viewer(reader.sink, Infinity);
          at.tail.join(viewer, parsePlace(reader.id));
          reader.read();
        }
        const wanted = [...at.board.entries()].filter((e) => e.endedAt === null || reader.shows.has(e.id));
        expect(new Map(wanted.map(({ id, body }) => [id, body]))).toEqual(
          new Map([...reader.shows].filter(([id]) => wanted.some((e) => e.id === id))),
        );
        expect([...at.board.entries()].filter((e) => e.endedAt === null).every((e) => reader.shows.has(e.id))).toBe(
          true,
        );
        expect(reader.snapshots).toBe(1);
      }),
      { numRuns: 400 },
    );
  });

  it('begins with a snapshot where an end that it has not seen is kept no more', () => {
    const shown = new Shown();
    const reader = new Reader();
    const viewer = new Viewer(reader.sink, Infinity);
    shown.tail.join(viewer, null);
    reader.read();
    shown.tail.leave(viewer);
    shown.fold([{ id: 'a', topic: 0, ended: true }]);
    shown.board.prune(
      1_000_000,
      Date.parse(sync().now),
      { endedMs: 1, mostEnded: 100, versionMs: 2_000_000, conflictsMs: 1 },
      () => false,
    );
    expect(shown.board.get('bed', 'a')).toBeUndefined();
    expect(shown.board.versionOf('bed', 'a')).toBe(0);
    shown.tail.join(new Viewer(reader.sink, Infinity), parsePlace(reader.id));
    reader.read();
    expect(reader.snapshots).toBe(2);
  });

  it('keeps what ended until its row is written', () => {
    const shown = new Shown();
    shown.fold([{ id: 'a', topic: 0, ended: true }]);
    shown.board.prune(
      1_000_000,
      Date.parse(sync().now),
      { endedMs: 1, mostEnded: 0, versionMs: 1, conflictsMs: 1 },
      () => true,
    );
    expect(shown.board.get('bed', 'a')).toBeDefined();
  });
});
