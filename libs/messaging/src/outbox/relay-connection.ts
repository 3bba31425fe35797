import pg from 'pg';
import type { LogRecord } from '../event-log.js';
import { endClient, lastingClient } from '../lasting-client.js';
import { unpackRecords } from '../packed-records.js';
import type { Publication, RecentPublications } from './recent-publications.js';

interface OutboxRow {
  readonly position: string;
  /** Null where it is known here already, and in rows of versions before. */
  readonly body: Buffer | null;
  readonly topic: string | null;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly age: number;
}

/** Publications read at once; each is one row, however many events it has. */
export const mostPublications = 100;

/** The bounds of what is to be deleted are in $1 already; they keep the plan at the index, however small the table was when it was made. */
const next = {
  name: 'outbox-next',
  text: `
    WITH gone AS (
      DELETE FROM outbox WHERE position BETWEEN $2::bigint AND $3::bigint AND position = ANY($1::bigint[])
    )
    SELECT position, CASE WHEN position = ANY($4::bigint[]) THEN NULL ELSE body END AS body, topic, key, headers, payload,
           extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
    FROM outbox WHERE position <> ALL($1::bigint[]) ORDER BY position LIMIT ${mostPublications}`,
};

/** The one connection a relay lives on: lock, notifications, reading and deleting. */
export class RelayConnection {
  private lost: Error | undefined;

  private constructor(
    private readonly client: pg.Client,
    private readonly schema: string,
  ) {}

  static channel(schema: string): string {
    return `wardstream_outbox_${schema}`;
  }

  static async open(
    database: { readonly url: string; readonly schema: string },
    applicationName: string,
    onSignal: () => void,
  ): Promise<RelayConnection> {
    const client = lastingClient({ url: database.url, applicationName, searchPath: database.schema });
    const connection = new RelayConnection(client, database.schema);
    const lose = (error?: Error) => {
      connection.lost ??= error ?? new Error('Connection terminated');
      onSignal();
    };
    client.on('error', lose);
    client.on('end', () => lose());
    client.on('notification', onSignal);
    try {
      await client.connect();
    } catch (error) {
      await endClient(client);
      throw error;
    }
    return connection;
  }

  /** Tries to become the schema's relay. */
  async tryLead(): Promise<boolean> {
    this.assertAlive();
    const { rows } = await this.client.query<{ got: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got',
      [`wardstream:relay:${this.schema}`],
    );
    if (rows[0]?.got !== true) return false;
    await this.client.query(`LISTEN ${pg.escapeIdentifier(RelayConnection.channel(this.schema))}`);
    return true;
  }

  /**
   * Deletes `done` and reads what is committed besides, oldest position first, with the age of the oldest: one statement,
   * one round trip. `done` is in the order of its positions. What `recent` has is not read again.
   */
  async next(
    done: readonly string[],
    recent: Pick<RecentPublications, 'positions' | 'at'>,
  ): Promise<{ publications: Publication[]; oldestAgeSeconds: number }> {
    this.assertAlive();
    const known = new Map(recent.positions.map((position) => [position, recent.at(position)!]));
    const { rows } = await this.client.query<OutboxRow>({
      ...next,
      values: [done, done[0] ?? 0, done.at(-1) ?? 0, [...known.keys()]],
    });
    return {
      publications: rows.map((row) => known.get(row.position) ?? { position: row.position, records: recordsOf(row) }),
      oldestAgeSeconds: Math.max(0, rows[0]?.age ?? 0),
    };
  }

  /** Throws if the connection, and the lead with it, is gone. */
  assertAlive(): void {
    if (this.lost !== undefined) throw this.lost;
  }

  async close(): Promise<void> {
    if (this.lost !== undefined) return;
    await endClient(this.client);
  }
}

/** Rows of versions before this one hold one event, in columns of its own. */
function recordsOf({ body, topic, key, headers, payload }: OutboxRow): LogRecord[] {
  return body === null ? [{ topic: topic!, key, headers, value: payload }] : unpackRecords(body);
}
