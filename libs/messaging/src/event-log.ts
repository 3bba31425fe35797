import type { TopicDefinition } from '@wardstream/events';

/** One record as it is written to a log. Drivers do not look into it; `record-codec.ts` turns it into an event. */
export interface LogRecord {
  readonly topic: string;
  /** What keeps its order: records of one key are read in the order they were appended. The facility of an event. */
  readonly key: string;
  /** CloudEvents attributes in binary mode (`ce_*`), as text. */
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

/** One record as it was read. */
export interface ReceivedRecord extends LogRecord {
  readonly partition: number;
  /** Position in its topic and partition, a decimal number; grows by time. */
  readonly offset: string;
  /** When the log took it, milliseconds since the epoch of real time. */
  readonly appendedAtMs: number;
}

/** Records of one partition number in log order; records of several topics may be in one batch, topic after topic. */
export interface RecordBatch {
  readonly partition: number;
  readonly records: readonly ReceivedRecord[];
  /** Aborted when the batch is no longer wanted: the subscription closes for good or the partition went to another member. */
  readonly signal: AbortSignal;
}

export interface SubscribeOptions {
  /** Members of one group share the partitions; every group reads every record. */
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Handles one batch. At most one call at a time for one partition number of a group in this process. Its offsets are
   * committed some time after it resolved, never before; if it rejects, the same records come again after a pause that
   * grows from `backoff`. Must stop early when the batch's signal is aborted.
   */
  onBatch(batch: RecordBatch): Promise<void>;
  /** The most records of one topic in a batch; 200 unless told. */
  readonly maxRecords?: number;
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Records that were appended and not yet handled by the group. */
  readonly lag: number;
}

export interface Subscription {
  /** The partition numbers this member holds now. */
  partitions(): readonly number[];
  /** How far the group is behind on what this member holds. Cheap; read from memory. */
  lag(): readonly PartitionLag[];
  /** Takes no new batch, waits for the running ones, commits what they finished, and gives its partitions to the others. */
  close(): Promise<void>;
}

/** Whether the log can be used now; `reason` says why not, without secrets. */
export type LogHealth = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * The durable log between the services. Every driver passes `@wardstream/messaging/contract-suite`:
 * - what `append` resolved for is durable; records of one key in one call, and in calls that follow each other, keep order;
 * - a key has the same partition number on every topic, so all records of a facility are handled one batch after another;
 * - at least once: a crash between handling and commit brings records again, and an append that a driver had to repeat may
 *   have left some twice; nothing is ever skipped;
 * - the members of a group share partition numbers, and take over those of a member that dies;
 * - a group that never read begins at the earliest record kept.
 */
export interface EventLog {
  /** Makes the topics that are not there yet; harmless to repeat. */
  ensureTopics(topics: readonly TopicDefinition[]): Promise<void>;
  /** Resolves when all records are durable. When it rejects, none, some or all were appended: append the same again. */
  append(records: readonly LogRecord[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  health(): Promise<LogHealth>;
  /** Closes what is still subscribed, as `Subscription.close` does, and lets go of the server. */
  close(): Promise<void>;
}
