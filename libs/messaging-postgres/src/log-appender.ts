import { groupBy } from '@wardstream/kernel';
import { type DatabaseConnection, type LogRecord, partitionOf, type TransactionAppender } from '@wardstream/messaging';
import { appendIn, appendUnless } from './append-within.js';
import type { LogDatabase } from './log-database.js';
import { PackedRuns, type Appended } from './packed-runs.js';

/** Appends records by the partitions of their keys, in transactions of its own or within those of others. */
export class LogAppender {
  /** `onAppended` is told what is durable now. */
  constructor(
    private readonly database: LogDatabase,
    private readonly onAppended: (
      byPartition: ReadonlyMap<number, readonly LogRecord[]>,
      heads: readonly Appended[],
    ) => void,
  ) {}

  async append(records: readonly LogRecord[]): Promise<void> {
    const byPartition = await this.byPartition(records);
    this.onAppended(byPartition, await this.database.append(byPartition));
  }

  /** Null unless connections like `other` lead to this log. */
  async within(other: DatabaseConnection, unless: string): Promise<TransactionAppender | null> {
    if (!(await this.database.isReachedBy(other))) return null;
    const identity = await this.database.identity();
    const statement = appendUnless(unless);
    return {
      append: async (tx, records) => {
        const byPartition = await this.byPartition(records);
        const heads = await appendIn(tx, statement, identity, new PackedRuns(byPartition));
        return heads === null ? null : () => this.onAppended(byPartition, heads);
      },
    };
  }

  private async byPartition(records: readonly LogRecord[]): Promise<Map<number, LogRecord[]>> {
    const byTopic = await this.database.partitionsOf(records.map(({ topic }) => topic));
    return groupBy(records, ({ topic, key }) => {
      const partitions = byTopic.get(topic)!;
      return partitions[partitionOf(key, partitions.length)]!.id;
    });
  }
}
