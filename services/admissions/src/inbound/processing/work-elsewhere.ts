import { monotonicMs } from '@wardstream/kernel';
import { type LaneLeases, pause } from '@wardstream/messaging';
import type { UnitOfWork } from '@wardstream/persistence';
import { isPending, pendingNow } from '../persistence/message.rows.js';
import type { Left } from './messages-in-memory.js';

/** How often it is looked whether another process has done its part. */
const LOOK_MS = 50;

/** Messages that were stored here and are processed by whoever has their lanes. */
export class WorkElsewhere {
  /** Positions of what was handed to others, by when; of those of which something may be left. */
  private enqueued: { readonly upTo: bigint; readonly atMs: number }[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly lanes: Pick<LaneLeases, 'holdsAll' | 'notify'>,
    private readonly stopping: AbortSignal,
  ) {}

  /** Tells the others that these wait for them. */
  enqueue(messages: readonly { readonly position: string }[]): void {
    if (messages.length === 0) return;
    this.enqueued.push({ upTo: BigInt(messages.at(-1)!.position), atMs: monotonicMs() });
    this.lanes.notify();
  }

  /** What of all is left to do, where others do a part of it; `own`: what is left here. */
  async left(own: Left): Promise<Left> {
    if (this.lanes.holdsAll) {
      this.enqueued = [];
      return own;
    }
    const { count, first } = await this.unitOfWork.read((tx) => pendingNow(tx));
    this.enqueued = first === null ? [] : this.enqueued.filter(({ upTo }) => upTo >= BigInt(first));
    const since = Math.min(own.sinceMs ?? Infinity, this.enqueued[0]?.atMs ?? Infinity);
    return { waiting: Math.max(count, own.waiting), sinceMs: since === Infinity ? null : since };
  }

  /** Resolves when all that waits now is processed, whoever does it. */
  async drained(): Promise<void> {
    if (this.lanes.holdsAll) return;
    const { last } = await this.unitOfWork.read((tx) => pendingNow(tx));
    if (last === null) return;
    await this.until(async () => {
      const { first } = await this.unitOfWork.read((tx) => pendingNow(tx));
      return first === null || BigInt(first) > BigInt(last);
    });
  }

  /** Resolves when this message waits no more, or `signal` is aborted. */
  async processed(id: string, signal: AbortSignal): Promise<void> {
    if (this.lanes.holdsAll) return;
    await this.until(async () => signal.aborted || !(await this.unitOfWork.read((tx) => isPending(tx, id))));
  }

  private async until(isDone: () => Promise<boolean>): Promise<void> {
    while (!this.stopping.aborted && !(await isDone())) await pause(LOOK_MS, this.stopping);
  }
}
