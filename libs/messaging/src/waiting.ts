import { setTimeout as sleep } from 'node:timers/promises';
import { jitter, monotonicMs } from '@wardstream/kernel';

/** How long to wait before try number `failures` + 1, in ms: doubles from `firstMs` up to `mostMs`, of which a random half is cut. */
export function backoffMs(failures: number, firstMs: number, mostMs: number, random: () => number = jitter): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(full * (1 - random() / 2));
}

/** Waits; resolves early, without an error, when `signal` is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/**
 * Waits for the next of the moments that lie `everyMs` apart and are the same for all of the process, so that those who wait go on
 * together; resolves early when `signal` is aborted. At once for 0.
 */
export async function nextBeat(everyMs: number, signal?: AbortSignal): Promise<void> {
  if (everyMs > 0) await pause(everyMs - (monotonicMs() % everyMs), signal);
}

/** Records of one topic; so many are worth a batch of their own. */
const manyRecords = 100;

/**
 * What SubscribeOptions.gatherMs means, for drivers: after a batch that left `left` records of a topic in its partition, waits for a few
 * more to come before the next; where many wait already there is nothing to wait for. Ends early when a signal is aborted.
 */
export async function gatherBehind(
  gatherMs: number,
  left: () => number,
  ...signals: readonly AbortSignal[]
): Promise<void> {
  if (gatherMs > 0 && left() < manyRecords) await nextBeat(gatherMs, AbortSignal.any([...signals]));
}

/** Something to wait on until it is woken; a wake while nobody waits is kept for the next wait. */
export class Wakeup {
  private pending = false;
  private resolve: (() => void) | undefined;

  wake(): void {
    this.pending = true;
    this.resolve?.();
  }

  /** Resolves when woken, or after `ms`. One waiter at a time. */
  async wait(ms: number): Promise<void> {
    if (!this.pending) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.resolve = resolve;
        timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
      this.resolve = undefined;
    }
    this.pending = false;
  }
}

/**
 * Runs a task soon after it was asked for, never twice at once, and once more if it was asked for meanwhile. The task must
 * not reject.
 */
export class Coalesced {
  private running: Promise<void> | undefined;
  private again = false;

  constructor(private readonly task: () => Promise<void>) {}

  ask(): void {
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    this.running = this.run();
  }

  /** Resolves when nothing asked for so far is left to run. */
  async drained(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  private async run(): Promise<void> {
    try {
      do {
        this.again = false;
        await this.task();
      } while (this.again);
    } finally {
      this.running = undefined;
    }
  }
}

/** Runs the tasks given for one key one after another, in order; different keys run side by side. */
export class SerialQueue<K> {
  private readonly tails = new Map<K, Promise<unknown>>();

  run<T>(key: K, task: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const result = before.then(task, task);
    const tail = result
      .catch(() => undefined)
      .finally(() => {
        if (this.tails.get(key) === tail) this.tails.delete(key);
      });
    this.tails.set(key, tail);
    return result;
  }

  /** Resolves when nothing is left to run. */
  async idle(): Promise<void> {
    while (this.tails.size > 0) await Promise.all(this.tails.values());
  }
}
