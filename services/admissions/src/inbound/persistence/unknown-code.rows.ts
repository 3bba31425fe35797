import type { SentPlace } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { CodeKind, UnknownCode } from '../interpretation/unknown-codes.js';
import type { NewMessage } from './message.rows.js';
import { laneOf } from './message.rows.js';

/** A code that nobody knew when it came, with how often and when it did. */
export interface UnknownCodeRow {
  readonly application: string;
  readonly sendingFacility: string;
  readonly kind: CodeKind;
  readonly code: string;
  /** Id of the facility it was sent for; empty if none is known. */
  readonly facility: string;
  readonly place: SentPlace | null;
  readonly seenIn: string;
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** Counts the unknown codes of what was stored, in the transaction that stores it. `stored`: ids of what was not there before. */
export async function countUnknown(
  tx: Tx,
  messages: readonly NewMessage[],
  stored: ReadonlySet<string>,
): Promise<void> {
  const seen = new Map<string, { count: number; first: string; last: string; of: NewMessage; unknown: UnknownCode }>();
  for (const message of messages) {
    if (message.verdict.unknown.length === 0 || !stored.has(message.id)) continue;
    const { application, senderFacility, unknown } = message.verdict;
    for (const code of unknown) {
      const key = JSON.stringify([application, senderFacility, code.kind, code.code]);
      const known = seen.get(key);
      const at = message.receivedAt;
      if (known === undefined) seen.set(key, { count: 1, first: at, last: at, of: message, unknown: code });
      else seen.set(key, { ...known, count: known.count + 1, last: at > known.last ? at : known.last });
    }
  }
  if (seen.size === 0) return;
  const rows = [...seen.values()].map(({ count, first, last, of: { verdict }, unknown }) => ({
    ...{ application: verdict.application, facility: verdict.facility ?? '', sending: verdict.senderFacility },
    ...{
      kind: unknown.kind,
      code: unknown.code,
      place: unknown.place ?? null,
      where: unknown.where,
      count,
      first,
      last,
    },
  }));
  await tx.query(
    `INSERT INTO unknown_code (application, sending_facility, kind, code, facility, place, seen_in, count, first_seen_at, last_seen_at)
     SELECT application, sending, kind, code, facility, place, "where", count, first, last
       FROM json_to_recordset($1::json) AS r (application text, sending text, kind text, code text, facility text, place json,
            "where" text, count bigint, first timestamptz, last timestamptz)
      ORDER BY application, sending, kind, code
     ON CONFLICT (application, sending_facility, kind, code) DO UPDATE SET count = unknown_code.count + excluded.count,
            facility = excluded.facility, place = excluded.place, seen_in = excluded.seen_in,
            first_seen_at = least(unknown_code.first_seen_at, excluded.first_seen_at),
            last_seen_at = greatest(unknown_code.last_seen_at, excluded.last_seen_at)`,
    [JSON.stringify(rows)],
  );
}

/** All codes that were not known when they came, the most frequent of each sender first. */
export async function unknownCodes(tx: Tx): Promise<UnknownCodeRow[]> {
  const rows =
    await tx.query<UnknownCodeRow>(`SELECT application, sending_facility AS "sendingFacility", kind, code, facility, place, seen_in AS "seenIn", count::float8 AS count,
            first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt"
       FROM unknown_code ORDER BY application, sending_facility, kind, count DESC, code`);
  return rows;
}

/** A sender whose facility is not known, and how much of what it sent waits for that. */
export interface WithoutFacility {
  readonly application: string;
  readonly sendingFacility: string;
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** Senders of messages that could not be placed as their facility was not known. */
export async function sendersWithoutFacility(tx: Tx): Promise<WithoutFacility[]> {
  return await tx.query<WithoutFacility>(`SELECT sender_application AS application, sender_facility AS "sendingFacility", count(*)::int AS count,
            min(received_at) AS "firstSeenAt", max(received_at) AS "lastSeenAt"
       FROM message WHERE disposition = 'unplaced' AND cause = 'facility-unknown'
      GROUP BY 1, 2 ORDER BY 1, 2`);
}

/** What may tell the facility of messages whose facility was not known; each combination once. */
export interface NamedFacility {
  readonly application: string;
  readonly sendingFacility: string;
  /** Codes that a message of another format than HL7 v2 named. */
  readonly named: readonly string[];
}

export async function facilitiesNamed(tx: Tx): Promise<NamedFacility[]> {
  return await tx.query<NamedFacility>(`SELECT DISTINCT sender_application AS application, sender_facility AS "sendingFacility",
            coalesce((statement ->> 'facilities')::jsonb, '[]') AS named
       FROM message WHERE disposition = 'unplaced' AND cause = 'facility-unknown'`);
}

const combinationKey = 'sender_application, sender_facility, facility, md5(unknown::text)';
const combinationColumns = `sender_application AS application, sender_facility AS "sendingFacility", facility, unknown, md5(unknown::text) AS codes`;

/** What is not known of stored messages, each combination of one sender once: from one to the next by its index, however many messages have it. */
export async function unknownInMessages(
  tx: Tx,
): Promise<{ application: string; sendingFacility: string; facility: string; unknown: UnknownCode[] }[]> {
  return await tx.query<{
    application: string;
    sendingFacility: string;
    facility: string;
    unknown: UnknownCode[];
  }>(`WITH RECURSIVE combination AS (
       (SELECT ${combinationColumns} FROM message
         WHERE unknown IS NOT NULL AND facility IS NOT NULL ORDER BY ${combinationKey} LIMIT 1)
       UNION ALL
       SELECT following.* FROM combination c CROSS JOIN LATERAL (
         SELECT ${combinationColumns} FROM message
          WHERE unknown IS NOT NULL AND facility IS NOT NULL
            AND (${combinationKey}) > (c.application, c."sendingFacility", c.facility, c.codes)
          ORDER BY ${combinationKey} LIMIT 1
       ) following
     )
     SELECT application, "sendingFacility", facility, unknown FROM combination`);
}

/** Puts messages whose facility was not known, and that name one of these, on the list of what waits. */
export async function putWithoutFacility(tx: Tx, facilities: readonly NamedFacility[]): Promise<void> {
  if (facilities.length === 0) return;
  await tx.query(
    `INSERT INTO pending_message (message_id, position, lane)
     SELECT m.id, m.position, ${laneOf('m.facility')} FROM message m
       JOIN json_to_recordset($1::json) AS f (application text, "sendingFacility" text, named jsonb)
         ON m.sender_application = f.application AND m.sender_facility = f."sendingFacility"
            AND coalesce((m.statement ->> 'facilities')::jsonb, '[]') = f.named
      WHERE m.disposition = 'unplaced' AND m.cause = 'facility-unknown'
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(facilities)],
  );
}

/** Puts messages with these very combinations of unknown codes on the list of what waits. */
export async function putWithUnknown(
  tx: Tx,
  combinations: readonly {
    readonly application: string;
    readonly sendingFacility: string;
    readonly facility: string;
    readonly unknown: readonly UnknownCode[];
  }[],
): Promise<void> {
  if (combinations.length === 0) return;
  await tx.query(
    `INSERT INTO pending_message (message_id, position, lane)
     SELECT m.id, m.position, ${laneOf('m.facility')} FROM message m
       JOIN json_to_recordset($1::json) AS c (application text, "sendingFacility" text, facility text, unknown jsonb)
         ON md5(m.unknown::text) = md5(c.unknown::text) AND m.sender_application = c.application
            AND m.sender_facility = c."sendingFacility" AND m.facility = c.facility
      WHERE m.unknown IS NOT NULL AND m.facility IS NOT NULL
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(combinations)],
  );
}
