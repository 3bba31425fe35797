import type { TopicDefinition } from '@wardstream/events';
import { connectionSettings, createDataSource, migrate, outliveErrors } from '@wardstream/persistence';
import pg from 'pg';
import {
  type DatabaseConnection,
  errorFields,
  type GroupProgress,
  type LogRecord,
  type MessagingLogger,
  unpackRecords,
} from '@wardstream/messaging';
import { groupBy } from '@wardstream/kernel';
import { leadsToTheLog } from './append-within.js';
import { logMigrations, logSchema } from './log-migrations.js';
import { type Appended, type Head, PackedRuns } from './packed-runs.js';

export type { Appended, Head };

/** A topic's partition as the log knows it. */
export interface TopicPartition {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
}

/** Where a member begins in a partition it has claimed. `epoch` proves the claim when it commits. */
export interface Claim {
  readonly id: number;
  readonly next: number;
  readonly epoch: number;
}

/** How far a group has come in a partition under a claim. */
export interface GroupClaim extends Claim {
  readonly group: string;
}

export interface FetchedRecord {
  readonly id: number;
  readonly offset: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
  readonly appendedAtMs: number;
}

const append = {
  name: 'log-append',
  text: 'SELECT append_packed(NULL, $1::int[], $2::int[], $3::int[], $4::bytea) AS appended',
};

/**
 * The offset of a row is that of its last record, so a row is wanted whose offset is not below where the reader is. Of each partition
 * the first such row is taken in any case, and those after it that end within the limit.
 */
const fetch = {
  name: 'log-fetch',
  text: `
    SELECT c.id, r."offset", r.records, r.body, r.key, r.headers, r.value,
           extract(epoch FROM r.appended_at)::float8 * 1000 AS "appendedAtMs"
    FROM unnest($1::int[], $2::bigint[]) AS c(id, next)
    CROSS JOIN LATERAL (
      SELECT f."offset" AS last, greatest(c.next, f."offset" - f.records + 1) AS start
      FROM record f WHERE f.topic_partition = c.id AND f."offset" >= c.next ORDER BY f."offset" LIMIT 1
    ) first
    CROSS JOIN LATERAL (
      SELECT * FROM record r
      WHERE r.topic_partition = c.id AND r."offset" >= first.last AND r."offset" < greatest(first.start + $3, first.last + 1)
    ) r
    ORDER BY c.id, r."offset"`,
};

interface RecordRow {
  readonly id: number;
  readonly offset: string;
  readonly records: number;
  readonly body: Buffer | null;
  readonly key: string;
  readonly headers: string;
  readonly value: string;
  readonly appendedAtMs: number;
}

/** The offset of the earliest record of partition `p`; none where there is none. */
const firstKept = `SELECT r."offset" - r.records + 1 FROM record r WHERE r.topic_partition = p.id ORDER BY r."offset" LIMIT 1`;

const claimSql = `
  INSERT INTO committed_offset (group_name, topic_partition, next_offset, epoch)
  SELECT $1, p.id, coalesce((${firstKept}), p.next_offset), 1
  FROM topic_partition p WHERE p.id = ANY($2::int[]) ORDER BY p.id
  ON CONFLICT (group_name, topic_partition) DO UPDATE SET epoch = committed_offset.epoch + 1
  RETURNING topic_partition AS id, next_offset AS next, epoch`;

const commitSql = `
  UPDATE committed_offset c SET next_offset = i.next
  FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS i(group_name, id, next, epoch)
  WHERE c.group_name = i.group_name AND c.topic_partition = i.id AND c.epoch = i.epoch AND c.next_offset < i.next`;

/** Where somebody begins who follows outside any group: where the group stands, else at the earliest record. */
const beginSql = `
  SELECT p.id, p.next_offset AS head, coalesce(
    (SELECT c.next_offset FROM committed_offset c WHERE c.group_name = $1 AND c.topic_partition = p.id),
    (${firstKept}), p.next_offset) AS begin
  FROM topic_partition p WHERE p.id = ANY($2::int[])`;

/** Members of the group that commit under a claim of their own are not disturbed: it only ever moves on. */
const storedSql = `
  WITH reader AS (
    INSERT INTO consumer_group (group_name, seen_at) VALUES ($1, clock_timestamp())
    ON CONFLICT (group_name) DO UPDATE SET seen_at = EXCLUDED.seen_at
      WHERE consumer_group.seen_at < clock_timestamp() - interval '1 minute'
  )
  INSERT INTO committed_offset AS c (group_name, topic_partition, next_offset, epoch)
  SELECT $1, i.id, i.next, 0 FROM unnest($2::int[], $3::bigint[]) AS i(id, next) ORDER BY i.id
  ON CONFLICT (group_name, topic_partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
    WHERE c.next_offset < EXCLUDED.next_offset`;

