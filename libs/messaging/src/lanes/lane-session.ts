import pg from 'pg';
import { endClient, lastingClient } from '../lasting-client.js';

/** Numbers by which the locks of one kind of work are told from all others: derived from its name, so the same in every process. */
const spaceOf = (name: string): string => `(hashtext(${name}) & 2147483647)`;

const joinSql = `SELECT pg_advisory_lock(${spaceOf(`$1 || ' members'`)}, pg_backend_pid()) IS NULL, pg_backend_pid() AS me`;
/** Who lives is who holds a lock that goes with its connection. */
const membersSql = `
  SELECT objid::int AS member FROM pg_locks
   WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid::bigint = ${spaceOf(`$1 || ' members'`)}
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
const takeSql = `SELECT l AS lane FROM unnest($2::int[]) AS t (l) WHERE pg_try_advisory_lock(${spaceOf('$1')}, l)`;
const giveSql = `SELECT pg_advisory_unlock(${spaceOf('$1')}, l) FROM unnest($2::int[]) AS t (l)`;

/** The one connection on which a process holds lanes: whoever loses it has none, the moment PostgreSQL notices. */
export class LaneSession {
  private lost: Error | undefined;

  private constructor(
    private readonly client: pg.Client,
    private readonly name: string,
    readonly me: number,
  ) {}

  /** Joins those who share the work. `told`: another process has work for others, or lanes may be free. */
  static async open(
    url: string,
    name: string,
    on: { readonly lost: () => void; readonly told: (what: 'work' | 'members') => void },
  ): Promise<LaneSession> {
    const client = lastingClient({ url, applicationName: `${name} lanes`, searchPath: 'public' });
    let session: LaneSession | undefined;
    let early: Error | undefined;
    const lose = (error?: Error): void => {
      const cause = error ?? new Error('Connection terminated');
      if (session === undefined) early ??= cause;
      else if (session.lost === undefined) {
        session.lost = cause;
        on.lost();
      }
    };
    client.on('error', lose);
    client.on('end', () => lose());
    client.on('notification', ({ payload }) => on.told(payload === 'members' ? 'members' : 'work'));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(LaneSession.channel(name))}`);
      const { rows } = await client.query<{ me: number }>(joinSql, [name]);
      session = new LaneSession(client, name, rows[0]!.me);
      if (early !== undefined) throw early;
      await session.announce();
      return session;
    } catch (error) {
      await endClient(client);
      throw error;
    }
  }

  static channel(name: string): string {
    return `wardstream_lanes_${name.replaceAll(/\W+/g, '_')}`;
  }

  get isAlive(): boolean {
    return this.lost === undefined;
  }

  /** The processes that live, this one among them. */
  async members(): Promise<number[]> {
    this.assertAlive();
    const { rows } = await this.client.query<{ member: number }>({
      name: 'lane-members',
      text: membersSql,
      values: [this.name],
    });
    return rows.map(({ member }) => member);
  }

  /** Takes those of these lanes that nobody has; gives them. */
  async take(lanes: readonly number[]): Promise<number[]> {
    this.assertAlive();
    const { rows } = await this.client.query<{ lane: number }>(takeSql, [this.name, lanes]);
    return rows.map(({ lane }) => lane);
  }

  async give(lanes: readonly number[]): Promise<void> {
    this.assertAlive();
    await this.client.query(giveSql, [this.name, lanes]);
    await this.announce();
  }

  /** Says to the others that lanes are to be shared anew. */
  private async announce(): Promise<void> {
    await this.client.query('SELECT pg_notify($1, $2)', [LaneSession.channel(this.name), 'members']);
  }

  /** Gives up everything. */
  async close(): Promise<void> {
    this.lost ??= new Error('The session is closed');
    await endClient(this.client);
  }

  private assertAlive(): void {
    if (this.lost !== undefined) throw this.lost;
  }
}
