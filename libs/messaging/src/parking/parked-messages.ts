import { newOpaqueId } from '@wardstream/kernel';
import type { Tx, UnitOfWork } from '@wardstream/persistence';
import type { Cause } from '../consumer/failure-cause.js';
import type { Incoming } from '../consumer/incoming-event.js';
import type { ReceivedRecord } from '../event-log.js';

/** Where a lane stands after its head failed. */
export type LaneVerdict =
  { readonly state: 'dead' } | { readonly state: 'retrying'; readonly attempts: number; readonly inMs: number };

const openLanes = `
  INSERT INTO parked_lane (lane, partition, state, attempts, next_attempt_at)
  SELECT lane, partition, $3, $4, clock_timestamp() + $5 * interval '1 millisecond'
  FROM unnest($1::text[], $2::int[]) AS t(lane, partition)
  ON CONFLICT (lane) DO NOTHING`;

const insertMessages = `
  INSERT INTO parked_message (id, lane, topic, partition, "offset", key, headers, value, event_id, event_type, event_version,
    event_source, event_subject, event_facility, event_time, cause_code, cause_name, cause_message, last_attempt_at)
  SELECT id, lane, topic, partition, "offset", key, headers, value, event_id, event_type, event_version,
    event_source, event_subject, event_facility, event_time, cause_code, cause_name, cause_message,
    CASE WHEN cause_code IS NULL THEN NULL ELSE clock_timestamp() END
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::json[], $8::text[], $9::text[],
    $10::text[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[])
    WITH ORDINALITY AS t(id, lane, topic, partition, "offset", key, headers, value, event_id, event_type, event_version,
    event_source, event_subject, event_facility, event_time, cause_code, cause_name, cause_message, ord)
  ORDER BY ord`;

/** Puts events aside at the heads of lanes of their own, for the cause given with each. */
export async function parkAtHead(
  tx: Tx,
  parked: readonly { readonly incoming: Incoming; readonly cause: Cause }[],
  verdict: LaneVerdict,
): Promise<void> {
  if (parked.length === 0) return;
  await tx.query(openLanes, [
    parked.map(({ incoming }) => incoming.lane),
    parked.map(({ incoming }) => incoming.record.partition),
    verdict.state,
    verdict.state === 'dead' ? 0 : verdict.attempts,
    verdict.state === 'dead' ? null : verdict.inMs,
  ]);
  await insert(tx, parked);
}

/** Puts events aside behind the one their lane waits for. The lane is locked by the caller's transaction. */
export async function parkBehind(tx: Tx, waiting: readonly Incoming[]): Promise<void> {
  if (waiting.length === 0) return;
  await insert(
    tx,
    waiting.map((incoming) => ({ incoming, cause: null })),
  );
}

async function insert(
  tx: Tx,
  rows: readonly { readonly incoming: Incoming; readonly cause: Cause | null }[],
): Promise<void> {
  const columns: unknown[][] = Array.from({ length: 18 }, () => []);
  for (const { incoming, cause } of rows) {
    const { record, meta, lane } = incoming;
    [
      newOpaqueId(),
      lane,
      record.topic,
      record.partition,
      record.offset,
      record.key,
      JSON.stringify(record.headers),
      record.value,
      meta.id,
      meta.type,
      meta.version,
      meta.source,
      meta.subject,
      meta.facility,
      meta.time,
      cause?.code ?? null,
      cause?.name ?? null,
      cause?.message ?? null,
    ].forEach((value, i) => columns[i]!.push(value));
  }
  await tx.query(insertMessages, columns);
}

/** Lanes of these partitions that are to be tried again, those first that are due the longest, and whether they are due. */
export async function retryingLanes(
  unitOfWork: UnitOfWork,
  partitions: readonly number[],
): Promise<{ lane: string; partition: number; due: boolean }[]> {
  return unitOfWork.query(
    `SELECT lane, partition, next_attempt_at <= clock_timestamp() AS due FROM parked_lane
     WHERE state = 'retrying' AND partition = ANY($1::int[])
     ORDER BY next_attempt_at LIMIT 100`,
    [partitions],
  );
}

/** Locks a lane that is due and answers its attempts; undefined if it is not due (any more) or locked by another. */
export async function lockDueLane(tx: Tx, lane: string): Promise<{ attempts: number } | undefined> {
  const [row] = await tx.query<{ attempts: number }>(
    `SELECT attempts FROM parked_lane
     WHERE lane = $1 AND state = 'retrying' AND next_attempt_at <= clock_timestamp()
     FOR UPDATE SKIP LOCKED`,
    [lane],
  );
  return row;
}

export interface ParkedMessage {
  readonly id: string;
  readonly record: ReceivedRecord;
}

/** The first `limit` messages of a lane, in order. */
export async function headsOf(tx: Tx, lane: string, limit: number): Promise<ParkedMessage[]> {
  const rows = await tx.query<Omit<ReceivedRecord, 'appendedAtMs'> & { id: string; ms: number }>(
    `SELECT id, topic, partition, "offset", key, headers, value, extract(epoch FROM parked_at)::float8 * 1000 AS ms
     FROM parked_message WHERE lane = $1 AND discarded_at IS NULL ORDER BY position LIMIT $2`,
    [lane, limit],
  );
  return rows.map(({ id, ms, ...record }) => ({ id, record: { ...record, appendedAtMs: ms } }));
}

/** Removes handled messages and lets the lane go on at once; a lane that is empty ends. The lane is locked by the caller. */
export async function advanceLane(tx: Tx, lane: string, handled: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM parked_message WHERE id = ANY($1::uuid[])', [handled]);
  await continueLane(tx, lane);
}

/** Makes a lane due now with a fresh count, or ends it when nothing is left in it. The lane is locked by the caller. */
export async function continueLane(tx: Tx, lane: string): Promise<void> {
  await tx.query(
    `DELETE FROM parked_lane WHERE lane = $1
       AND NOT EXISTS (SELECT FROM parked_message WHERE lane = $1 AND discarded_at IS NULL)`,
    [lane],
  );
  await tx.query(
    `UPDATE parked_lane SET state = 'retrying', attempts = 0, next_attempt_at = clock_timestamp() WHERE lane = $1`,
    [lane],
  );
}

/** Notes that the head of a lane failed again. Nothing happens if the lane is not retrying any more. */
export async function failHead(
  tx: Tx,
  lane: string,
  messageId: string,
  cause: Cause,
  verdict: LaneVerdict,
): Promise<void> {
  await tx.query(
    `UPDATE parked_lane SET state = $2, attempts = coalesce($3, attempts),
            next_attempt_at = clock_timestamp() + $4 * interval '1 millisecond'
     WHERE lane = $1`,
    [lane, verdict.state, ...(verdict.state === 'dead' ? [null, null] : [verdict.attempts, verdict.inMs])],
  );
  await tx.query(
    `UPDATE parked_message SET cause_code = $2, cause_name = $3, cause_message = $4, last_attempt_at = clock_timestamp()
     WHERE id = $1`,
    [messageId, cause.code, cause.name, cause.message],
  );
}