const progressSql = `
  SELECT p.id, p.topic, p.partition, p.next_offset AS head, c.next_offset AS handled
  FROM topic_partition p LEFT JOIN committed_offset c ON c.topic_partition = p.id AND c.group_name = $1
  WHERE p.topic = ANY($2::text[])`;

/** The SQL of the log. Two pools: what must be durable, and what may be lost with a crash because it comes again. */
export class LogDatabase {
  private readonly durable: pg.Pool;
  private readonly relaxed: pg.Pool;
  private byTopic: ReadonlyMap<string, readonly TopicPartition[]> = new Map();

  constructor(
    readonly url: string,
    poolSize: number,
    private readonly logger: MessagingLogger,
  ) {
    this.durable = this.pool(poolSize, 'wardstream log append', '');
    this.relaxed = this.pool(poolSize, 'wardstream log read', ' -c synchronous_commit=off');
  }

  async migrate(): Promise<void> {
    const dataSource = createDataSource({
      url: this.url,
      schema: logSchema,
      poolSize: 1,
      applicationName: 'wardstream log migration',
    });
    await dataSource.initialize();
    try {
      await migrate(dataSource, logSchema, logMigrations, {
        onBlocked: (migration, tries) =>
          this.logger.warn({ migration, tries }, 'A migration of the event log waits for a table that is in use'),
      });
    } finally {
      await dataSource.destroy();
    }
  }

  async ensureTopics(topics: readonly TopicDefinition[]): Promise<void> {
    const wanted = topics.flatMap(({ name, partitions, retentionMs }) =>
      Array.from({ length: partitions }, (_, partition) => ({ name, partition, retentionMs })),
    );
    const values = [wanted.map((t) => t.name), wanted.map((t) => t.partition), wanted.map((t) => t.retentionMs)];
    // What is there is not locked unless it must change: whoever appends holds such rows in an order of its own.
    await this.durable.query(
      `INSERT INTO topic_partition (topic, partition, retention_ms)
       SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[]) AS t(topic, partition, retention_ms) ORDER BY 1, 2
       ON CONFLICT (topic, partition) DO NOTHING`,
      values,
    );
    await this.durable.query(
      `WITH changed AS (
         SELECT p.id, t.retention_ms
         FROM topic_partition p
         JOIN unnest($1::text[], $2::int[], $3::bigint[]) AS t(topic, partition, retention_ms) USING (topic, partition)
         WHERE p.retention_ms <> t.retention_ms ORDER BY p.id FOR UPDATE OF p
       )
       UPDATE topic_partition p SET retention_ms = c.retention_ms FROM changed c WHERE p.id = c.id`,
      values,
    );
    await this.loadTopics();
  }

  /** The partitions of these topics by number. Throws for a topic nobody has made. */
  async partitionsOf(topics: Iterable<string>): Promise<ReadonlyMap<string, readonly TopicPartition[]>> {
    const wanted = [...new Set(topics)];
    if (wanted.some((topic) => !this.byTopic.has(topic))) await this.loadTopics();
    const missing = wanted.find((topic) => !this.byTopic.has(topic));
    if (missing !== undefined) throw new Error(`The log has no topic ${missing}`);
    return this.byTopic;
  }

  /** Appends records by partition, each in the order given. Durable when it resolves. */
  async append(byPartition: ReadonlyMap<number, readonly LogRecord[]>): Promise<Appended[]> {
    const runs = new PackedRuns(byPartition);
    const { rows } = await this.durable.query<{ appended: string[] }>({ ...append, values: [...runs.parameters] });
    return runs.appended(rows[0]!.appended);
  }

  /** Whether connections like `other` may append to this log in transactions of their own. */
  isReachedBy(other: DatabaseConnection): Promise<boolean> {
    return this.withConnection((own) => leadsToTheLog(own, other));
  }

