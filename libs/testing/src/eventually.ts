import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { monotonicMs } from '@wardstream/kernel';

export interface EventuallyOptions {
  /** Give up after this long, in milliseconds; 10,000 unless told. */
  timeoutMs?: number;
  /** Pause between two tries in milliseconds; 25 unless told. */
  everyMs?: number;
  /** What is waited for, to name it in the failure. */
  what?: string;
}

/**
 * Tries `probe` until it neither throws nor answers false, and answers its value. Put expectations into the probe: when
 * time is up the last of its failures is the message and the cause.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 25, what }: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const deadline = monotonicMs() + timeoutMs;
  let tries = 0;
  let failure: unknown;
  for (;;) {
    tries += 1;
    try {
      const answer = await within(probe, deadline - monotonicMs());
      if (answer !== false) return answer as Exclude<T, false>;
      failure = new Error('the probe answered false');
    } catch (error) {
      // A last try that was cut off says less than the one before it.
      failure = error instanceof CutOff ? (failure ?? error) : error;
    }
    if (monotonicMs() >= deadline) {
      const said = failure instanceof Error ? failure.message : inspect(failure);
      const subject = what === undefined ? 'It' : what;
      throw new Error(`${subject} did not hold within ${timeoutMs} ms (${tries} tries). Last failure:\n${said}`, {
        cause: failure,
      });
    }
    await sleep(Math.max(0, Math.min(everyMs, deadline - monotonicMs())));
  }
}

class CutOff extends Error {}

/** A probe that hangs must not hide the failure behind the suite's own timeout. */
async function within<T>(probe: () => T | Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CutOff('the probe did not answer in time')), Math.max(1, ms));
  });
  try {
    return await Promise.race([Promise.resolve().then(probe), late]);
  } finally {
    clearTimeout(timer);
  }
}
