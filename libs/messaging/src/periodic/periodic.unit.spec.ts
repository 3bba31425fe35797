import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Periodic } from './periodic.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const unexpected = (error: unknown): never => {
  throw error;
};

describe('a periodic task', () => {
  it('runs first after one wait, then after each wait, and not before it is started', async () => {
    let runs = 0;
    const periodic = new Periodic(() => (runs += 1), { everyMs: 100, onError: unexpected });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(0);
    periodic.start();
    periodic.start();
    await jest.advanceTimersByTimeAsync(99);
    expect(runs).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(200);
    expect(runs).toBe(3);
    await periodic.stop();
  });

  it('runs with its start where it is to run at once', async () => {
    let runs = 0;
    const periodic = new Periodic(() => (runs += 1), { everyMs: 100, atOnce: true, onError: unexpected });
    periodic.start();
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(100);
    expect(runs).toBe(2);
    await periodic.stop();
  });

  it('is never run twice at once: the next wait begins when a run has ended', async () => {
    let [under, most, runs] = [0, 0, 0];
    const task = async () => {
      runs += 1;
      most = Math.max(most, (under += 1));
      await new Promise((resolve) => setTimeout(resolve, 350));
      under -= 1;
    };
    const periodic = new Periodic(task, { everyMs: 100, onError: unexpected });
    periodic.start();
    await jest.advanceTimersByTimeAsync(100 + 350 + 100 + 350 + 50);
    expect([runs, most]).toEqual([2, 1]);
    await periodic.stop();
  });

  it.each([
    ['rejects', async () => Promise.reject(new Error('no database'))],
    [
      'throws at once',
      () => {
        throw new Error('no database');
      },
    ],
  ])('goes on after a run that %s, and says why it failed', async (_, task) => {
    const failures: unknown[] = [];
    const periodic = new Periodic(task, { everyMs: 100, onError: (error) => failures.push((error as Error).message) });
    periodic.start();
    await jest.advanceTimersByTimeAsync(300);
    expect(failures).toEqual(['no database', 'no database', 'no database']);
    await periodic.stop();
  });

  it('ends when the run under way has ended, which hears of it, and begins no other', async () => {
    let [runs, ended] = [0, false];
    let release: () => void = () => undefined;
    const periodic = new Periodic(
      async (stopping) => {
        runs += 1;
        await new Promise<void>((resolve) => {
          release = resolve;
          stopping.addEventListener('abort', () => resolve());
        });
        ended = stopping.aborted;
      },
      { everyMs: 100, onError: unexpected },
    );
    periodic.start();
    await jest.advanceTimersByTimeAsync(100);
    await periodic.stop();
    expect(ended).toBe(true);
    release();
    periodic.start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(1);
    await periodic.stop();
  });

  it('starts nothing once it was stopped', async () => {
    let runs = 0;
    const periodic = new Periodic(() => (runs += 1), { everyMs: 100, onError: unexpected });
    await periodic.stop();
    periodic.start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(0);
  });

  it('asks how long to wait before each wait, of which the jitter cuts a part', async () => {
    const times: number[] = [];
    const begun = Date.now();
    const waits = [100, 200, 400];
    const periodic = new Periodic(() => times.push(Date.now() - begun), {
      everyMs: () => waits.shift() ?? 1_000_000,
      jitter: 0.5,
      random: () => 0.5,
      onError: unexpected,
    });
    periodic.start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(times).toEqual([75, 75 + 150, 75 + 150 + 300]);
    await periodic.stop();
  });
});
