import {
  backoffMs,
  Coalesced,
  errorFields,
  type MessagingLogger,
  gatherBehind,
  type PartitionLag,
  pause,
  type ReceivedRecord,
  type SubscribeOptions,
} from '@wardstream/messaging';
import { groupBy } from '@wardstream/kernel';
import type { Claim, FetchedRecord, Head, LogDatabase, TopicPartition } from './log-database.js';
import { PartitionReader } from './partition-reader.js';
import type { RecentRecords } from './recent-records.js';

export interface PumpParts {
  readonly database: LogDatabase;
  readonly recent: RecentRecords;
  readonly logger: MessagingLogger;
  /** The next offset of every partition, kept up to date by the log. */
  readonly heads: ReadonlyMap<number, number>;
}

const defaultMaxRecords = 500;
/** Even when many topics of a partition are behind, each gets this many records in a batch. */
const leastPerTopic = 20;

/**
 * Reads on in the partitions that are held and hands over what it reads, one batch after another for a partition number. What holds
 * partitions, and what becomes of how far it came, is for the group or the follower it works for.
 */
export class RecordPump {
  readonly readers: ReadonlyMap<number, PartitionReader>;
  /** Aborted when no new batch is wanted any more. */
  readonly stopping = new AbortController();
  private readonly ids: ReadonlySet<number>;
  private readonly pumping = new Coalesced(() => this.pump());

  /** `onHandled` is told how far a partition has come whenever a batch was handled. */
  constructor(
    private readonly options: Pick<SubscribeOptions, 'group' | 'onBatch' | 'maxRecords' | 'gatherMs'>,
    topicPartitions: readonly TopicPartition[],
    private readonly parts: PumpParts,
    private readonly onHandled: (moved: readonly Claim[]) => void,
  ) {
    this.ids = new Set(topicPartitions.map(({ id }) => id));
    this.readers = new Map(
      [...groupBy(topicPartitions, ({ partition }) => partition)].map(([partition, of]) => [
        partition,
        new PartitionReader(partition, of, parts.heads),
      ]),
    );
  }

  /** The partition numbers that are held. */
  held(): number[] {
    return [...this.readers.values()].filter(({ held }) => held).map(({ partition }) => partition);
  }

  lag(): readonly PartitionLag[] {
    return [...this.readers.values()].filter(({ held }) => held).flatMap((reader) => reader.lag());
  }

  /** Whether it reads that partition. */
  reads(id: number): boolean {
    return this.ids.has(id);
  }

  /** Something may have been appended, or is held since. */
  wake(): void {
    this.pumping.ask();
  }

  /** Starts no new batch; resolves when none is about to start any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.pumping.drained();
  }

  /** Waits for the running batch; tells it to stop early after the grace, and goes on without it after another. */
  async finish(reader: PartitionReader, graceMs: number): Promise<void> {
    const done = new AbortController();
    const running = (reader.running ?? Promise.resolve()).finally(() => done.abort());
    await Promise.race([running, pause(graceMs, done.signal)]);
    if (done.signal.aborted) return;
    reader.stopEarly();
    await Promise.race([running, pause(graceMs, done.signal)]);
  }

  /** One reading for all partitions that have something new and nothing in hand; each then handles its part on its own. */
  private async pump(): Promise<void> {
    const ready = [...this.readers.values()].filter((reader) => reader.ready);
    if (ready.length === 0 || this.stopping.signal.aborted) return;
    const asked = ready.map((reader) => ({ reader, tenure: reader.tenure, cursors: reader.cursors() }));
    const until = new Map(this.parts.heads);
    const most = this.options.maxRecords ?? defaultMaxRecords;
    const mostTopics = Math.max(...asked.map(({ cursors }) => cursors.length));
    try {
      const fetched = await this.fetch(
        asked.flatMap(({ cursors }) => cursors),
        Math.min(most, Math.max(leastPerTopic, Math.floor(most / mostTopics))),
      );
      const byId = groupBy(fetched, ({ id }) => id);
      for (const { reader, tenure, cursors } of asked) {
        if (!reader.held || reader.tenure !== tenure || this.stopping.signal.aborted) continue;
        const records = reader.batchOf(
          cursors.flatMap(({ id }) => byId.get(id) ?? []),
          cursors,
          until,
        );
        if (records.length > 0) reader.running = this.handle(reader, records);
      }
    } catch (error) {
      this.parts.logger.warn(errorFields(error), 'The log cannot be read now');
      await pause(backoffMs(3, 100, 1_000), this.stopping.signal);
      this.pumping.ask();
    }
  }

  /** From memory what this process has just appended itself, and the rest with one query. */
  private async fetch(cursors: readonly Head[], limit: number): Promise<FetchedRecord[]> {
    const { recent, database } = this.parts;
    const inMemory = cursors.map((cursor) => recent.from(cursor, limit));
    const others = cursors.filter((_, i) => inMemory[i] === undefined);
    const read = others.length === 0 ? [] : await database.fetch(others, limit);
    return [...inMemory.flatMap((records) => records ?? []), ...read];
  }

  private async handle(reader: PartitionReader, records: readonly ReceivedRecord[]): Promise<void> {
    const { tenure, signal, partition } = reader;
    try {
      await this.options.onBatch({ partition, records, signal });
      if (reader.tenure === tenure) {
        const moved = reader.advance(records);
        reader.failures = 0;
        this.onHandled(moved);
      }
      const left = () => Math.max(...reader.lag().map(({ lag }) => lag));
      await gatherBehind(this.options.gatherMs ?? 0, left, signal, this.stopping.signal);
    } catch (error) {
      if (!signal.aborted && !this.stopping.signal.aborted) this.backOff(reader, error);
    } finally {
      reader.running = undefined;
      this.pumping.ask();
    }
  }

  private backOff(reader: PartitionReader, error: unknown): void {
    reader.failures += 1;
    const ms = backoffMs(reader.failures, 100, 5_000);
    const { group } = this.options;
    this.parts.logger.warn(
      { ...errorFields(error), group, partition: reader.partition, failures: reader.failures, againInMs: ms },
      'A batch was not handled and will come again',
    );
    reader.backingOff = true;
    void pause(ms, this.stopping.signal).then(() => {
      reader.backingOff = false;
      this.pumping.ask();
    });
  }
}
