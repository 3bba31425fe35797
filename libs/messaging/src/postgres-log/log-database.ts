import type { TopicDefinition } from '@wardstream/events';
import {
  connectionSettings,
  createDataSource,
  joinedTexts,
  jsonTexts,
  migrate,
  unfolded,
  outliveErrors,
} from '@wardstream/persistence';
import pg from 'pg';
import { groupBy } from '../grouping.js';
import { errorFields, type MessagingLogger } from '../messaging-logger.js';
import { logMigrations, logSchema } from './log-migrations.js';

/** A topic's partition as the log knows it. */
export interface TopicPartition {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
}

/** The offset the next record of a partition will get. */
export interface Head {
  readonly id: number;
  readonly next: number;
}

/** Where a member begins in a partition it has claimed. `epoch` proves the claim when it commits. */
export interface Claim {
  readonly id: number;
  readonly next: number;
  readonly epoch: number;
}

/** What an append did to a partition: the offset after its records, and the time they were given. */
export interface Appended extends Head {
  readonly appendedAtMs: number;
}

export interface FetchedRecord {
  readonly id: number;
  readonly offset: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
  readonly appendedAtMs: number;
}

const appendSql = (values: string) => `
  SELECT partition_id AS id, head AS next, extract(epoch FROM appended_at)::float8 * 1000 AS "appendedAtMs"
  FROM append($1::int[], $2::text[], ${unfolded('$3')}, ${values})`;
const appendJoined = { name: 'log-append', text: appendSql(unfolded('$4')) };
const appendAny = { name: 'log-append-any', text: appendSql('$4::text[]') };

const fetchSql = `
  SELECT r.topic_partition AS id, r."offset", r.key, r.headers, r.value,
         extract(epoch FROM r.appended_at)::float8 * 1000 AS "appendedAtMs"
  FROM unnest($1::int[], $2::bigint[]) AS c(id, next)
  CROSS JOIN LATERAL (
    SELECT * FROM record r WHERE r.topic_partition = c.id AND r."offset" >= c.next ORDER BY r."offset" LIMIT $3
  ) r
  ORDER BY r.topic_partition, r."offset"`;

const claimSql = `
  INSERT INTO committed_offset (group_name, topic_partition, next_offset, epoch)
  SELECT $1, p.id, coalesce((SELECT min(r."offset") FROM record r WHERE r.topic_partition = p.id), p.next_offset), 1
  FROM topic_partition p WHERE p.id = ANY($2::int[]) ORDER BY p.id
  ON CONFLICT (group_name, topic_partition) DO UPDATE SET epoch = committed_offset.epoch + 1
  RETURNING topic_partition AS id, next_offset AS next, epoch`;

const commitSql = `
  UPDATE committed_offset c SET next_offset = i.next
  FROM unnest($2::int[], $3::bigint[], $4::bigint[]) AS i(id, next, epoch)
  WHERE c.group_name = $1 AND c.topic_partition = i.id AND c.epoch = i.epoch AND c.next_offset < i.next`;

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
      await migrate(dataSource, logSchema, logMigrations);
    } finally {
      await dataSource.destroy();
    }
  }

  async ensureTopics(topics: readonly TopicDefinition[]): Promise<void> {
    const wanted = topics.flatMap(({ name, partitions, retentionMs }) =>
      Array.from({ length: partitions }, (_, partition) => ({ name, partition, retentionMs })),
    );
    await this.durable.query(
      `INSERT INTO topic_partition (topic, partition, retention_ms)
       SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[]) AS t(topic, partition, retention_ms) ORDER BY 1, 2
       ON CONFLICT (topic, partition) DO UPDATE SET retention_ms = EXCLUDED.retention_ms
       WHERE topic_partition.retention_ms <> EXCLUDED.retention_ms`,
      [wanted.map((t) => t.name), wanted.map((t) => t.partition), wanted.map((t) => t.retentionMs)],
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

  /** Durable when it resolves. All four lists have one entry for each record. */
  async append(
    ids: readonly number[],
    keys: readonly string[],
    headers: readonly object[],
    values: readonly string[],
  ): Promise<Appended[]> {
    const joined = joinedTexts(values);
    const { rows } = await this.durable.query<Omit<Appended, 'next'> & { next: string }>({
      ...(joined === undefined ? appendAny : appendJoined),
      values: [ids, keys, jsonTexts(headers), joined ?? values],
    });
    return rows.map((row) => ({ ...row, next: Number(row.next) }));
  }

  /** At most `limit` records of each partition from its `next` on, by partition and offset. */
  async fetch(cursors: readonly Head[], limit: number): Promise<FetchedRecord[]> {
    const { rows } = await this.relaxed.query<
      Omit<FetchedRecord, 'offset' | 'headers'> & Record<'offset' | 'headers', string>
    >({
      name: 'log-fetch',
      text: fetchSql,
      values: [cursors.map((c) => c.id), cursors.map((c) => c.next), limit],
    });
    return rows.map((row) => ({
      ...row,
      offset: Number(row.offset),
      headers: JSON.parse(row.headers) as Record<string, string>,
    }));
  }

  /** Takes partitions over for a group: from now on commits of an earlier claim have no effect. */
  async claim(group: string, ids: readonly number[]): Promise<Claim[]> {
    const { rows } = await this.relaxed.query<{ id: number; next: string; epoch: string }>(claimSql, [group, ids]);
    return rows.map(({ id, next, epoch }) => ({ id, next: Number(next), epoch: Number(epoch) }));
  }

  /** Notes how far a group is. What does not match the claim any more is left as it is. */
  async commit(group: string, claims: readonly Claim[]): Promise<void> {
    await this.relaxed.query({
      name: 'log-commit',
      text: commitSql,
      values: [group, claims.map((c) => c.id), claims.map((c) => c.next), claims.map((c) => c.epoch)],
    });
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
