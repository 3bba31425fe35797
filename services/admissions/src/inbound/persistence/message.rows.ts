import type { MovementFact } from '@wardstream/events';
import { LANES } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import type { InterpretableMessage } from '../interpretation/interpret.js';
import type { NormalizedMessage } from '../interpretation/interpret-normalized.js';
import type { MessageFault } from '../interpretation/message-fault.js';
import type { MessageFormat } from '../interpretation/message-format.js';
import type { UnknownCode } from '../interpretation/unknown-codes.js';
import type { Disposition, MessageCause, Verdict } from '../interpretation/verdict.js';

/** Which way a message came. */
export type Transport = 'mllp' | 'http' | 'kafka';

/** A message about to be stored. */
export interface NewMessage {
  readonly id: string;
  readonly controlKey: string | null;
  /** Another message of this very batch has its control id. */
  readonly reusedInBatch: boolean;
  readonly receivedAt: string;
  readonly transport: Transport;
  readonly format: MessageFormat;
  /** What was read of it, if it is not HL7 v2. */
  readonly statement: NormalizedMessage | null;
  readonly verdict: Verdict;
  readonly raw: Buffer;
  /** Length as it came; more than `raw` where only its head is kept. */
  readonly length: number;
  readonly replayOf: string | null;
}

export interface StoredMessage {
  readonly id: string;
  /** Order of intake. */
  readonly position: string;
  readonly reused: boolean;
  /** In which it is processed. */
  readonly lane: number;
}

/** The lane of a facility: what processes share processing by. */
export const laneOf = (facility: string): string => `(hashtext(coalesce(${facility}, '')) & ${LANES - 1})::smallint`;

/**
 * Stores a batch in one statement, and notes what is to be processed. A message that is there already is not returned, unless
 * it was quarantined or refused and is sound now: then it is taken up again. Bytes travel as one parameter, in binary. What is said of
 * the messages is one parameter as well: one for each column costs the server the more the fewer messages come at once.
 */
export async function storeMessages(tx: Tx, messages: readonly NewMessage[]): Promise<StoredMessage[]> {
  let offset = 1;
  const offsets = messages.map(({ raw }) => {
    const at = offset;
    offset += raw.length;
    return at;
  });
  const rows = await tx.query<StoredMessage>(
    `WITH incoming AS (
       SELECT * FROM ROWS FROM (
         json_to_recordset($2::json) AS (id uuid, at int, size int, length int, received_at timestamptz, transport text,
           application text, sender_facility text, control_id text, control_key uuid, reused bool, message_type text, trigger text,
           facility text, disposition text, cause text, answer text, pends bool, replay_of uuid, format text, profile text),
         json_array_elements($3::json)
       ) AS t (id, at, size, length, received_at, transport, application, sender_facility, control_id, control_key, reused,
               message_type, trigger, facility, disposition, cause, answer, pends, replay_of, format, profile, more)
     ), stored AS (
       INSERT INTO message (id, received_at, transport, sender_application, sender_facility, control_id, control_key,
              control_id_reused, message_type, trigger, facility, disposition, cause, answer, faults, unknown_place, visit,
              length, raw, replay_of, format, statement, profile, unknown)
       SELECT id, received_at, transport, application, sender_facility, control_id, control_key,
              replay_of IS NULL AND (reused OR EXISTS (SELECT FROM message m WHERE m.control_key = i.control_key AND m.id <> i.id)),
              message_type, trigger, facility, disposition, cause, answer, more -> 'faults', more -> 'unknownPlace', more -> 'visit',
              length, substring($1::bytea FROM at FOR size), replay_of,
              format, (more ->> 'statement')::json, profile, (more ->> 'unknown')::jsonb
         FROM incoming i
       ON CONFLICT (id) DO UPDATE SET disposition = excluded.disposition, cause = excluded.cause, answer = excluded.answer,
              faults = excluded.faults, unknown_place = excluded.unknown_place, visit = excluded.visit, facility = excluded.facility,
              statement = excluded.statement, profile = excluded.profile, unknown = excluded.unknown
        WHERE message.disposition IN ('quarantined', 'refused') AND excluded.disposition NOT IN ('quarantined', 'refused')
       RETURNING id, position, control_id_reused, ${laneOf('facility')} AS lane
     ), noted AS (
       INSERT INTO pending_message (message_id, position, lane, fresh)
       SELECT id, position, lane, true FROM stored WHERE (id IN (SELECT id FROM incoming WHERE pends)) IS TRUE
       ON CONFLICT DO NOTHING
     )
     SELECT id, position, control_id_reused AS reused, lane FROM stored`,
    [
      Buffer.concat(messages.map(({ raw }) => raw)),
      JSON.stringify(messages.map((message, i) => incoming(message, offsets[i]!))),
      JSON.stringify(
        messages.map(({ statement, verdict }) => ({
          faults: verdict.faults,
          unknownPlace: verdict.unknownPlace,
          visit: visitOf(verdict),
          statement,
          unknown: unknownOf(verdict),
        })),
      ),
    ],
  );
  return rows;
}

