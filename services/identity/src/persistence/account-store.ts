import { Injectable } from '@nestjs/common';
import { type Tx } from '@wardstream/persistence';
import type { Account } from '../domain/account.js';

export interface KeptAccount extends Account {
  /** Hash of the password; null where it signs in by none. */
  readonly password: string | null;
}

export type NewAccount = Pick<KeptAccount, 'id' | 'kind' | 'login' | 'name' | 'roles' | 'facilities' | 'units'> & {
  readonly password: string | null;
  readonly mustChange: boolean;
};

/** So much of the digest of a key names it. */
const KEY_ID_LENGTH = 10;

const columns = `id, kind, login, name, password, must_change AS "mustChange", roles, facilities, units,
  disabled_at AS "disabledAt", created_at AS "createdAt", signed_in_at AS "signedInAt", version,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', left(digest, ${KEY_ID_LENGTH}), 'madeAt', made_at, 'endsAt', ends_at)
                             ORDER BY made_at), '[]')
     FROM system_key WHERE account_id = account.id AND (ends_at IS NULL OR ends_at > now())) AS keys`;

/** The tables of accounts and of the keys of systems. */
@Injectable()
export class AccountStore {
  async list(tx: Tx): Promise<KeptAccount[]> {
    return await tx.query<KeptAccount>(`SELECT ${columns} FROM account ORDER BY kind, lower(login)`);
  }

  async byLogin(tx: Tx, login: string): Promise<KeptAccount | null> {
    const sql = `SELECT ${columns} FROM account WHERE lower(login) = lower($1)`;
    return (await tx.query<KeptAccount>(sql, [login]))[0] ?? null;
  }

  async byId(tx: Tx, id: string): Promise<KeptAccount | null> {
    if (!/^[0-9a-f-]{36}$/i.test(id)) return null;
    return (await tx.query<KeptAccount>(`SELECT ${columns} FROM account WHERE id = $1`, [id]))[0] ?? null;
  }

  async isEmpty(tx: Tx): Promise<boolean> {
    const [row] = await tx.query<{ empty: boolean }>('SELECT NOT EXISTS (SELECT 1 FROM account) AS empty');
    return row!.empty;
  }

  /** Changes of accounts wait for each other, so that two cannot take away the last two administrators. */
  async lock(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('identity accounts', 0))`);
  }

  /** False where the login is taken. */
  async add(tx: Tx, of: NewAccount): Promise<boolean> {
    const rows = await tx.query<unknown>(
      `INSERT INTO account (id, kind, login, name, password, must_change, roles, facilities, units)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`,
      [of.id, of.kind, of.login, of.name, of.password, of.mustChange, of.roles, of.facilities, of.units],
    );
    return rows.length === 1;
  }

  async change(
    tx: Tx,
    { id, name, roles, facilities, units }: Pick<Account, 'id' | 'name' | 'roles' | 'facilities' | 'units'>,
    isDisabled: boolean,
  ): Promise<void> {
    await tx.query(
      `UPDATE account SET name = $2, roles = $3, facilities = $4, units = $5, changed_at = now(), version = version + 1,
         disabled_at = CASE WHEN $6 THEN coalesce(disabled_at, now()) END WHERE id = $1`,
      [id, name, roles, facilities, units, isDisabled],
    );
  }

  async setPassword(tx: Tx, id: string, hash: string, mustChange: boolean): Promise<void> {
    await tx.query('UPDATE account SET password = $2, must_change = $3, changed_at = now() WHERE id = $1', [
      ...[id, hash, mustChange],
    ]);
  }

  async noteSignIn(tx: Tx, id: string): Promise<void> {
    await tx.query('UPDATE account SET signed_in_at = now() WHERE id = $1', [id]);
  }

  /** Whether somebody but this one can still manage accounts. */
  async hasOtherAdministrator(tx: Tx, id: string): Promise<boolean> {
    const [row] = await tx.query<{ found: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM account WHERE id <> $1 AND disabled_at IS NULL AND kind = 'person'
                        AND 'administrator' = ANY(roles) AND facilities IS NULL) AS found`,
      [id],
    );
    return row!.found;
  }

  /** A key for a system; those before it end after `othersEndHours`. */
  async addKey(tx: Tx, id: string, digest: string, othersEndHours: number): Promise<void> {
    await tx.query(
      `UPDATE system_key SET ends_at = least(coalesce(ends_at, 'infinity'), now() + make_interval(secs => $2 * 3600))
        WHERE account_id = $1`,
      [id, othersEndHours],
    );
    await tx.query('INSERT INTO system_key (digest, account_id) VALUES ($1, $2)', [digest, id]);
  }

  /** Ends a key at once; false where there is none of this id that is good. */
  async endKey(tx: Tx, accountId: string, id: string): Promise<boolean> {
    const ended = await tx.changed(
      `UPDATE system_key SET ends_at = now()
        WHERE account_id = $1 AND left(digest, $3) = $2 AND (ends_at IS NULL OR ends_at > now())`,
      [accountId, id, KEY_ID_LENGTH],
    );
    return ended > 0;
  }

  /** Digests of the keys that count now. */
  async keysOf(tx: Tx, id: string): Promise<string[]> {
    const sql = 'SELECT digest FROM system_key WHERE account_id = $1 AND (ends_at IS NULL OR ends_at > now())';
    return (await tx.query<{ digest: string }>(sql, [id])).map(({ digest }) => digest);
  }

  /** Notes, in the transaction of what ends them, that the sessions of somebody are over. */
  async signOut(tx: Tx, id: string): Promise<void> {
    await tx.query('INSERT INTO sign_out (account_id) VALUES ($1)', [id]);
    await tx.query(
      `DELETE FROM issuer_payload WHERE payload->>'accountId' = $1 AND kind IN ('Session', 'Grant', 'RefreshToken')`,
      [id],
    );
  }
}
