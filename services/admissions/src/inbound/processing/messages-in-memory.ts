import { monotonicMs } from '@wardstream/kernel';
import { PatientsUnderWay } from './patients-under-way.js';
import type { InterpretedMessage } from './received-message.js';

/** What of the messages that were handed over is left. */
export interface Left {
  readonly waiting: number;
  /** Since when the first of them waits, monotonic milliseconds; null where none does. */
  readonly sinceMs: number | null;
}

/** Messages that were stored here and wait in memory to be processed, in the order of intake, and who waits for that. */
export class MessagesInMemory {
  private queue: InterpretedMessage[] = [];
  /** Messages taken into memory, and of those the ones that are processed. */
  private enqueued = 0;
  private done = 0;
  /** How many were handed over by when; of those of which some are left. */
  private readonly enqueuedBy: { readonly upTo: number; readonly atMs: number }[] = [];
  private waiters: { readonly until: number; readonly resolve: () => void }[] = [];
  private readonly underWay = new Set<string>();
  private readonly processedWaiters = new Map<string, (() => void)[]>();
  /** Patients of whom something that was taken is not processed yet. */
  readonly patients = new PatientsUnderWay();

  get length(): number {
    return this.queue.length;
  }

  get allDone(): boolean {
    return this.done >= this.enqueued;
  }

  add(messages: readonly InterpretedMessage[]): void {
    this.queue.push(...messages);
    this.enqueued += messages.length;
    this.enqueuedBy.push({ upTo: this.enqueued, atMs: monotonicMs() });
    for (const { id, verdict } of messages) {
      this.underWay.add(id);
      this.patients.add(verdict);
    }
  }

  /** Takes the next ones to be processed: `finished` or `putBack` is to be called with them. */
  next(most: number): InterpretedMessage[] {
    return this.queue.splice(0, most);
  }

  putBack(messages: readonly InterpretedMessage[]): void {
    this.queue.unshift(...messages);
  }

  finished(messages: readonly InterpretedMessage[]): void {
    this.done += messages.length;
    while (this.enqueuedBy[0] !== undefined && this.enqueuedBy[0].upTo <= this.done) this.enqueuedBy.shift();
    for (const { id, verdict } of messages) {
      this.patients.remove(verdict);
      this.announce(id);
    }
  }

  /** Leaves out those of lanes that others process now. */
  drop(lanes: ReadonlySet<number>): void {
    const gone = this.queue.filter(({ lane }) => !lanes.has(lane));
    this.queue = this.queue.filter(({ lane }) => lanes.has(lane));
    this.finished(gone);
  }

  left(): Left {
    return { waiting: this.enqueued - this.done, sinceMs: this.enqueuedBy[0]?.atMs ?? null };
  }

  /** Resolves when all that was handed over until now is done; `forAll`: only when nothing at all is left to do. */
  whenDone(forAll: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push({ until: forAll ? Infinity : this.enqueued, resolve });
    });
  }

  /** Lets go who waits for what is done; `nothingLeft`: and who waits for more. */
  release(nothingLeft = false): void {
    const done = nothingLeft ? Infinity : this.done;
    const ready = this.waiters.filter((w) => w.until <= done);
    this.waiters = this.waiters.filter((w) => w.until > done);
    for (const { resolve } of ready) resolve();
  }

  /** Resolves when this message is processed or quarantined; at once where it is not in memory. */
  async processed(id: string): Promise<void> {
    if (!this.underWay.has(id)) return;
    await new Promise<void>((resolve) => {
      const others = this.processedWaiters.get(id) ?? [];
      this.processedWaiters.set(id, [...others, resolve]);
    });
  }

  /** Nothing is processed here any more: nobody is to wait for it. */
  close(): void {
    this.release(true);
    for (const id of [...this.processedWaiters.keys()]) this.announce(id);
  }

  private announce(id: string): void {
    this.underWay.delete(id);
    const waiters = this.processedWaiters.get(id);
    if (waiters === undefined) return;
    this.processedWaiters.delete(id);
    for (const resolve of waiters) resolve();
  }
}
