import { ALL_CHAINS, type ChainHead, emptyChain, type Seal } from '@wardstream/audit-model';
import type { Tx } from '@wardstream/persistence';

interface SealRow {
  readonly facility: string;
  readonly kind: Seal['kind'];
  readonly seq: number;
  readonly hash: string;
  readonly arrivedAt: Date | null;
  readonly key: string | null;
  readonly signature: string | null;
}

const columns = `facility, seq::float8 AS seq, hash, arrived_at AS "arrivedAt", key, signature`;

const toSeal = ({ arrivedAt, key, signature, ...row }: SealRow): Seal => ({
  ...row,
  arrivedAt: arrivedAt?.toISOString() ?? null,
  key: key ?? '',
  signature: signature ?? '',
});

/**
 * The ends of these chains, locked until the transaction ends, so that one process at a time puts something behind one; `begun`: those that
 * had none before.
 */
export async function lockChains(
  tx: Tx,
  facilities: readonly string[],
): Promise<{ heads: ReadonlyMap<string, ChainHead>; begun: readonly string[] }> {
  const sorted = [...facilities].sort();
  const begun = await tx.query<{ facility: string }>(
    `INSERT INTO audit_chain (facility, seq, hash) SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
     ON CONFLICT (facility) DO NOTHING RETURNING facility`,
    [sorted, sorted.map(() => 0), sorted.map((facility) => emptyChain(facility).hash)],
  );
  const rows = await tx.query<SealRow>(
    `SELECT ${columns} FROM audit_chain WHERE facility = ANY($1) ORDER BY facility FOR UPDATE`,
    [sorted],
  );
  const heads = rows.map(({ facility, seq, hash, arrivedAt }): [string, ChainHead] => [
    facility,
    { facility, seq, hash, arrivedAt: arrivedAt?.toISOString() ?? null },
  ]);
  return { heads: new Map(heads), begun: begun.map(({ facility }) => facility) };
}

/** Says where chains end now. Their rows are locked. */
export async function saveEnds(tx: Tx, seals: readonly Seal[]): Promise<void> {
  await tx.query(
    `UPDATE audit_chain c SET seq = n.seq, hash = n.hash, arrived_at = n.arrived_at, key = n.key, signature = n.signature
       FROM unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
         AS n (facility, seq, hash, arrived_at, key, signature)
      WHERE c.facility = n.facility`,
    valuesOf(seals),
  );
}

/** Adds seals that are kept for good. */
export async function addSeals(tx: Tx, seals: readonly Seal[]): Promise<void> {
  if (seals.length === 0) return;
  await tx.query(
    `INSERT INTO audit_seal (facility, seq, hash, arrived_at, key, signature, kind)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
     ON CONFLICT DO NOTHING`,
    [...valuesOf(seals), seals.map(({ kind }) => kind)],
  );
}

function valuesOf(seals: readonly Seal[]): unknown[] {
  return [
    seals.map((s) => s.facility),
    seals.map((s) => s.seq),
    seals.map((s) => s.hash),
    seals.map((s) => s.arrivedAt),
    seals.map((s) => s.key),
    seals.map((s) => s.signature),
  ];
}

/** The facilities that have a chain, from the locked row of the list of chains on; so that the list that is sealed is whole. */
export async function lockChainList(tx: Tx): Promise<string[]> {
  await tx.query(`INSERT INTO audit_chain (facility, seq, hash) VALUES ($1, 0, '') ON CONFLICT (facility) DO NOTHING`, [
    ALL_CHAINS,
  ]);
  await tx.query('SELECT FROM audit_chain WHERE facility = $1 FOR UPDATE', [ALL_CHAINS]);
  const rows = await tx.query<{ facility: string }>('SELECT facility FROM audit_chain WHERE facility <> $1', [
    ALL_CHAINS,
  ]);
  return rows.map(({ facility }) => facility);
}

/** The seals of the ends of all chains, and that of the list of them. */
export async function readEnds(tx: Tx): Promise<{ ends: readonly Seal[]; list: Seal | null }> {
  const rows = await tx.query<SealRow>(`SELECT ${columns} FROM audit_chain ORDER BY facility`);
  const list = rows.find(({ facility }) => facility === ALL_CHAINS);
  return {
    ends: rows.filter((row) => row !== list).map((row) => ({ ...toSeal(row), kind: 'end' as const })),
    list: list === undefined ? null : { ...toSeal(list), kind: 'chains' },
  };
}

/** The seals that were kept of a chain. */
export async function readSeals(tx: Tx, facility: string): Promise<Seal[]> {
  const rows = await tx.query<SealRow>(
    `SELECT ${columns}, kind FROM audit_seal WHERE facility = $1 ORDER BY seq, kind`,
    [facility],
  );
  return rows.map(toSeal);
}
