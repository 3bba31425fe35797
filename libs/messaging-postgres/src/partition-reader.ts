import type { ReceivedRecord } from '@wardstream/messaging';
import { groupBy } from '@wardstream/kernel';
import type { Claim, FetchedRecord, Head, TopicPartition } from './log-database.js';

/** How far a member is in one topic's partition. */
interface Position {
  readonly topic: string;
  readonly id: number;
  next: number;
  epoch: number;
}

/** One partition number of a group in this process: all its topics, what is held and what runs. */
export class PartitionReader {
  private readonly positions: Position[];
  private abort = new AbortController();
  /** The batch in hand. */
  running: Promise<void> | undefined;
  held = false;
  /** Grows each time the partition is taken or lost, so that work of an earlier time can be told apart. */
  tenure = 0;
  failures = 0;
  /** Whether it waits after a failed batch. */
  backingOff = false;

  constructor(
    readonly partition: number,
    topicPartitions: readonly TopicPartition[],
    private readonly heads: ReadonlyMap<number, number>,
  ) {
    this.positions = topicPartitions.map(({ id, topic }) => ({ id, topic, next: 0, epoch: 0 }));
  }

  get ids(): number[] {
    return this.positions.map(({ id }) => id);
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  take(claims: readonly Claim[]): void {
    this.held = true;
    this.tenure += 1;
    this.failures = 0;
    this.abort = new AbortController();
    const byId = new Map(claims.map((claim) => [claim.id, claim]));
    for (const position of this.positions) {
      const claim = byId.get(position.id);
      position.next = claim?.next ?? 0;
      position.epoch = claim?.epoch ?? 0;
    }
  }

  /** No new batch from now on; what runs is told to stop early. */
  lose(): void {
    this.held = false;
    this.tenure += 1;
    this.abort.abort();
  }

  /** No new batch from now on; what runs may finish and be committed. */
  retire(): void {
    this.held = false;
  }

  stopEarly(): void {
    this.abort.abort();
  }

  /** Where to read on: only topics that have something new. */
  cursors(): Head[] {
    return this.positions
      .filter(({ id, next }) => (this.heads.get(id) ?? 0) > next)
      .map(({ id, next }) => ({ id, next }));
  }

  /** Whether a batch may start now. */
  get ready(): boolean {
    return this.held && this.running === undefined && !this.backingOff && this.cursors().length > 0;
  }

  /**
   * The batch that `fetched` makes: topic after topic, the topic with the oldest record first, so that what caused
   * something tends to come before it. Topics of which nothing was left below `until` (retention took it) are skipped to there.
   */
  batchOf(
    fetched: readonly FetchedRecord[],
    cursors: readonly Head[],
    until: ReadonlyMap<number, number>,
  ): ReceivedRecord[] {
    const byId = groupBy(fetched, ({ id }) => id);
    for (const { id } of cursors) {
      const position = this.positions.find((each) => each.id === id);
      if (position !== undefined && !byId.has(id)) position.next = Math.max(position.next, until.get(id) ?? 0);
    }
    const topics = this.positions
      .flatMap(({ id, topic }) => {
        const records = byId.get(id);
        return records === undefined ? [] : [{ topic, records }];
      })
      .sort((a, b) => a.records[0]!.appendedAtMs - b.records[0]!.appendedAtMs);
    return topics.flatMap(({ topic, records }) =>
      records.map(({ key, headers, value, offset, appendedAtMs }) => ({
        topic,
        partition: this.partition,
        offset: String(offset),
        key,
        headers,
        value,
        appendedAtMs,
      })),
    );
  }

  /** Moves on behind handled records; answers what is to be committed. */
  advance(records: readonly ReceivedRecord[]): Claim[] {
    const last = new Map(records.map(({ topic, offset }) => [topic, Number(offset)]));
    const moved: Claim[] = [];
    for (const position of this.positions) {
      const offset = last.get(position.topic);
      if (offset === undefined) continue;
      position.next = offset + 1;
      moved.push({ id: position.id, next: position.next, epoch: position.epoch });
    }
    return moved;
  }

  lag(): { topic: string; partition: number; lag: number }[] {
    return this.positions.map(({ id, topic, next }) => ({
      topic,
      partition: this.partition,
      lag: Math.max(0, (this.heads.get(id) ?? 0) - next),
    }));
  }
}
