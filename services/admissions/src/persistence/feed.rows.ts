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
