import type { Tx } from '@wardstream/persistence';
import { countNames, type Counts, type SenderCount } from '../monitoring/count-messages.js';
import type { UnknownCode } from '../interpretation/unknown-codes.js';

/** A sender of which something is to be told. */
export interface SenderRow {
  readonly facility: string;
  readonly sender: string;
  /** 0 if it was never told of. */
  readonly version: number;
  readonly firstReceivedAt: Date;
  readonly lastReceivedAt: Date;
  readonly usualFrom: Date | null;
  readonly usual: (number | null)[] | null;
}

export interface HourRow extends Counts {
  readonly facility: string;
  readonly sender: string;
  readonly at: Date;
  readonly notProduction: number;
  readonly delays: readonly number[];
}

/** A count with the sender's name on the board. */
export type NamedCount = SenderCount & { readonly name: string };

const RECEIVED = countNames.indexOf('received') + 1;
const REPEATS = countNames.indexOf('repeats') + 1;

/**
 * Adds what a batch of messages counts, in the transaction that stores it: to the sender's hour, and to its feed where the
 * facility is known. One statement, a row or two for each sender. Where several profiles name one sender, its feed has the name of the
 * last message.
 */
export async function addCounts(tx: Tx, counts: readonly NamedCount[], noFacility: string): Promise<void> {
  if (counts.length === 0) return;
  const rows = counts.map((c) => ({
    ...{ f: c.facility, s: c.sender, n: c.name, at: c.at, a: c.firstAt, z: c.lastAt, p: c.notProduction },
    c: [...countNames.map((name) => c[name]), ...c.delays],
  }));
  await tx.query(
    `WITH more AS (
       SELECT * FROM json_to_recordset($1::json) AS m (f text, s text, n text, at timestamptz, a timestamptz, z timestamptz, p int, c int[])
     ), heard AS (
       INSERT INTO feed (facility, feed, name, received, last_received_at)
       SELECT f, s, (array_agg(n ORDER BY z DESC, n))[1], sum(c[${RECEIVED}] + c[${REPEATS}]), max(z)
         FROM more WHERE f <> $2 GROUP BY 1, 2 ORDER BY 1, 2
       ON CONFLICT (facility, feed) DO UPDATE SET received = feed.received + excluded.received, name = excluded.name,
              last_received_at = greatest(feed.last_received_at, excluded.last_received_at)
     )
     INSERT INTO sender_hour AS h (facility, sender, at, counts, not_production, first_received_at, last_received_at)
     SELECT f, s, at, c, p, a, z FROM more ORDER BY 1, 2, 3
     ON CONFLICT (facility, sender, at) DO UPDATE SET told = false,
            last_received_at = greatest(h.last_received_at, excluded.last_received_at),
            not_production = h.not_production + excluded.not_production,
            counts = (SELECT array_agg(x + y ORDER BY i) FROM unnest(h.counts, excluded.counts) WITH ORDINALITY AS t (x, y, i))`,
    [JSON.stringify(rows), noFacility],
  );
}

/** Senders of which something was counted since they were told last, and those that were told in an earlier hour than `hour`. */
export async function untold(tx: Tx, hour: string, since: string): Promise<SenderRow[]> {
  return await tx.query<SenderRow>(
    `SELECT facility, sender, coalesce(s.version, 0) AS version, s.usual_from AS "usualFrom", s.usual,
            coalesce(s.first_received_at, h.first) AS "firstReceivedAt",
            greatest(s.last_received_at, h.last) AS "lastReceivedAt"
       FROM (SELECT facility, sender, min(first_received_at) AS first, max(last_received_at) AS last, bool_and(told) AS told
               FROM sender_hour WHERE at >= $2 GROUP BY 1, 2) AS h
       FULL JOIN sender s USING (facility, sender)
      WHERE NOT coalesce(h.told, true) OR s.usual_from IS NULL OR s.usual_from < $1
      ORDER BY facility, sender LIMIT 200`,
    [hour, since],
  );
}

/** The hours of these senders from `since` on, oldest first. */
export async function hoursSince(tx: Tx, senders: readonly SenderRow[], since: string): Promise<HourRow[]> {
  const rows = await tx.query<{ facility: string; sender: string; at: Date; counts: number[]; notProduction: number }>(
    `SELECT facility, sender, at, counts, not_production AS "notProduction" FROM sender_hour
      WHERE (facility, sender) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND at >= $3 ORDER BY at`,
    [senders.map((s) => s.facility), senders.map((s) => s.sender), since],
  );
  return rows.map(({ facility, sender, at, counts, notProduction }) => ({
    ...{ facility, sender, at, notProduction, delays: counts.slice(countNames.length) },
    ...(Object.fromEntries(countNames.map((name, i) => [name, counts[i]!])) as unknown as Counts),
  }));
}

