import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs, Coalesced, pause, SerialQueue, Wakeup } from './waiting.js';

describe('backoffMs', () => {
  it('doubles from the first pause to the longest', () => {
    expect([1, 2, 3, 4, 5, 6].map((n) => backoffMs(n, 100, 1_500, () => 0))).toEqual([
      100, 200, 400, 800, 1_500, 1_500,
    ]);
  });

  it('stays between half and all of it, for any number of failures', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const full = backoffMs(failures, 100, 5_000, () => 0);
        const ms = backoffMs(failures, 100, 5_000, () => random);
        return full <= 5_000 && ms <= full && ms >= full / 2 - 1;
      }),
    );
  });
});

describe('pause', () => {
  it('ends early and without an error when it is aborted', async () => {
    const abort = new AbortController();
    const waiting = pause(60_000, abort.signal);
    abort.abort();
    await waiting;
    await pause(60_000, abort.signal);
  });
});

describe('Wakeup', () => {
  it('keeps a wake that came before the wait, once', async () => {
    const wakeup = new Wakeup();
    wakeup.wake();
    wakeup.wake();
    await wakeup.wait(60_000);
    let woken = false;
    const second = wakeup.wait(60_000).then(() => (woken = true));
    await Promise.resolve();
    expect(woken).toBe(false);
    wakeup.wake();
    await second;
  });

  it('ends by itself', async () => {
    await new Wakeup().wait(1);
  });
});

describe('Coalesced', () => {
  it('runs once more for everything asked meanwhile, never twice at once', async () => {
    let runs = 0;
    let running = 0;
    const task = new Coalesced(async () => {
      running += 1;
      expect(running).toBe(1);
      runs += 1;
      await Promise.resolve();
      running -= 1;
    });
    task.ask();
    task.ask();
    task.ask();
    await task.drained();
    expect(runs).toBe(2);
    task.ask();
    await task.drained();
    expect(runs).toBe(3);
  });
});

describe('SerialQueue', () => {
  it('runs the tasks of a key in order and those of others beside them', async () => {
    const queue = new SerialQueue<string>();
    const log: string[] = [];
    let free: () => void = () => undefined;
    const blocked = queue.run('a', async () => {
      await new Promise<void>((resolve) => (free = resolve));
      log.push('a1');
    });
    const second = queue.run('a', async () => void log.push('a2'));
    await queue.run('b', async () => void log.push('b1'));
    expect(log).toEqual(['b1']);
    free();
    await Promise.all([blocked, second]);
    expect(log).toEqual(['b1', 'a1', 'a2']);
  });

  it('goes on after a task that fails, whose failure is its own', async () => {
    const queue = new SerialQueue<number>();
    const failing = queue.run(1, () => Promise.reject(new Error('no')));
    const next = queue.run(1, () => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    await queue.idle();
  });
});
