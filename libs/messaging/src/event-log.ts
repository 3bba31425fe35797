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
  /** The most records of one topic in a batch; 500 unless told. */
  readonly maxRecords?: number;
  /**
   * After a batch that left little behind it waits up to so long, ms, for the next, so that what comes meanwhile is one batch and one
   * transaction. 0 unless told. What comes after a silence is not held up.
   */
  readonly gatherMs?: number;
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Records that were appended and not yet handled by the group. */
  readonly lag: number;
}

/** How far a consumer group is in one partition of a topic, whichever process its members are in. */
export interface GroupProgress {
  readonly topic: string;
  readonly partition: number;
  /** Offset that the next record will get. */
  readonly head: number;
  /** Offset up to which the group has committed what it handled; null where it never did. */
  readonly handled: number | null;
}

export interface Subscription {
  /** The partition numbers this member holds now. */
  partitions(): readonly number[];
  /** How far the group is behind on what this member holds. Cheap; read from memory. */
  lag(): readonly PartitionLag[];
  /** Takes no new batch, waits for the running ones, commits what they finished, and gives its partitions to the others. */
  close(): Promise<void>;
}

export interface FollowOptions {
  /**
   * Whose reading it is: where `from` answers null it begins where this group stands if it ever committed, and what was told by
   * `stored` is noted under this name. Several may follow under one name, each reads everything.
   */
  readonly group: string;
  readonly topics: readonly string[];
  /** The offset to begin at; null to begin where the group stands, else at the earliest record kept. */
  from(topic: string, partition: number): string | null;
  /**
   * Takes one batch. At most one call at a time for one partition number; if it rejects, the same records come again after a pause that
   * grows.
   */
  onBatch(batch: RecordBatch): Promise<void>;
  /** The most records of one topic in a batch; 500 unless told. */
  readonly maxRecords?: number;
  /** See SubscribeOptions; what the driver finds right unless told. */
  readonly gatherMs?: number;
}

/** Reads every record of all partitions, outside any consumer group: nothing is shared out, nothing is committed. */
export interface Follower {
  /** All partition numbers of its topics. */
  partitions(): readonly number[];
  /** How far it is behind. Cheap; read from memory. */
  lag(): readonly PartitionLag[];
  /** Whether it is in touch with the log now, so that what it has not been told of has not been appended, but for the last moment. */
  isLive(): boolean;
  /**
   * Notes that what lies before these offsets was stored for good, so that the log keeps the rest as it does for a group that reads.
   * A log that keeps records by time alone takes no notice. Never rejects; what is not noted is made up for by the next.
   */
  stored(
    positions: readonly { readonly topic: string; readonly partition: number; readonly next: string }[],
  ): Promise<void>;
  /** Takes no new batch and waits for the running ones. */
  close(): Promise<void>;
}

/** A connection to a database, or a transaction on one. */
export interface DatabaseConnection {
  query<Row>(sql: string, parameters: unknown[]): Promise<Row[]>;
}

/** Appends as a part of transactions of the database in which the log itself is kept. */
export interface TransactionAppender {
  /**
   * Appends within `tx`: committed means appended, rolled back means not. To be called once in a transaction and last of all, since from
   * here to its end every other append to the same partitions waits for it. What it answers is to be called when the transaction has
   * committed, and lets readers know at once; if nobody calls it they find the records a moment later. Null where the appender's
   * `unless` holds; then nothing was appended.
   */
  append(tx: DatabaseConnection, records: readonly LogRecord[]): Promise<(() => void) | null>;
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
 * - a group that never read begins at the earliest record kept;
 * - who follows gets every record of all partitions from the positions it names on, in the same order, whoever else reads.
 */
export interface EventLog {
  /** Makes the topics that are not there yet; harmless to repeat. */
  ensureTopics(topics: readonly TopicDefinition[]): Promise<void>;
  /** Resolves when all records are durable. When it rejects, none, some or all were appended: append the same again. */
  append(records: readonly LogRecord[]): Promise<void>;
  /**
   * How to append within transactions of the database that `database` leads to; null unless the log is kept in that very one, as its
   * server says, and may be written over such connections. `unless` is a condition in SQL that every append looks at in the same
   * statement, as the transaction sees it then. A log that is never kept in a service's database has no such method.
   */
  appenderWithin?(database: DatabaseConnection, unless: string): Promise<TransactionAppender | null>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Resolves when it is known how much there is to read. */
  follow(options: FollowOptions): Promise<Follower>;
  /** Which log this is: positions in one mean nothing in another. Eight hexadecimal digits; the same for every process. */
  identity(): Promise<string>;
  /**
   * How far a group is, its members in other processes too, as the log has it now. A handled record may be told as not handled for as
   * long as its commit takes, never the other way round.
   */
  progressOf(group: string, topics: readonly string[]): Promise<readonly GroupProgress[]>;
  health(): Promise<LogHealth>;
  /** Closes what is still subscribed, as `Subscription.close` does, and lets go of the server. */
  close(): Promise<void>;
}