  /** At most `limit` records of each partition from its `next` on, by partition and offset. */
  async fetch(cursors: readonly Head[], limit: number): Promise<FetchedRecord[]> {
    const { rows } = await this.relaxed.query<RecordRow>({
      ...fetch,
      values: [cursors.map((c) => c.id), cursors.map((c) => c.next), limit],
    });
    const nexts = new Map(cursors.map(({ id, next }) => [id, next]));
    const counts = new Map<number, number>();
    return rows.flatMap((row) => {
      const first = Number(row.offset) - row.records + 1;
      const passed = Math.max(0, nexts.get(row.id)! - first);
      const taken = counts.get(row.id) ?? 0;
      const records = recordsOf(row).slice(passed, passed + limit - taken);
      counts.set(row.id, taken + records.length);
      return records.map(({ key, headers, value }, i) => ({
        id: row.id,
        offset: first + passed + i,
        key,
        headers,
        value,
        appendedAtMs: row.appendedAtMs,
      }));
    });
  }

  /** Takes partitions over for a group: from now on commits of an earlier claim have no effect. */
  async claim(group: string, ids: readonly number[]): Promise<Claim[]> {
    const { rows } = await this.relaxed.query<{ id: number; next: string; epoch: string }>(claimSql, [group, ids]);
    return rows.map(({ id, next, epoch }) => ({ id, next: Number(next), epoch: Number(epoch) }));
  }

  /** Notes how far groups are. What does not match the claim any more is left as it is. */
  async commit(claims: readonly GroupClaim[]): Promise<void> {
    await this.relaxed.query({
      name: 'log-commit',
      text: commitSql,
      values: [
        claims.map((c) => c.group),
        claims.map((c) => c.id),
        claims.map((c) => c.next),
        claims.map((c) => c.epoch),
      ],
    });
  }

  /** Where somebody who follows under the name of a group begins, with the head of each partition. */
  async beginnings(group: string, ids: readonly number[]): Promise<(Head & { readonly head: number })[]> {
    const { rows } = await this.relaxed.query<{ id: number; head: string; begin: string }>(beginSql, [group, ids]);
    return rows.map(({ id, head, begin }) => ({ id, head: Number(head), next: Number(begin) }));
  }

  /** Notes how far somebody who follows has stored what they read. */
  async stored(group: string, positions: readonly Head[]): Promise<void> {
    await this.relaxed.query({
      name: 'log-stored',
      text: storedSql,
      values: [group, positions.map((p) => p.id), positions.map((p) => p.next)],
    });
  }

  /** A UUID. */
  async identity(): Promise<string> {
    const { rows } = await this.relaxed.query<{ id: string }>('SELECT id FROM log_identity');
    return rows[0]!.id;
  }

  async progressOf(group: string, topics: readonly string[]): Promise<(GroupProgress & { readonly id: number })[]> {
    const { rows } = await this.relaxed.query<
      Pick<GroupProgress, 'topic' | 'partition'> & { id: number; head: string; handled: string | null }
    >({ name: 'log-progress', text: progressSql, values: [group, topics] });
    return rows.map(({ head, handled, ...of }) => ({
      ...of,
      head: Number(head),
      handled: handled === null ? null : Number(handled),
    }));
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.relaxed.query('SELECT pg_notify($1, $2)', [channel, payload]);
  }

  async ping(): Promise<void> {
    await this.relaxed.query('SELECT 1');
  }

  /** Work of several statements on one connection, which is thrown away if the work fails. */
  async withConnection<T>(work: (connection: pg.PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.relaxed.connect();
    let failed = true;
    try {
      const result = await work(connection);
      failed = false;
      return result;
    } finally {
      connection.release(failed);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.durable.end(), this.relaxed.end()]);
  }

  private async loadTopics(): Promise<void> {
    const { rows } = await this.relaxed.query<TopicPartition>(
      'SELECT id, topic, partition FROM topic_partition ORDER BY topic, partition',
    );
    this.byTopic = groupBy(rows, ({ topic }) => topic);
  }

  private pool(max: number, applicationName: string, options: string): pg.Pool {
    const pool = new pg.Pool({
      connectionString: this.url,
      max,
      application_name: applicationName,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 60_000,
      options: `-c search_path=${logSchema},public ${connectionSettings} -c statement_timeout=60000${options}`,
    });
    pool.on('connect', outliveErrors);
    pool.on('error', (error) => {
      if (!pool.ending) this.logger.warn(errorFields(error), 'An idle connection of the log broke');
    });
    return pool;
  }
}

/** Rows of versions before this one hold one record, in columns of its own. */
function recordsOf({ body, key, headers, value }: RecordRow): Pick<LogRecord, 'key' | 'headers' | 'value'>[] {
  return body === null ? [{ key, headers: JSON.parse(headers) as Record<string, string>, value }] : unpackRecords(body);
}
