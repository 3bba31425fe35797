import pg from 'pg';
import { endClient, lastingClient } from '../lasting-client.js';

export interface OutboxRow {
  readonly position: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

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
   * one round trip.
   */
  async next(done: readonly string[], limit: number): Promise<{ rows: OutboxRow[]; oldestAgeSeconds: number }> {
    this.assertAlive();
    const { rows } = await this.client.query<OutboxRow & { age: number }>({
      name: 'outbox-next',
      text: `WITH gone AS (DELETE FROM outbox WHERE position = ANY($1::bigint[]))
             SELECT position, topic, key, headers, payload,
                    extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
             FROM outbox WHERE position <> ALL($1::bigint[]) ORDER BY position LIMIT $2`,
      values: [done, limit],
    });
    return { rows, oldestAgeSeconds: Math.max(0, rows[0]?.age ?? 0) };
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
