import type pg from 'pg';
import { cutOff, endClient, lastingClient, SerialQueue } from '@wardstream/messaging';
import { logSchema } from './log-migrations.js';

/** What one member of a group tells the others. */
export interface Membership {
  readonly group: string;
  readonly memberId: string;
}

export interface LogNotification {
  /** Which process sent it. */
  readonly from: string;
  /** Pairs of partition id and next offset. */
  readonly heads?: readonly (readonly [number, number])[];
  /** Someone joined or left. */
  readonly members?: true;
}

const heartbeatSql = `
  WITH self AS MATERIALIZED (
    SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()
  ), beat AS (
    INSERT INTO member (group_name, member_id, backend_pid, backend_start, seen_at)
    SELECT t.group_name, t.member_id, self.pid, self.backend_start, clock_timestamp()
    FROM unnest($1::text[], $2::text[]) AS t(group_name, member_id) CROSS JOIN self
    ON CONFLICT (group_name, member_id) DO UPDATE
      SET backend_pid = EXCLUDED.backend_pid, backend_start = EXCLUDED.backend_start, seen_at = EXCLUDED.seen_at
  ), groups AS (
    INSERT INTO consumer_group (group_name, seen_at)
    SELECT DISTINCT g, clock_timestamp() FROM unnest($1::text[]) AS g ORDER BY g
    ON CONFLICT (group_name) DO UPDATE SET seen_at = EXCLUDED.seen_at
      WHERE consumer_group.seen_at < clock_timestamp() - interval '1 minute'
  )
  SELECT m.group_name AS "group", m.member_id AS "memberId", m.backend_pid = pg_backend_pid() AS here
  FROM member m
  WHERE m.seen_at > clock_timestamp() - $3 * interval '1 millisecond' AND EXISTS (
    SELECT FROM pg_stat_activity a
    WHERE a.pid = m.backend_pid AND coalesce(a.backend_start, m.backend_start) = m.backend_start)`;

const buryDeadSql = `
  WITH dead AS MATERIALIZED (
    SELECT m.group_name, m.member_id, a.pid
    FROM member m LEFT JOIN pg_stat_activity a 
      ON a.pid = m.backend_pid AND coalesce(a.backend_start, m.backend_start) = m.backend_start
    WHERE a.pid IS NULL OR m.seen_at < clock_timestamp() - $1 * interval '1 millisecond'
  ), ended AS (
    SELECT count(pg_terminate_backend(pid)) AS n FROM dead WHERE pid IS NOT NULL AND pid <> pg_backend_pid()
  )
  DELETE FROM member m USING dead d, ended WHERE m.group_name = d.group_name AND m.member_id = d.member_id`;

/**
 * The one connection of a process to the log that lasts: it listens, and it holds the advisory locks by which the process
 * owns partitions. PostgreSQL frees them the moment this connection is gone, however the process ended.
 */
export class LogSession {
  private readonly held = new Set<string>();
  private readonly queue = new SerialQueue<'session'>();
  private lost = false;

  private constructor(private readonly client: pg.Client) {}

  static readonly channel = 'wardstream_event_log';

  /** `onLost` is called once, when the connection ended without `close`. */
  static async open(
    url: string,
    onNotification: (notification: LogNotification) => void,
    onLost: () => void,
  ): Promise<LogSession> {
    const client = lastingClient({ url, applicationName: 'wardstream log session', searchPath: logSchema });
    const session = new LogSession(client);
    const lose = () => {
      if (session.lost) return;
      session.lost = true;
      session.held.clear();
      onLost();
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload }) => {
      const notification = parse(payload);
      if (notification !== undefined) onNotification(notification);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${LogSession.channel}`);
    } catch (error) {
      session.lost = true;
      await endClient(client);
      throw error;
    }
    return session;
  }

  /** Locks what of `partitions` nobody else holds; answers those it locked. */
  async tryLock(group: string, partitions: readonly number[]): Promise<number[]> {
    // A session's advisory locks are re-entrant, so two members in this process are kept apart here.
    const free = partitions.filter((partition) => !this.held.has(lockName(group, partition)));
    free.forEach((partition) => this.held.add(lockName(group, partition)));
    const locked: number[] = [];
    try {
      const { rows } = await this.query<{ partition: number; got: boolean }>(
        `SELECT partition, pg_try_advisory_lock(hashtextextended($1 || ':' || partition, 0)) AS got
         FROM unnest($2::int[]) AS partition`,
        [lockPrefix(group), free],
      );
      rows.forEach(({ partition, got }) => got && locked.push(partition));
    } finally {
      free.filter((p) => !locked.includes(p)).forEach((p) => this.held.delete(lockName(group, p)));
    }
    return locked;
  }

  async unlock(group: string, partitions: readonly number[]): Promise<void> {
    if (this.lost || partitions.length === 0) return;
    await this.query(
      `SELECT pg_advisory_unlock(hashtextextended($1 || ':' || partition, 0)) FROM unnest($2::int[]) AS partition`,
      [lockPrefix(group), partitions],
    );
    partitions.forEach((partition) => this.held.delete(lockName(group, partition)));
  }

  /** Says that these members live; answers all that do, these included. */
  async heartbeat(mine: readonly Membership[], ttlMs: number): Promise<{ members: Membership[]; elsewhere: boolean }> {
    const { rows } = await this.query<Membership & { here: boolean }>({
      name: 'log-heartbeat',
      text: heartbeatSql,
      values: [mine.map((m) => m.group), mine.map((m) => m.memberId), ttlMs],
    });
    return { members: [...rows, ...mine], elsewhere: rows.some(({ here }) => !here) };
  }

  /** Removes members whose connection is gone, and ends the connection of those that were silent for `silentMs`: hung. */
  async buryDead(silentMs: number): Promise<void> {
    await this.query(buryDeadSql, [silentMs]);
  }

  async leave({ group, memberId }: Membership): Promise<void> {
    if (this.lost) return;
    await this.query('DELETE FROM member WHERE group_name = $1 AND member_id = $2', [group, memberId]);
  }

  async heads(): Promise<{ id: number; next: number }[]> {
    const { rows } = await this.query<{ id: number; next: string }>({
      name: 'log-heads',
      text: 'SELECT id, next_offset AS next FROM topic_partition',
    });
    return rows.map(({ id, next }) => ({ id, next: Number(next) }));
  }

  async close(): Promise<void> {
    if (this.lost) return;
    this.lost = true;
    await endClient(this.client);
  }

  /** One statement after another: a client takes no second one while the first runs. */
  private query<R extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>> {
    return this.queue.run('session', () => this.client.query<R>(statement, values));
  }

  /** Gives the session up as lost, at once. */
  abandon(): void {
    cutOff(this.client);
  }
}

function lockPrefix(group: string): string {
  return `wardstream:log:${group}`;
}

function lockName(group: string, partition: number): string {
  return `${lockPrefix(group)}:${partition}`;
}

function parse(payload: string | undefined): LogNotification | undefined {
  try {
    const parsed: unknown = JSON.parse(payload ?? '');
    return typeof parsed === 'object' && parsed !== null && 'from' in parsed ? (parsed as LogNotification) : undefined;
  } catch {
    return undefined;
  }
}
