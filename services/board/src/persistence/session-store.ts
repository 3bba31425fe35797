import { Injectable } from '@nestjs/common';
import type { Facilities, Role, Units } from '@wardstream/access';
import { UnitOfWork } from '@wardstream/persistence';

/** Whom a session stands for. */
export interface SignedIn {
  readonly issuer: string;
  readonly subject: string;
  /** What the issuer calls its own part of the session. */
  readonly issuerSession: string | null;
  readonly name: string | null;
  readonly roles: readonly Role[];
  readonly facilities: Facilities;
  readonly units: Units;
  /** Tokens of the issuer, sealed; null where there are none. */
  readonly tokens: string | null;
}

/** Which sessions of an issuer are over: of a person, or the one that the issuer calls so. */
export interface EndedSessions {
  readonly subject?: string | undefined;
  readonly issuerSession?: string | undefined;
  /** Those that began before, milliseconds since the epoch; all unless told. */
  readonly beganBeforeMs?: number | undefined;
}

export interface KeptSession extends SignedIn {
  readonly id: string;
  /** Counts up when whom it stands for, or what they may do, changes. */
  readonly version: number;
  readonly seenAt: Date;
  readonly endsAt: Date;
}

const columns = `id, issuer, subject, issuer_session AS "issuerSession", name, roles, facilities, units, tokens, version,
  seen_at AS "seenAt", ends_at AS "endsAt"`;
/** $1 is the idle time, minutes. All times are the database's, which all replicas share. */
const alive = `ends_at > now() AND seen_at > now() - make_interval(mins => $1)`;

/** The table of sessions. What is over is not found, also before it is swept. */
@Injectable()
export class SessionStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async add(id: string, of: SignedIn, lastsMinutes: number): Promise<{ readonly endsAt: Date }> {
    const [row] = await this.unitOfWork.query<{ endsAt: Date }>(
      `INSERT INTO session (id, issuer, subject, issuer_session, name, roles, facilities, units, tokens, ends_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(mins => $10)) RETURNING ends_at AS "endsAt"`,
      [
        ...[id, of.issuer, of.subject, of.issuerSession, of.name, of.roles, of.facilities, of.units, of.tokens],
        lastsMinutes,
      ],
    );
    return row!;
  }

  async find(id: string, idleMinutes: number): Promise<KeptSession | null> {
    const sql = `SELECT ${columns} FROM session WHERE id = $2 AND ${alive}`;
    return (await this.unitOfWork.query<KeptSession>(sql, [idleMinutes, id]))[0] ?? null;
  }

  /** Those of these that are alive, with their versions. */
  async versionsOf(ids: readonly string[], idleMinutes: number): Promise<Map<string, number>> {
    const sql = `SELECT id, version FROM session WHERE id = ANY($2) AND ${alive}`;
    const rows = await this.unitOfWork.query<{ id: string; version: number }>(sql, [idleMinutes, ids]);
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  async see(id: string): Promise<void> {
    await this.unitOfWork.query('UPDATE session SET seen_at = now() WHERE id = $1', [id]);
  }

  /** Takes on to renew sessions with tokens that were not for so long, the longest first; each is given to one replica alone. */
  claimStale(olderThanMinutes: number, idleMinutes: number, most: number): Promise<KeptSession[]> {
    return this.unitOfWork.run(async (tx) => {
      const found = await tx.query<KeptSession>(
        `SELECT ${columns} FROM session
          WHERE tokens IS NOT NULL AND renewed_at < now() - make_interval(mins => $2) AND ${alive}
          ORDER BY renewed_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
        [idleMinutes, olderThanMinutes, most],
      );
      await tx.query('UPDATE session SET renewed_at = now() WHERE id = ANY($1)', [found.map(({ id }) => id)]);
      return found;
    });
  }

  /** What the issuer says of somebody now. The version counts up where that is something else. */
  async renew(id: string, of: SignedIn): Promise<void> {
    await this.unitOfWork.query(
      `UPDATE session SET name = $2, roles = $3, facilities = $4, units = $5, tokens = $6,
         version = version + (CASE WHEN (name, roles, facilities, units) IS NOT DISTINCT FROM ($2, $3::text[], $4::text[], $5::text[])
                              THEN 0 ELSE 1 END)
        WHERE id = $1`,
      [id, of.name, of.roles, of.facilities, of.units, of.tokens],
    );
  }

  async end(id: string): Promise<void> {
    await this.unitOfWork.query('DELETE FROM session WHERE id = $1', [id]);
  }

  async endAll(issuer: string, of: EndedSessions): Promise<void> {
    await this.unitOfWork.query(
      `DELETE FROM session WHERE issuer = $1 AND (subject = $2 OR $2 IS NULL) AND (issuer_session = $3 OR $3 IS NULL)
          AND ($2 IS NOT NULL OR $3 IS NOT NULL)
          AND ($4::float8 IS NULL OR began_at < to_timestamp($4::float8 / 1000))`,
      [issuer, of.subject ?? null, of.issuerSession ?? null, of.beganBeforeMs ?? null],
    );
  }

  /** Lets those go that are over. */
  async sweep(idleMinutes: number): Promise<void> {
    await this.unitOfWork.query(`DELETE FROM session WHERE NOT (${alive})`, [idleMinutes]);
  }
}
