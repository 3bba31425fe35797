import type { Tx } from '@wardstream/persistence';
import { countNames, type Counts, type SenderCount } from '../domain/sender-counts.js';
import type { UnknownCode } from '../domain/unknown-codes.js';

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
 * facility is known. One statement, a row or two for each sender.
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
       SELECT f, s, n, sum(c[${RECEIVED}] + c[${REPEATS}]), max(z) FROM more WHERE f <> $2 GROUP BY 1, 2, 3 ORDER BY 1, 2
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
  return (await tx.query(
    `SELECT facility, sender, coalesce(s.version, 0) AS version, s.usual_from AS "usualFrom", s.usual,
            coalesce(s.first_received_at, h.first) AS "firstReceivedAt",
            greatest(s.last_received_at, h.last) AS "lastReceivedAt"
       FROM (SELECT facility, sender, min(first_received_at) AS first, max(last_received_at) AS last, bool_and(told) AS told
               FROM sender_hour WHERE at >= $2 GROUP BY 1, 2) AS h
       FULL JOIN sender s USING (facility, sender)
      WHERE NOT coalesce(h.told, true) OR s.usual_from IS NULL OR s.usual_from < $1
      ORDER BY facility, sender LIMIT 200`,
    [hour, since],
  )) as SenderRow[];
}

/** The hours of these senders from `since` on, oldest first. */
export async function hoursSince(tx: Tx, senders: readonly SenderRow[], since: string): Promise<HourRow[]> {
  const rows = (await tx.query(
    `SELECT facility, sender, at, counts, not_production AS "notProduction" FROM sender_hour
      WHERE (facility, sender) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND at >= $3 ORDER BY at`,
    [senders.map((s) => s.facility), senders.map((s) => s.sender), since],
  )) as { facility: string; sender: string; at: Date; counts: number[]; notProduction: number }[];
  return rows.map(({ facility, sender, at, counts, notProduction }) => ({
    ...{ facility, sender, at, notProduction, delays: counts.slice(countNames.length) },
    ...(Object.fromEntries(countNames.map((name, i) => [name, counts[i]!])) as unknown as Counts),
  }));
}

/** Messages received in each hour of one sender from `since` on, by the begin of the hour (ms). */
export async function receivedSince(
  tx: Tx,
  { facility, sender }: Pick<SenderRow, 'facility' | 'sender'>,
  since: string,
): Promise<Map<number, number>> {
  const rows = (await tx.query(
    `SELECT at, counts[${RECEIVED}] AS received FROM sender_hour WHERE facility = $1 AND sender = $2 AND at >= $3`,
    [facility, sender, since],
  )) as { at: Date; received: number }[];
  return new Map(rows.map((r) => [r.at.getTime(), r.received]));
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
  return (await tx.query(
    `SELECT facility, sender_application AS sender, sender_facility AS "sendingFacility", count(DISTINCT id)::int AS messages,
            coalesce(jsonb_agg(DISTINCT code) FILTER (WHERE code IS NOT NULL), '[]') AS unknown
       FROM (SELECT id, facility, sender_application, sender_facility, unknown FROM message
              WHERE disposition = 'unplaced' AND cause IN ('place-unknown', 'code-unknown') ORDER BY position LIMIT 10000) AS waiting
       LEFT JOIN LATERAL jsonb_array_elements(unknown) AS code ON true
      GROUP BY 1, 2, 3`,
  )) as WaitingForCodesRow[];
}

/**
 * Notes that a sender is told, under the next version and with what is usual of it. Messages that came meanwhile are still to
 * be told. False if another process told it first: then nothing is to be published. No row is locked before this, so that
 * the intake never waits for what is read here.
 */
export async function noteTold(
  tx: Tx,
  { facility, sender, version, firstReceivedAt, lastReceivedAt }: SenderRow,
  usual: { readonly from: string; readonly perHour: readonly (number | null)[] },
): Promise<boolean> {
  const noted = (await tx.query(
    `INSERT INTO sender AS s (facility, sender, version, first_received_at, last_received_at, usual_from, usual)
     VALUES ($1, $2, 1, $3, $4, $5, $6)
     ON CONFLICT (facility, sender) DO UPDATE SET version = s.version + 1, last_received_at = excluded.last_received_at,
            usual_from = excluded.usual_from, usual = excluded.usual
      WHERE s.version = $7
     RETURNING 1`,
    [facility, sender, firstReceivedAt, lastReceivedAt, usual.from, JSON.stringify(usual.perHour), version],
  )) as unknown[];
  if (noted.length === 0) return false;
  await tx.query(
    'UPDATE sender_hour SET told = true WHERE facility = $1 AND sender = $2 AND NOT told AND last_received_at <= $3',
    [facility, sender, lastReceivedAt],
  );
  return true;
}

export async function forgetHours(tx: Tx, before: string): Promise<void> {
  await tx.query('DELETE FROM sender_hour WHERE at < $1', [before]);
}