/** Messages received in each hour of these senders from `since` on: for each, in their order, by the begin of the hour (ms). */
export async function receivedSince(
  tx: Tx,
  senders: readonly Pick<SenderRow, 'facility' | 'sender'>[],
  since: string,
): Promise<ReadonlyMap<number, number>[]> {
  const received = senders.map(() => new Map<number, number>());
  if (senders.length === 0) return received;
  const rows = await tx.query<{ nth: number; at: Date; received: number }>(
    `SELECT n.i::int AS nth, h.at, h.counts[${RECEIVED}] AS received
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS n (facility, sender, i)
       JOIN sender_hour h USING (facility, sender) WHERE h.at >= $3`,
    [senders.map((s) => s.facility), senders.map((s) => s.sender), since],
  );
  for (const row of rows) received[row.nth - 1]!.set(row.at.getTime(), row.received);
  return received;
}

/** What waits of one sender because of codes that were not known. */
export interface WaitingForCodesRow {
  readonly facility: string;
  readonly sender: string;
  readonly sendingFacility: string;
  readonly messages: number;
  readonly unknown: readonly Pick<UnknownCode, 'kind' | 'code' | 'place'>[];
}

/** What waits because a place or a code is not known, by sender, and for what; of the oldest ten thousand such messages. */
export async function waitingForCodes(tx: Tx): Promise<WaitingForCodesRow[]> {
  return await tx.query<WaitingForCodesRow>(`SELECT facility, sender_application AS sender, sender_facility AS "sendingFacility", count(DISTINCT id)::int AS messages,
            coalesce(jsonb_agg(DISTINCT code) FILTER (WHERE code IS NOT NULL), '[]') AS unknown
       FROM (SELECT id, facility, sender_application, sender_facility, unknown FROM message
              WHERE disposition = 'unplaced' AND cause IN ('place-unknown', 'code-unknown') ORDER BY position LIMIT 10000) AS waiting
       LEFT JOIN LATERAL jsonb_array_elements(unknown) AS code ON true
      GROUP BY 1, 2, 3`);
}

/** What is told of a sender, and what is usual of it. */
export interface PublishedSender {
  readonly row: SenderRow;
  readonly usual: { readonly from: string; readonly perHour: (number | null)[] };
}

/**
 * Notes that senders are told, each under its next version and with what is usual of it. Gives those that no other process told
 * first: nothing is to be published of the others. One statement, whatever their number.
 */
export async function notePublished<T extends PublishedSender>(tx: Tx, published: readonly T[]): Promise<T[]> {
  if (published.length === 0) return [];
  const rows = published.map(({ row, usual }) => ({
    ...{ facility: row.facility, sender: row.sender, version: row.version + 1 },
    ...{ first: row.firstReceivedAt, last: row.lastReceivedAt, from: usual.from, usual: usual.perHour },
  }));
  const noted = await tx.query<Pick<SenderRow, 'facility' | 'sender'>>(
    `INSERT INTO sender AS s (facility, sender, version, first_received_at, last_received_at, usual_from, usual)
     SELECT facility, sender, version, first, last, "from", usual
       FROM json_to_recordset($1::json) AS t (facility text, sender text, version int, first timestamptz, last timestamptz,
            "from" timestamptz, usual json)
      ORDER BY facility, sender
     ON CONFLICT (facility, sender) DO UPDATE SET version = excluded.version, last_received_at = excluded.last_received_at,
            usual_from = excluded.usual_from, usual = excluded.usual
      WHERE s.version = excluded.version - 1
     RETURNING facility, sender`,
    [JSON.stringify(rows)],
  );
  const keys = new Set(noted.map(keyOf));
  return published.filter(({ row }) => keys.has(keyOf(row)));
}

/**
 * Notes of the hours of senders that all that was counted by then is told; what came meanwhile is still to be told. Locks rows that
 * the intake adds to, so it comes last before the commit.
 */
export async function notePublishedHours(tx: Tx, published: readonly PublishedSender[]): Promise<void> {
  if (published.length === 0) return;
  await tx.query(
    `UPDATE sender_hour h SET told = true FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS t (facility, sender, last)
      WHERE h.facility = t.facility AND h.sender = t.sender AND NOT h.told AND h.last_received_at <= t.last`,
    [
      published.map(({ row }) => row.facility),
      published.map(({ row }) => row.sender),
      published.map(({ row }) => row.lastReceivedAt.toISOString()),
    ],
  );
}

function keyOf({ facility, sender }: Pick<SenderRow, 'facility' | 'sender'>): string {
  return JSON.stringify([facility, sender]);
}

export async function forgetHours(tx: Tx, before: string): Promise<void> {
  await tx.query('DELETE FROM sender_hour WHERE at < $1', [before]);
}
