import { Injectable } from '@nestjs/common';
import { digest } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';

/** Wrong passwords for one name from one network within `PAIR_MINUTES`; more wait. */
const PAIR_MOST = 5;
const PAIR_MINUTES = 5;
/** Wrong passwords from one network, or for one name from everywhere, after which only those go on who signed in from there before. */
const WIDE_MOST = 100;
const WIDE_MINUTES = 15;
const PLACE_DAYS = 60;

/** An attempt that may go on, or the seconds after which to try again. */
export type Attempted = { readonly id: string } | { readonly retryAfterSeconds: number };

/**
 * Counts attempts to sign in, over all replicas. An attempt counts as wrong from its beginning until it is said to have been right, so that
 * many at once get no more tries than one after another. A whole hospital may come from one address, and somebody may try passwords of a name
 * from all over the world: those who signed in from where they are before are let through all the same.
 */
@Injectable()
export class AttemptStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  begin(login: string, network: string): Promise<Attempted> {
    const name = nameOf(login);
    return this.unitOfWork.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [`${name} ${network}`]);
      const [count] = await tx.query<{
        pair: number;
        network: number;
        login: number;
        known: boolean;
        wait: number | null;
      }>(
        `SELECT (SELECT count(*) FROM failed_sign_in WHERE login_digest = $1 AND network = $2 AND at > now() - make_interval(mins => $3))::int AS pair,
                (SELECT count(*) FROM failed_sign_in WHERE network = $2 AND at > now() - make_interval(mins => $4))::int AS network,
                (SELECT count(*) FROM failed_sign_in WHERE login_digest = $1 AND at > now() - make_interval(mins => $4))::int AS login,
                EXISTS (SELECT 1 FROM known_place WHERE login_digest = $1 AND network = $2) AS known,
                (SELECT ceil(extract(epoch FROM min(at) + make_interval(mins => $3) - now()))::int FROM failed_sign_in
                  WHERE login_digest = $1 AND network = $2 AND at > now() - make_interval(mins => $3)) AS wait`,
        [name, network, PAIR_MINUTES, WIDE_MINUTES],
      );
      const { pair, network: ofNetwork, login: ofLogin, known, wait } = count!;
      if (pair >= PAIR_MOST) return { retryAfterSeconds: Math.max(1, wait ?? 1) };
      if (!known && (ofNetwork >= WIDE_MOST || ofLogin >= WIDE_MOST)) return { retryAfterSeconds: PAIR_MINUTES * 60 };
      const sql = 'INSERT INTO failed_sign_in (login_digest, network) VALUES ($1, $2) RETURNING id::text';
      return (await tx.query<{ id: string }>(sql, [name, network]))[0]!;
    });
  }

  /** The password was right: whoever tried from here before is forgiven, and from here this name is known. */
  async succeeded(login: string, network: string): Promise<void> {
    const name = nameOf(login);
    await this.unitOfWork.run(async (tx) => {
      await tx.query('DELETE FROM failed_sign_in WHERE login_digest = $1 AND network = $2', [name, network]);
      await tx.query(
        `INSERT INTO known_place (login_digest, network) VALUES ($1, $2)
         ON CONFLICT (login_digest, network) DO UPDATE SET at = now()`,
        [name, network],
      );
    });
  }

  /** It could not be looked at, and says nothing of the password. */
  async withdraw(id: string): Promise<void> {
    await this.unitOfWork.query('DELETE FROM failed_sign_in WHERE id = $1', [id]);
  }

  async sweep(): Promise<void> {
    await this.unitOfWork.query('DELETE FROM failed_sign_in WHERE at < now() - make_interval(mins => $1)', [
      WIDE_MINUTES,
    ]);
    await this.unitOfWork.query('DELETE FROM known_place WHERE at < now() - make_interval(days => $1)', [PLACE_DAYS]);
  }
}

/** Names are not kept as they were typed: it may have been a password. */
const nameOf = (login: string): string => digest(login.trim().toLowerCase());
