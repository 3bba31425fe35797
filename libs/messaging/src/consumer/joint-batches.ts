import type { RecordBatch } from '../event-log.js';

/** Joint transactions of one service at a time: while one waits for the database another can be prepared. */
const SIDE_BY_SIDE = 2;
/** Records of one joint transaction; what is more goes into the next. */
const MOST_RECORDS = 500;

interface Waiting {
  readonly batch: RecordBatch;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What is done with batches: see BatchConsumer. */
export interface BatchHandling {
  /** Handles all of them in one transaction; false if that failed, and then nothing of it was done. */
  together(batches: readonly RecordBatch[]): Promise<boolean>;
  alone(batch: RecordBatch): Promise<void>;
}

/**
 * Brings the batches of several partitions into one transaction, so that a hundred hospitals cost no more transactions than one: what
 * comes while others are handled is gathered, and handled together. A batch whose transaction failed together with others is handled
 * alone, so that what is wrong with one partition holds up no other. To be called with one batch of a partition at a time.
 */
export class JointBatches {
  private waiting: Waiting[] = [];
  private running = 0;

  constructor(private readonly handling: BatchHandling) {}

  /** Resolves when this batch is handled; rejects if it must come again. */
  handle(batch: RecordBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ batch, resolve, reject });
      // Those that are handed over in the same turn of the loop join it.
      queueMicrotask(() => this.begin());
    });
  }

  private begin(): void {
    while (this.running < SIDE_BY_SIDE && this.waiting.length > 0) {
      const next = this.next();
      this.running += 1;
      void this.run(next).finally(() => {
        this.running -= 1;
        this.begin();
      });
    }
  }

  private next(): Waiting[] {
    let [records, count] = [0, 0];
    for (const { batch } of this.waiting) {
      records += batch.records.length;
      if (count > 0 && records > MOST_RECORDS) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** Never rejects. Resolves when its place is free: what is handled alone afterwards needs none. */
  private async run(joint: readonly Waiting[]): Promise<void> {
    const { together, alone } = this.handling;
    try {
      if (joint.length > 1 && (await together(joint.map(({ batch }) => batch)))) {
        for (const { resolve } of joint) resolve();
        return;
      }
    } catch (error) {
      for (const { reject } of joint) reject(error);
      return;
    }
    const each = joint.map(({ batch, resolve, reject }) => alone(batch).then(resolve, reject));
    if (joint.length === 1) await each[0];
  }
}
