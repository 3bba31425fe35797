import { errorFields, type MessagingLogger, type PartitionLag, Periodic } from '@wardstream/messaging';
import type { Admin, Kafka } from 'kafkajs';

const refreshEveryMs = 15_000;

interface Entry {
  head: bigint;
  next: bigint;
}

/**
 * How far a group is behind: from what it fetches, and, since a member that hangs fetches nothing, from the broker every
 * quarter of a minute.
 */
export class LagTracker {
  private readonly entries = new Map<string, Entry>();
  private readonly admin: Admin;
  private refreshing: Periodic | undefined;
  private connected = false;

  constructor(
    kafka: Kafka,
    /** Null for who follows outside any group: then only what it was told of counts as read. */
    private readonly group: string | null,
    private readonly topics: readonly string[],
    private readonly logger: MessagingLogger,
  ) {
    this.admin = kafka.admin();
  }

  start(assigned: () => ReadonlyMap<string, readonly number[]>): void {
    this.refreshing = new Periodic(() => this.refresh(assigned()), {
      everyMs: refreshEveryMs,
      atOnce: true,
      onError: (error) => this.logger.warn(errorFields(error), 'The lag of a group cannot be told now'),
    });
    this.refreshing.start();
  }

  stop(): void {
    void this.refreshing?.stop();
    if (this.connected) void this.admin.disconnect().catch(() => undefined);
    this.connected = false;
  }

  /** Offsets as decimal numbers. Heads only grow. */
  sees(topic: string, partition: number, seen: { readonly head?: string; readonly next: string }): void {
    const entry = this.entries.get(`${topic} ${partition}`);
    const head = BigInt(seen.head ?? '0');
    const next = BigInt(seen.next);
    if (entry === undefined) this.entries.set(`${topic} ${partition}`, { head: head > next ? head : next, next });
    else Object.assign(entry, { head: head > entry.head ? head : entry.head, next });
  }

  /** What the broker says, which may be older than what was handled here since. */
  private hears(topic: string, partition: number, heard: { readonly head: string; readonly next: string }): void {
    const entry = this.entries.get(`${topic} ${partition}`);
    const next = BigInt(heard.next);
    const latest = entry !== undefined && entry.next > next ? entry.next : next;
    this.sees(topic, partition, { head: heard.head, next: latest.toString() });
  }

  of(assigned: ReadonlyMap<string, readonly number[]>): PartitionLag[] {
    return [...assigned].flatMap(([topic, partitions]) =>
      partitions.map((partition) => {
        const entry = this.entries.get(`${topic} ${partition}`);
        const lag = entry === undefined ? 0 : Number(entry.head - entry.next);
        return { topic, partition, lag: Math.max(0, lag) };
      }),
    );
  }

  private async refresh(assigned: ReadonlyMap<string, readonly number[]>): Promise<void> {
    if (!this.connected) {
      await this.admin.connect();
      this.connected = true;
    }
    const committed =
      this.group === null ? [] : await this.admin.fetchOffsets({ groupId: this.group, topics: [...this.topics] });
    for (const topic of this.topics) {
      const own = assigned.get(topic) ?? [];
      if (own.length === 0) continue;
      const next = new Map(committed.find((c) => c.topic === topic)?.partitions.map((p) => [p.partition, p.offset]));
      for (const { partition, high, low } of await this.admin.fetchTopicOffsets(topic)) {
        if (!own.includes(partition)) continue;
        const known = this.entries.get(`${topic} ${partition}`)?.next.toString();
        const at = next.get(partition) ?? (this.group === null ? known : undefined) ?? '-1';
        this.hears(topic, partition, { head: high, next: at === '-1' ? low : at });
      }
    }
  }
}
