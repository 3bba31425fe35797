import type { Tx } from '@wardstream/persistence';
import type { Sender, SenderProfile } from '../../directory/names/index.js';
import type { SenderFile } from '../senders/sender-files.js';

/** Profiles as they were in force from some time on. */
export interface ProfilesVersion {
  readonly version: number;
  readonly digest: string;
  readonly files: readonly SenderFile[];
  readonly loadedAt: Date;
}

/** The profiles that were in force last; undefined if none ever were. */
export async function lastProfiles(tx: Tx): Promise<ProfilesVersion | undefined> {
  const [row] = await tx.query<ProfilesVersion>(
    'SELECT version, digest, files, loaded_at AS "loadedAt" FROM sender_profiles ORDER BY version DESC LIMIT 1',
  );
  return row;
}

/** Every profile that messages were ever read by. */
export async function allProfiles(tx: Tx): Promise<{ id: string; profile: SenderProfile }[]> {
  return await tx.query<{ id: string; profile: SenderProfile }>('SELECT id, content AS profile FROM sender_profile');
}

/** Keeps profiles as a new version, unless they are the last one: replicas that load the same agree on its number. */
export async function keepProfiles(
  tx: Tx,
  {
    digest,
    files,
    senders,
    now,
  }: { digest: string; files: readonly SenderFile[]; senders: readonly Sender[]; now: string },
): Promise<ProfilesVersion> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtext('wardstream sender profiles'))");
  const last = await lastProfiles(tx);
  if (last?.digest === digest) return last;
  await tx.query(
    `INSERT INTO sender_profile (id, content, since)
     SELECT id, content, $2 FROM json_to_recordset($1::json) AS p (id text, content json) ON CONFLICT DO NOTHING`,
    [JSON.stringify(senders.map(({ id, profile }) => ({ id, content: profile }))), now],
  );
  const version = (last?.version ?? 0) + 1;
  await tx.query('INSERT INTO sender_profiles (version, digest, files, loaded_at) VALUES ($1, $2, $3, $4)', [
    version,
    digest,
    JSON.stringify(files),
    now,
  ]);
  return { version, digest, files, loadedAt: new Date(now) };
}
