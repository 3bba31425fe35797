import type { Tx } from '@wardstream/persistence';

export interface FeedRow {
  readonly facility: string;
  readonly feed: string;
  readonly name: string;
  readonly received: string;
  readonly lastReceivedAt: Date;
  readonly gaps: number[];
  readonly publishedReceived: string;
}

/** Messages of one feed in one batch. */
export interface Heard {
  readonly facility: string;
  readonly feed: string;
  readonly name: string;
  readonly count: number;
  readonly lastAt: string;
}

/** Counts what was heard, in the transaction that stores it. */
export async function countHeard(tx: Tx, heard: readonly Heard[]): Promise<void> {
  if (heard.length === 0) return;
  await tx.query(
    `INSERT INTO feed (facility, feed, name, received, last_received_at)
     SELECT facility, feed, name, count, "lastAt"
       FROM json_to_recordset($1::json) AS h (facility text, feed text, name text, count bigint, "lastAt" timestamptz)
      ORDER BY facility, feed
     ON CONFLICT (facility, feed) DO UPDATE SET received = feed.received + excluded.received, name = excluded.name,
            last_received_at = greatest(feed.last_received_at, excluded.last_received_at)`,
    [JSON.stringify(heard)],
  );
}

export async function lockFeeds(tx: Tx, feeds: readonly { facility: string; feed: string }[]): Promise<FeedRow[]> {
  return (await tx.query(
    `SELECT facility, feed, name, received, last_received_at AS "lastReceivedAt", gaps, published_received AS "publishedReceived"
       FROM feed WHERE (facility, feed) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY facility, feed FOR UPDATE`,
    [feeds.map((f) => f.facility), feeds.map((f) => f.feed)],
  )) as FeedRow[];
}

export async function notePublished(tx: Tx, row: FeedRow, gaps: readonly number[]): Promise<void> {
  await tx.query('UPDATE feed SET published_received = $3, gaps = $4 WHERE facility = $1 AND feed = $2', [
    row.facility,
    row.feed,
    row.received,
    gaps,
  ]);
}
