import { jitter } from '@wardstream/kernel';

/** Waits that double from `firstMs` to `mostMs`, each cut by up to a half so that senders do not return in step. */
export class Backoff {
  private next: number;

  constructor(
    private readonly firstMs: number,
    private readonly mostMs: number,
  ) {
    this.next = firstMs;
  }

  /** Real milliseconds to wait before the next attempt. */
  nextMs(): number {
    const wait = this.next * (1 - jitter() / 2);
    this.next = Math.min(this.mostMs, this.next * 2);
    return wait;
  }

  reset(): void {
    this.next = this.firstMs;
  }
}

/** Resolves after real milliseconds, or at once when `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
