import { backoffMs, Coalesced, errorFields, type MessagingLogger } from '@wardstream/messaging';
import type { GroupClaim, LogDatabase } from './log-database.js';

/** How long what was handled is held back, so that it is noted together with what the next batches and other groups handle. */
const heldBackMs = 100;

/**
 * Notes how far the groups of this process are, all of them with one statement. What a crash takes with it comes again, as it would
 * have a moment earlier.
 */
export class OffsetCommits {
  /** By group and partition, until it is noted. */
  private readonly pending = new Map<string, GroupClaim>();
  private readonly committing = new Coalesced(() => this.commit());
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Pick<LogDatabase, 'commit'>,
    private readonly logger: MessagingLogger,
  ) {}

  add(claims: readonly GroupClaim[]): void {
    for (const claim of claims) this.pending.set(`${claim.group} ${claim.id}`, claim);
    if (claims.length > 0) this.schedule(heldBackMs);
  }

  /** Up to which offset this process has handled what a group reads of a partition, where that is not noted yet. */
  handled(group: string, id: number): number | undefined {
    return this.pending.get(`${group} ${id}`)?.next;
  }

  /** Notes at once what there is; what fails is tried again later. */
  async flush(): Promise<void> {
    this.unschedule();
    this.committing.ask();
    await this.committing.drained();
  }

  /** Nothing that is not noted yet is ours to note any more. */
  clear(): void {
    this.unschedule();
    this.pending.clear();
  }

  async close(): Promise<void> {
    this.clear();
    await this.committing.drained();
    this.clear();
  }

  private schedule(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.committing.ask();
    }, ms);
  }

  private unschedule(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async commit(): Promise<void> {
    const claims = [...this.pending];
    if (claims.length === 0) return;
    try {
      await this.database.commit(claims.map(([, claim]) => claim));
      // Unless a later batch of the same partition has moved on meanwhile.
      for (const [key, claim] of claims) if (this.pending.get(key) === claim) this.pending.delete(key);
    } catch (error) {
      this.logger.warn(errorFields(error), 'Offsets could not be committed now');
      this.schedule(backoffMs(3, 100, 1_000));
    }
  }
}
