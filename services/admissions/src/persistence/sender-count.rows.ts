import type { SenderHour } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { SenderCount } from '../domain/sender-counts.js';

/** A sender of which something is to be told. */
export interface SenderRow {
  readonly facility: string;
  readonly sender: string;
  readonly version: number;
  readonly firstReceivedAt: Date;
  readonly lastReceivedAt: Date;
  readonly usualFrom: Date | null;
  readonly usual: (number | null)[] | null;
}

export interface HourRow extends Omit<SenderHour, 'at'> {
  readonly facility: string;
  readonly sender: string;
  readonly at: Date;
  readonly delays: number[];
}

const counted = [
  ['received', 'received'],
  ['processed', 'processed'],
  ['unplaced', 'unplaced'],
  ['not_acted_on', 'notActedOn'],
  ['quarantined', 'quarantined'],
  ['refused', 'refused'],
  ['repeats', 'repeats'],
  ['control_ids_reused', 'controlIdsReused'],
  ['timed', 'timed'],
  ['recorded_ahead', 'recordedAhead'],
  ['event_in_future', 'eventInFuture'],
  ['event_long_past', 'eventLongPast'],
] as const satisfies readonly (readonly [string, keyof SenderHour])[];

const columns = counted.map(([column]) => column).join(', ');
const fields = counted.map(([, field]) => `"${field}"`).join(', ');
const shown = counted.map(([column, field]) => `${column} AS "${field}"`).join(', ');
const added = counted.map(([column]) => `${column} = h.${column} + excluded.${column}`).join(', ');

/** Adds what a batch of messages counts, in the transaction that stores it: one statement, a row for each sender and hour. */
export async function addCounts(tx: Tx, counts: readonly SenderCount[], lastAt: string): Promise<void> {
  if (counts.length === 0) return;
  await tx.query(
    `WITH more AS (
       SELECT * FROM json_to_recordset($1::json) AS c (facility text, sender text, at timestamptz, delays int[],
              ${counted.map(([, field]) => `"${field}" int`).join(', ')})
     ), known AS (
       INSERT INTO sender (facility, sender, first_received_at, last_received_at)
       SELECT facility, sender, $2::timestamptz, $2::timestamptz FROM more GROUP BY 1, 2 ORDER BY 1, 2
       ON CONFLICT (facility, sender) DO UPDATE
         SET last_received_at = greatest(sender.last_received_at, excluded.last_received_at), told = false
     )
     INSERT INTO sender_hour AS h (facility, sender, at, delays, ${columns})
     SELECT facility, sender, at, delays, ${fields} FROM more ORDER BY facility, sender, at
     ON CONFLICT (facility, sender, at) DO UPDATE SET ${added},
            delays = (SELECT array_agg(a + b ORDER BY i) FROM unnest(h.delays, excluded.delays) WITH ORDINALITY AS t (a, b, i))`,
    [JSON.stringify(counts), lastAt],
  );
}

/** Senders of which something was counted since they were told last, and those that were told in an earlier hour. */
export async function untold(tx: Tx, hour: string): Promise<SenderRow[]> {
  return (await tx.query(
    `SELECT facility, sender, version, first_received_at AS "firstReceivedAt", last_received_at AS "lastReceivedAt",
            usual_from AS "usualFrom", usual
       FROM sender WHERE NOT told OR usual_from IS NULL OR usual_from < $1 ORDER BY facility, sender LIMIT 200`,
    [hour],
  )) as SenderRow[];
}

/** The hours of these senders from `since` on, oldest first. */
export async function hoursSince(tx: Tx, senders: readonly SenderRow[], since: string): Promise<HourRow[]> {
  return (await tx.query(
    `SELECT facility, sender, at, delays, ${shown} FROM sender_hour
      WHERE (facility, sender) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND at >= $3 ORDER BY at`,
    [senders.map((s) => s.facility), senders.map((s) => s.sender), since],
  )) as HourRow[];
}

/** Messages received in each hour of one sender from `since` on, by the begin of the hour (ms). */
export async function receivedSince(
  tx: Tx,
  { facility, sender }: Pick<SenderRow, 'facility' | 'sender'>,
  since: string,
): Promise<Map<number, number>> {
  const rows = (await tx.query(
    'SELECT at, received FROM sender_hour WHERE facility = $1 AND sender = $2 AND at >= $3',
    [facility, sender, since],
  )) as { at: Date; received: number }[];
  return new Map(rows.map((r) => [r.at.getTime(), r.received]));
}

export interface UnknownPlacesRow {
  readonly facility: string;
  readonly sender: string;
  readonly messages: number;
  readonly codes: number;
}

/** What waits because its place is not known, by sender; of the oldest ten thousand such messages. */
export async function unknownPlaces(tx: Tx): Promise<UnknownPlacesRow[]> {
  return (await tx.query(
    `SELECT facility, sender_application AS sender, count(*)::int AS messages, count(DISTINCT unknown_place::text)::int AS codes
       FROM (SELECT facility, sender_application, unknown_place FROM message
              WHERE disposition = 'unplaced' AND cause = 'place-unknown' ORDER BY position LIMIT 10000) AS waiting
      GROUP BY 1, 2`,
  )) as UnknownPlacesRow[];
}

/**
 * Notes that a sender is told, under the next version and with what is usual of it. Messages that came meanwhile are still to
 * be told. False if another process told it first: then nothing is to be published. No row is locked before this, so that
 * the intake never waits for what is read here.
 */
export async function noteTold(
  tx: Tx,
  { facility, sender, version, lastReceivedAt }: SenderRow,
  usual: { readonly from: string; readonly perHour: readonly (number | null)[] },
): Promise<boolean> {
  const [, changed] = (await tx.query(
    `UPDATE sender SET told = last_received_at <= $4, version = version + 1, usual_from = $5, usual = $6
      WHERE facility = $1 AND sender = $2 AND version = $3`,
    [facility, sender, version, lastReceivedAt, usual.from, JSON.stringify(usual.perHour)],
  )) as [unknown, number];
  return changed === 1;
}

export async function forgetHours(tx: Tx, before: string): Promise<void> {
  await tx.query('DELETE FROM sender_hour WHERE at < $1', [before]);
}
