import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { House } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';
import { SteadyLoad } from './steady-load.js';

const MESSAGES = 6_000;
const MEGABYTE = 1_048_576;
/** So long nothing at all may be written. */
const FULL_MS = 30_000;

/** A small disk of its own for the data of each mode; needs root, as every mount does. */
const disks = [
  ['standalone', 420],
  ['stack', 1_400],
] as const;

describe.each(disks)('a disk that is full for half a minute under load: %s', (mode, megabytes) => {
  const house = new House({ mode });
  const load = new SteadyLoad(house, 9, MESSAGES);
  const ballast = join(house.dataDir, 'ballast');
  beforeAll(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'wardstream-full-disk', house.dataDir]);
    await house.start();
    load.begin();
  });
  afterAll(async () => {
    if (house.alive) await house.stop();
    execFileSync('umount', [house.dataDir]);
    await house.remove();
  });

  const health = async (): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${house.origin}/health/ready`, { signal: AbortSignal.timeout(10_000) });
    return { status: answer.status, text: await answer.text() };
  };

  it('stops what it says yes to, not itself; says so; and goes on when there is room', async () => {
    await load.reached(0.3);
    fill(ballast);
    await eventually(async () => expect((await health()).status).toBe(503), { timeoutMs: 60_000, everyMs: 100 });
    const printedBefore = house.printed.length;
    const until = Date.now() + FULL_MS;
    // What other processes give back in between is taken as well.
    while (Date.now() < until) {
      fill(ballast);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(house.alive).toBe(true);
    const { status, text } = await health();
    const printed = house.printed.length - printedBefore;
    expect(status).toBe(503);
    const began = performance.now();
    rmSync(ballast);
    const acknowledged = load.untilMore();
    await eventually(async () => expect((await health()).status).toBe(200), { timeoutMs: 120_000, everyMs: 50 });
    const ready = performance.now() - began;
    process.stderr.write(
      `${mode}, disk full for ${FULL_MS / 1_000} s: ready again ${(ready / 1_000).toFixed(1)} s after there was room, ` +
        `next acknowledgement after ${((await acknowledged) / 1_000).toFixed(1)} s; printed meanwhile ${printed} characters; ` +
        `it said: ${text.slice(0, 300)}\n`,
    );
    await load.expectAllTold();
  });
});

/** Writes until nothing more goes in. */
function fill(file: string): void {
  const handle = openSync(file, 'a');
  try {
    for (const size of [MEGABYTE, 4_096]) {
      const chunk = Buffer.alloc(size, 1);
      try {
        while (statfsSync(file).bavail > 0) writeSync(handle, chunk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
