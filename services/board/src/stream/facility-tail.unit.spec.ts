import { describe, expect, it } from '@jest/globals';
import type { Logger } from '@wardstream/service-kit';
import type { BoardSnapshots } from '../board-snapshot/board-snapshots.js';
import type { BoardStore, LoggedEntry } from '../persistence/board-store.js';
import { FacilityTail } from './facility-tail.js';
import { Viewer } from './viewer.js';

/** Everything that waits is done, as far as it can be. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the time that a stream tells', () => {
  const place = { epoch: 'e', seq: 7 };
  const written: string[] = [];
  let read: () => Promise<LoggedEntry[]> = () => Promise.resolve([]);
  const store = { extent: () => Promise.resolve({ head: place, oldest: 1 }), logAfter: () => read() };
  const snapshots = {
    take: () => Promise.resolve({ place }),
    text: () => '{}',
    sync: () => ({ now: '2026-01-13T14:42:00.000Z', speed: 1 }),
  };
  const tail = new FacilityTail(
    'NGH',
    store as unknown as BoardStore,
    snapshots as unknown as BoardSnapshots,
    { warn: () => undefined } as unknown as Logger,
  );
  const sink = {
    write: (text: string) => void written.push(text),
    pendingBytes: () => 0,
    end: () => undefined,
    destroy: () => undefined,
  };
  const toldBy = async (act: () => void): Promise<number> => {
    const before = written.length;
    act();
    await settle();
    return written.slice(before).filter((text) => text.includes('event: clock')).length;
  };

  it('is told while the log can be read, and not while it cannot: what is shown then is not live', async () => {
    await tail.join(new Viewer(sink, Infinity), null);
    await settle();
    expect(await toldBy(() => tail.beat())).toBe(1);
    read = () => Promise.reject(new Error('the database is away'));
    expect(await toldBy(() => tail.beat())).toBe(0);
    let answer: (rows: LoggedEntry[]) => void = () => undefined;
    read = () => new Promise((resolve) => (answer = resolve));
    expect(await toldBy(() => tail.beat())).toBe(0);
    expect(await toldBy(() => tail.beat())).toBe(0);
    read = () => Promise.resolve([]);
    expect(await toldBy(() => answer([]))).toBe(1);
    expect(await toldBy(() => tail.beat())).toBe(1);
  });
});
