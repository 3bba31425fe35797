import type { Logger } from './logger.js';

const EVERY_MS = 60_000;
/** Kinds that are told apart; what comes beyond them is told as one. */
const MOST_KINDS = 50;

/**
 * Counts what happens too often to be told one by one, and tells the sums once a minute at most: under siege a line for each would be a
 * siege of its own. What is not told yet when the process ends is told then, by `close`.
 */
export class Tally {
  private readonly counts = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly message: string,
    private readonly everyMs: number = EVERY_MS,
  ) {}

  count(what: string): void {
    const as = this.counts.has(what) || this.counts.size < MOST_KINDS ? what : 'others';
    this.counts.set(as, (this.counts.get(as) ?? 0) + 1);
    this.timer ??= setTimeout(() => this.close(), this.everyMs).unref();
  }

  /** Tells what there is to tell. Harmless when repeated. */
  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.counts.size === 0) return;
    this.logger.warn({ counts: Object.fromEntries(this.counts) }, this.message);
    this.counts.clear();
  }
}
