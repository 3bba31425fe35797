import type { Tx } from '@wardstream/persistence';

export interface FeedKey {
  readonly facility: string;
  readonly feed: string;
}

export interface FeedRow extends FeedKey {
  readonly name: string;
  readonly received: string;
  readonly lastReceivedAt: Date;
  readonly gaps: number[];
  readonly publishedReceived: string;
}

/**
 * These feeds as they are counted, and what was told of them, which is locked until the transaction ends: no two processes tell the
 * same. What is counted stays free. Two statements for any number of feeds.
 */
export async function lockPublished(tx: Tx, feeds: readonly FeedKey[]): Promise<FeedRow[]> {
  const named = [feeds.map((f) => f.facility), feeds.map((f) => f.feed)];
  await tx.query(
    `INSERT INTO feed_told (facility, feed, received, gaps)
     SELECT facility, feed, published_received, gaps FROM feed
       JOIN unnest($1::text[], $2::text[]) AS n (facility, feed) USING (facility, feed) ORDER BY 1, 2
     ON CONFLICT DO NOTHING`,
    named,
  );
  return await tx.query<FeedRow>(
    `SELECT f.facility, f.feed, f.name, f.received, f.last_received_at AS "lastReceivedAt", t.gaps, t.received AS "publishedReceived"
       FROM unnest($1::text[], $2::text[]) AS n (facility, feed)
       JOIN feed f USING (facility, feed) JOIN feed_told t USING (facility, feed) ORDER BY 1, 2 FOR UPDATE OF t`,
    named,
  );
}

/** Notes what is told of feeds. */
export async function notePublished(
  tx: Tx,
  published: readonly (FeedKey & { readonly received: string; readonly gaps: readonly number[] })[],
): Promise<void> {
  if (published.length === 0) return;
  await tx.query(
    `UPDATE feed_told f SET received = t.received, gaps = t.gaps
       FROM json_to_recordset($1::json) AS t (facility text, feed text, received bigint, gaps real[])
      WHERE f.facility = t.facility AND f.feed = t.feed`,
    [JSON.stringify(published)],
  );
}
