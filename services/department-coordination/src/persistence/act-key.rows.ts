import { DomainError } from '@wardstream/kernel';
import { iso, type Tx } from '@wardstream/persistence';

/** So long an act may be sent again. */
const KEPT_MS = 48 * 3_600_000;

/**
 * Whether the act is new; it counts as taken from then on, if the transaction commits. Those that are older than two days are forgotten.
 * @throws DomainError 'key-used' where the key is that of another act
 */
export async function takeActKey(tx: Tx, facility: string, key: string, act: string, now: number): Promise<boolean> {
  await tx.query('DELETE FROM act_key WHERE taken_at < $1', [iso(now - KEPT_MS)]);
  const taken = await tx.query<unknown>(
    'INSERT INTO act_key (facility, key, act, taken_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING key',
    [facility, key, act, iso(now)],
  );
  if (taken.length > 0) return true;
  const [before] = await tx.query<{ act: string }>('SELECT act FROM act_key WHERE facility = $1 AND key = $2', [
    facility,
    key,
  ]);
  if (before?.act !== act)
    throw new DomainError('conflict', 'key-used', 'The key is that of another act.', { first: before?.act ?? null });
  return false;
}
