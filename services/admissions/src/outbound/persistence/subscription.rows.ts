import type { RestHook, SubscriptionResource } from '@wardstream/fhir';
import type { Tx } from '@wardstream/persistence';

export type SubscriptionStatus = SubscriptionResource['status'];

/** A subscription as it is kept. */
export interface StoredSubscription {
  readonly id: string;
  readonly version: number;
  readonly status: SubscriptionStatus;
  /** Subject of who asked for it. */
  readonly owner: string;
  readonly updatedAt: Date;
  readonly hook: Pick<RestHook, 'reason' | 'criteriaText' | 'endpoint' | 'withResource' | 'end'>;
  /** May hold a secret: told to nobody. */
  readonly headers: RestHook['headers'];
  readonly error: string | null;
}

const columns = 'id, version, status, owner, updated_at AS "updatedAt", hook, headers, error';

export async function insertSubscription(
  tx: Tx,
  { id, status, owner, hook, headers, error, updatedAt }: Omit<StoredSubscription, 'version'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO subscription (id, version, status, owner, updated_at, hook, headers, error)
     VALUES ($1, 1, $2, $3, $4, $5, $6, $7)`,
    [id, status, owner, updatedAt, JSON.stringify(hook), JSON.stringify(headers), error],
  );
}

/** The owner's subscription in force to just the same, by the same headers; others that ask for the same wait until the transaction ends. */
export async function sameSubscription(
  tx: Tx,
  { owner, hook, headers }: Pick<StoredSubscription, 'owner' | 'hook' | 'headers'>,
): Promise<StoredSubscription | undefined> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('admissions:subscriptions:' || $1, 0))", [owner]);
  const [row] = await tx.query<StoredSubscription>(
    `SELECT ${columns} FROM subscription
      WHERE owner = $1 AND deleted_at IS NULL AND status IN ('active', 'error')
        AND hook::jsonb = $2::jsonb AND headers::jsonb = $3::jsonb
      ORDER BY id LIMIT 1`,
    [owner, JSON.stringify(hook), JSON.stringify(headers)],
  );
  return row;
}

/** Replaces a subscription that is at `version`. False if it is at another one. */
export async function replaceSubscription(
  tx: Tx,
  { id, version, status, hook, headers, error, updatedAt }: StoredSubscription,
): Promise<boolean> {
  const count = await tx.changed(
    `UPDATE subscription SET version = version + 1, status = $3, updated_at = $4, hook = $5, headers = $6, error = $7
      WHERE id = $1 AND version = $2 AND deleted_at IS NULL`,
    [id, version, status, updatedAt, JSON.stringify(hook), JSON.stringify(headers), error],
  );
  return count > 0;
}

/** Says how a subscription stands; nothing if it stands so, was changed by its owner, or is off. */
export async function noteStatus(
  tx: Tx,
  { id, version }: Pick<StoredSubscription, 'id' | 'version'>,
  status: SubscriptionStatus,
  error: string | null,
  updatedAt: Date,
): Promise<boolean> {
  const count = await tx.changed(
    `UPDATE subscription SET version = version + 1, status = $3, error = $4, updated_at = $5
      WHERE id = $1 AND version = $2 AND deleted_at IS NULL AND status <> 'off' AND (status, error) IS DISTINCT FROM ($3, $4)`,
    [id, version, status, error, updatedAt],
  );
  return count > 0;
}

/** Removes one, its headers at once. False if it was removed before. */
export async function deleteSubscription(tx: Tx, id: string, at: Date): Promise<boolean> {
  const count = await tx.changed(
    `UPDATE subscription SET deleted_at = $2, headers = '[]', status = 'off', version = version + 1 WHERE id = $1 AND deleted_at IS NULL`,
    [id, at],
  );
  return count > 0;
}

/** One that is there; `lock` until the transaction ends. `gone` where it was deleted. */
export async function findSubscription(
  tx: Tx,
  id: string,
  lock = false,
): Promise<StoredSubscription | 'gone' | undefined> {
  const [row] = await tx.query<StoredSubscription & { deletedAt: Date | null }>(
    `SELECT ${columns}, deleted_at AS "deletedAt" FROM subscription WHERE id = $1 ${lock ? 'FOR UPDATE' : ''}`,
    [id],
  );
  if (row === undefined) return undefined;
  const { deletedAt, ...found } = row;
  return deletedAt === null ? found : 'gone';
}

export interface SubscriptionQuery {
  readonly owner?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly url?: string | undefined;
  /** Id of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Those that fit, in order of their ids. */
export async function listSubscriptions(tx: Tx, of: SubscriptionQuery): Promise<StoredSubscription[]> {
  return await tx.query<StoredSubscription>(
    `SELECT ${columns} FROM subscription
      WHERE deleted_at IS NULL AND ($1::text IS NULL OR owner = $1) AND ($2::text[] IS NULL OR id::text = ANY($2))
        AND ($3::text[] IS NULL OR status = ANY($3)) AND ($4::text IS NULL OR hook ->> 'endpoint' = $4)
        AND ($6::uuid IS NULL OR id > $6)
      ORDER BY id LIMIT $5`,
    [of.owner ?? null, of.ids ?? null, of.statuses ?? null, of.url ?? null, of.limit, of.after ?? null],
  );
}

/**
 * Which change of subscriptions was the last. None is made before this transaction ends, and one under way is waited for: what the
 * transaction does by those in force now, it does by those that are in force when it commits.
 */
export async function subscriptionsVersion(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ version: string }>('SELECT subscriptions_version() AS version', []);
  return row!.version;
}

/** All that somebody is to be told by. */
export async function subscriptionsInForce(tx: Tx): Promise<StoredSubscription[]> {
  return await tx.query<StoredSubscription>(
    `SELECT ${columns} FROM subscription WHERE deleted_at IS NULL AND status IN ('active', 'error') ORDER BY id`,
  );
}