/** What is stored of a message in columns of their own; its bytes are at that place of those of the batch. */
function incoming({ verdict, ...message }: NewMessage, at: number): Record<string, unknown> {
  return {
    id: message.id,
    at,
    size: message.raw.length,
    length: message.length,
    received_at: message.receivedAt,
    transport: message.transport,
    application: wellFormed(verdict.application),
    sender_facility: wellFormed(verdict.senderFacility),
    control_id: wellFormed(verdict.controlId),
    control_key: message.controlKey,
    reused: message.reusedInBatch,
    message_type: wellFormed(verdict.messageType),
    trigger: wellFormed(verdict.trigger),
    facility: wellFormed(verdict.facility),
    disposition: verdict.disposition,
    cause: verdict.cause,
    answer: verdict.answer,
    pends: isToBeProcessed(verdict),
    replay_of: message.replayOf,
    format: message.format,
    profile: verdict.profile,
  };
}

/** JSON can carry half a character, which PostgreSQL refuses, and with it every message that came at once. */
function wellFormed(text: string | null): string | null {
  return text?.replaceAll(/\p{Surrogate}/gu, '\u{fffd}') ?? null;
}

/** Facts and bed states are, as soon as the facility is known. */
export function isToBeProcessed({ facility, facts, bedStatuses }: Verdict): boolean {
  return facility !== null && (facts.length > 0 || bedStatuses.length > 0);
}

function unknownOf({ unknown }: Verdict): readonly UnknownCode[] | null {
  return unknown.length === 0 ? null : unknown;
}

/** The visit of a message; kept for one whose visit was found by its patient. */
function visitOf({ facts }: Verdict): MovementFact['visit'] {
  return facts[0]?.visit ?? null;
}

export interface KeptMessage {
  readonly id: string;
  readonly position: string;
  readonly receivedAt: Date;
  readonly format: MessageFormat;
  readonly statement: NormalizedMessage | null;
  readonly raw: Buffer;
  readonly length: number;
  readonly reused: boolean;
  readonly disposition: Disposition;
  readonly cause: MessageCause | null;
  readonly visit: MovementFact['visit'];
  /** Id of the profile it was read by. */
  readonly profile: string | null;
}

/** A kept message as it is interpreted. */
export function interpretable({ format, statement, raw, length, receivedAt }: KeptMessage): InterpretableMessage {
  return { format, statement, bytes: raw, length, receivedAt: receivedAt.toISOString() };
}

export const kept = `m.id, m.position, m.received_at AS "receivedAt", m.format, m.statement, m.raw, m.length, m.control_id_reused AS reused, m.disposition,
  m.cause, m.visit, m.profile`;

/** One that waits to be processed. */
export interface PendingMessage extends KeptMessage {
  readonly facility: string | null;
  /** Nothing was ever taken from it. */
  readonly fresh: boolean;
}

/** The oldest messages of these lanes that wait to be processed. */
export async function oldestPending(tx: Tx, lanes: ReadonlySet<number>, limit: number): Promise<PendingMessage[]> {
  if (lanes.size === 0) return [];
  return await tx.query<PendingMessage>(
    `SELECT ${kept}, m.facility, p.fresh FROM pending_message p JOIN message m ON m.id = p.message_id
      WHERE p.lane = ANY($2::smallint[]) ORDER BY p.position LIMIT $1`,
    [limit, [...lanes]],
  );
}

/** Whether this message waits to be processed, whoever does it. */
export async function isPending(tx: Tx, id: string): Promise<boolean> {
  return (await tx.query<unknown>('SELECT FROM pending_message WHERE message_id = $1', [id])).length > 0;
}

/** How many messages wait to be processed, whoever does it, and the positions of the first and the last of them; null where none does. */
export async function pendingNow(tx: Tx): Promise<{ count: number; first: string | null; last: string | null }> {
  const [row] = await tx.query<{ count: number; first: string | null; last: string | null }>(
    'SELECT count(*)::int AS count, min(position) AS first, max(position) AS last FROM pending_message',
  );
  return row!;
}

