import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FeedCursor } from './feed-cursor.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'demo-cursor-'))));
afterEach(() => rm(folder, { recursive: true }));
const open = (name = 'cursor.json', fingerprint = 'f') =>
  FeedCursor.open(join(folder, name), fingerprint, { seed: 4, from: 1000 });

describe('FeedCursor', () => {
  it('knows again after a restart exactly what was done, whatever the order of completion', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 60 })), async (done) => {
        const name = `run-${n++}.json`;
        const before = await open(name);
        for (const index of done) before.complete(index);
        await before.save();
        const after = await open(name);
        const all = Array.from({ length: 62 }, (_, i) => i);
        expect(all.filter((i) => after.isDone(i))).toEqual([...done].sort((a, b) => a - b));
        expect(after.done).toBe(all.find((i) => !done.includes(i)));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the seed and the beginning of the run it continues, and its open requests', async () => {
    const first = await open();
    first.requests.set('V1', 'request-1');
    first.complete(0);
    await first.save();
    const again = await FeedCursor.open(join(folder, 'cursor.json'), 'f', { seed: 99, from: 5 });
    expect([again.seed, again.from, again.done]).toEqual([4, 1000, 1]);
    expect([...again.requests]).toEqual([['V1', 'request-1']]);
    expect(await readdir(folder)).toEqual(['cursor.json']);
  });

  it('is not continued for another simulation, nor from a spoiled file', async () => {
    await (await open()).save();
    await expect(open('cursor.json', 'g')).rejects.toMatchObject({ code: 'demo-feed-differs' });
    await writeFile(join(folder, 'cursor.json'), '{"version":1,');
    await expect(open()).rejects.toMatchObject({ code: 'demo-feed-differs' });
  });
});
