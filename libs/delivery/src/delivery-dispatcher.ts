import { monotonicMs } from '@wardstream/kernel';
import { backoffMs, type MessagingLogger, Wakeup } from '@wardstream/messaging';
import { type AttemptOutcome, type DueDelivery, type Settlement, settlementOf } from './delivery.js';
import type { DeliveryQueue } from './delivery-queue.js';

/** Somebody outside who is sent messages. */
export interface DeliveryTarget {
  readonly name: string;
  /**
   * One attempt. Null if it was broken off because `signal` was aborted. What it throws counts as a failure to be tried again.
   */
  attempt(delivery: DueDelivery, signal: AbortSignal): Promise<AttemptOutcome | null>;
  /** The longest one attempt takes, milliseconds: the right to send lasts longer. */
  readonly longestAttemptMs: number;
  /** Pauses after failures: doubled from the first to the longest, milliseconds. */
  readonly pausesMs: readonly [first: number, most: number];
  /** How long it stays with this process after its last message, milliseconds, so that a connection may be kept. */
  readonly lingerMs: number;
  /** Told after what came of an attempt was written down. */
  settled?(delivery: DueDelivery, settlement: Settlement): void | Promise<void>;
  /** It leaves this process: time to close connections. */
  rest?(): void | Promise<void>;
}

export interface DispatcherOptions {
  readonly queue: DeliveryQueue;
  readonly logger: MessagingLogger;
  /** Those to be served now; asked anew at every poll. */
  readonly targets: () => readonly DeliveryTarget[];
  /** How often the queue is polled for what no memory knows of, milliseconds; 1,000 unless told. */
  readonly pollMs?: number;
}

/** Content is kept for a month, and by what a repeat is recognised for a year. */
const CONTENT_DAYS = 30;
const ROW_DAYS = 400;
const PRUNE_EVERY_MS = 6 * 3_600_000;
const LEASE_MARGIN_MS = 15_000;

/**
 * Sends what is queued: each destination on its own, one message after another in their order, by one process of all. At least
 * once: a process that dies between answer and row sends the same message, with the same id, again. A failure holds its own
 * destination back and no other. With no destination to serve it does nothing at all.
 */
export class DeliveryDispatcher {
  private readonly serving = new Map<string, { readonly target: DeliveryTarget; readonly done: Promise<void> }>();
  private readonly wakeups = new Map<string, Wakeup>();
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private running: Promise<void> | undefined;
  private prunedMs = -Infinity;

  constructor(private readonly options: DispatcherOptions) {
    options.queue.onQueued(() => this.wake());
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Breaks off attempts under way; they are made again, by this process or another. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    await Promise.all([...this.serving.values()].map(({ done }) => done));
  }

  /** Something may be due, or other destinations are to be served. */
  wake(): void {
    this.wakeup.wake();
    for (const wakeup of this.wakeups.values()) wakeup.wake();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const pollMs = this.options.pollMs ?? 1_000;
      let waitMs = pollMs;
      try {
        const soonest = await this.poll();
        waitMs = Math.max(10, Math.min(pollMs, soonest));
      } catch (err) {
        this.options.logger.warn({ err }, 'deliveries wait for the database');
      }
      if (!signal.aborted) await this.wakeup.wait(waitMs);
    }
  }

  /** Begins to serve those that have something due. Answers in how many milliseconds another one is. */
  private async poll(): Promise<number> {
    const idle = new Map(
      this.options
        .targets()
        .filter(({ name }) => !this.serving.has(name))
        .map((target) => [target.name, target]),
    );
    if (idle.size === 0) return Infinity;
    await this.prune();
    let soonest = Infinity;
    for (const { destination, dueInMs } of await this.options.queue.waiting([...idle.keys()])) {
      if (dueInMs > 0) soonest = Math.min(soonest, dueInMs);
      else this.serve(idle.get(destination)!);
    }
    return soonest;
  }

  private serve(target: DeliveryTarget): void {
    const wakeup = new Wakeup();
    this.wakeups.set(target.name, wakeup);
    const done = this.send(target, wakeup)
      .catch((err: unknown) => {
        this.options.logger.error({ err, destination: target.name }, 'deliveries could not be sent');
        return false;
      })
      .then((served) => {
        this.serving.delete(target.name);
        this.wakeups.delete(target.name);
        // What was queued while it was about to end found nobody to wake.
        if (served) this.wakeup.wake();
      });
    this.serving.set(target.name, { target, done });
  }

  /** Sends until nothing is due and it has lingered long enough, or it is no longer to be served. False if another process does. */
  private async send(target: DeliveryTarget, wakeup: Wakeup): Promise<boolean> {
    const { queue } = this.options;
    const { signal } = this.stopping;
    const leaseMs = target.longestAttemptMs + LEASE_MARGIN_MS;
    if (!(await queue.hold(target.name, leaseMs / 1000))) return false;
    let heldMs = monotonicMs();
    let lastMs = heldMs;
    try {
      while (!signal.aborted && this.options.targets().includes(target)) {
        // Long before it could end in the middle of an attempt.
        if (monotonicMs() - heldMs > LEASE_MARGIN_MS / 3) {
          if (!(await queue.hold(target.name, leaseMs / 1000))) return false;
          heldMs = monotonicMs();
        }
        const delivery = await queue.next(target.name);
        if (delivery !== null && delivery.dueInMs <= 0) {
          if (!(await this.attempt(target, delivery))) return true;
          lastMs = monotonicMs();
          continue;
        }
        const left = target.lingerMs - (monotonicMs() - lastMs);
        if (left <= 0) return true;
        await wakeup.wait(Math.max(10, Math.min(left, delivery?.dueInMs ?? Infinity, this.options.pollMs ?? 1_000)));
      }
      return true;
    } finally {
      await target.rest?.();
      await queue.release(target.name).catch((err: unknown) => {
        this.options.logger.warn({ err, destination: target.name }, 'the right to send was not given back');
      });
    }
  }

  /** False if it was broken off. */
  private async attempt(target: DeliveryTarget, delivery: DueDelivery): Promise<boolean> {
    let outcome: AttemptOutcome | null;
    try {
      outcome = await target.attempt(delivery, this.stopping.signal);
    } catch (err) {
      this.options.logger.error(
        { err, destination: target.name, delivery: delivery.id },
        'an attempt ended in an error',
      );
      outcome = { kind: 'failed', cause: err instanceof Error ? err.name : 'unknown error' };
    }
    if (outcome === null) return false;
    const [first, most] = target.pausesMs;
    const settlement = settlementOf(delivery, outcome, (attempts) => backoffMs(attempts, first, most));
    await this.options.queue.settle(delivery, settlement);
    await target.settled?.(delivery, settlement);
    return true;
  }

  private async prune(): Promise<void> {
    if (monotonicMs() - this.prunedMs < PRUNE_EVERY_MS) return;
    this.prunedMs = monotonicMs();
    await this.options.queue.prune(CONTENT_DAYS, ROW_DAYS);
  }
}