export async function findMessage(tx: Tx, id: string): Promise<KeptMessage | undefined> {
  const [row] = await tx.query<KeptMessage>(`SELECT ${kept} FROM message m WHERE m.id = $1`, [id]);
  return row;
}

/** The first message of a sender with a control id. */
export async function messageByControl(tx: Tx, controlKey: string): Promise<KeptMessage | undefined> {
  const [row] = await tx.query<KeptMessage>(
    `SELECT ${kept} FROM message m WHERE m.control_key = $1 ORDER BY m.position LIMIT 1`,
    [controlKey],
  );
  return row;
}

/** What is said of a message; of none that is not there. */
export async function faultsOfMessage(tx: Tx, id: string): Promise<readonly MessageFault[]> {
  const [row] = await tx.query<{ faults: MessageFault[] }>('SELECT faults FROM message WHERE id = $1', [id]);
  return row?.faults ?? [];
}

/** Takes messages off the list of what waits; gives those that were on it, so that no two processes do the same. */
export async function takePending(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    'DELETE FROM pending_message WHERE message_id = ANY($1::uuid[]) RETURNING message_id AS id',
    [ids],
  );
  return new Set(rows.map((r) => r.id));
}

/** Says anew what became of a message, e.g. after its facility was configured. */
export async function updateVerdicts(
  tx: Tx,
  verdicts: readonly { readonly id: string; readonly verdict: Verdict }[],
): Promise<void> {
  if (verdicts.length === 0) return;
  const rows = verdicts.map(({ id, verdict: v }) => ({
    id,
    facility: v.facility,
    disposition: v.disposition,
    cause: v.cause,
    faults: v.faults,
    unknownPlace: v.unknownPlace,
    visit: visitOf(v),
    profile: v.profile,
    unknown: unknownOf(v),
  }));
  await tx.query(
    `UPDATE message SET facility = r.facility, disposition = r.disposition, cause = r.cause, faults = r.faults,
            unknown_place = r."unknownPlace", visit = r.visit, profile = r.profile, unknown = r.unknown
       FROM json_to_recordset($1::json) AS r (id uuid, facility text, disposition text, cause text, faults json,
            "unknownPlace" json, visit json, profile text, unknown jsonb)
      WHERE message.id = r.id`,
    [JSON.stringify(rows)],
  );
}

/** Puts a message aside that could not be processed. */
export async function quarantine(tx: Tx, id: string, faults: readonly MessageFault[]): Promise<void> {
  await takePending(tx, [id]);
  await tx.query(
    "UPDATE message SET disposition = 'quarantined', cause = 'processing-failed', faults = $2 WHERE id = $1",
    [id, JSON.stringify(faults)],
  );
}

/** A corrected message took its place. */
export async function markReplayed(tx: Tx, id: string): Promise<void> {
  await tx.query("UPDATE message SET disposition = 'replayed' WHERE id = $1", [id]);
}

/** Puts messages on the list of what waits. */
export async function putPending(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `INSERT INTO pending_message (message_id, position, lane)
     SELECT id, position, ${laneOf('facility')} FROM message WHERE id = ANY($1::uuid[]) ON CONFLICT DO NOTHING`,
    [ids],
  );
}

/** Messages in quarantine for what they are, in intake order, from behind `after` on. */
export async function quarantinedUnread(tx: Tx, after: string, limit: number): Promise<KeptMessage[]> {
  return await tx.query<KeptMessage>(
    `SELECT ${kept} FROM message m WHERE m.disposition = 'quarantined' AND m.cause IN ('invalid', 'visit-missing')
        AND m.position > $1 ORDER BY m.position LIMIT $2`,
    [after, limit],
  );
}

/** Puts into quarantine those of these messages that still wait for their visit; gives how many. */
export async function quarantineAwaiting(
  tx: Tx,
  ids: readonly string[],
  faultsOf: (isHl7: boolean) => string,
): Promise<number> {
  const changed = await tx.changed(
    `UPDATE message SET disposition = 'quarantined', cause = 'visit-missing',
            faults = CASE WHEN format = 'hl7v2' THEN $2::json ELSE $3::json END
      WHERE id = ANY($1::uuid[]) AND disposition = 'unplaced' AND cause = 'visit-awaited'`,
    [ids, faultsOf(true), faultsOf(false)],
  );
  return changed;
}
