import type { Tx } from '@wardstream/persistence';

export interface FeedRow {
  readonly received: number;
  /** Seconds, oldest first. */
  readonly gaps: readonly number[];
  readonly version: number;
  /** Milliseconds. */
  readonly lastReceivedAt: number;
  readonly publishedAt: number | null;
}

/** The feed, locked until the transaction ends; made as never heard if there is none. */
export async function lockFeed(tx: Tx, facility: string, feed: string, name: string, now: number): Promise<FeedRow> {
  await tx.query(
    `INSERT INTO feed (facility, feed, name, received, last_received_at, gaps, version)
     VALUES ($1, $2, $3, 0, $4, '{}', 0) ON CONFLICT DO NOTHING`,
    [facility, feed, name, iso(now)],
  );
  const [row] = await tx.query<FeedRow>(
    `SELECT received::float8 AS received, gaps, version, (extract(epoch FROM last_received_at) * 1000)::float8 AS "lastReceivedAt",
            (extract(epoch FROM published_at) * 1000)::float8 AS "publishedAt"
       FROM feed WHERE facility = $1 AND feed = $2 FOR UPDATE`,
    [facility, feed],
  );
  return row!;
}

export async function updateFeed(tx: Tx, facility: string, feed: string, to: FeedRow): Promise<void> {
  await tx.query(
    `UPDATE feed SET received = $3, gaps = $4, last_received_at = $5, version = $6, published_at = $7
      WHERE facility = $1 AND feed = $2`,
    [
      ...[facility, feed, to.received, to.gaps, iso(to.lastReceivedAt), to.version],
      to.publishedAt === null ? null : iso(to.publishedAt),
    ],
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
