import type { Tx } from '@wardstream/persistence';
import {
  type Disposition,
  kept,
  type KeptMessage,
  type MessageFault,
  type MessageFilter,
  whereOf,
} from '../../inbound/index.js';

/** What a bulk replay is about; quarantined messages only. */
export type ReplayFilter = Pick<MessageFilter, 'cause' | 'sender' | 'facility' | 'trigger' | 'from' | 'to' | 'search'>;

export interface Replay {
  readonly id: string;
  readonly state: 'running' | 'done' | 'cancelled';
  readonly filter: ReplayFilter;
  /** Stable id of the person. */
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly finishedAt: Date | null;
  /** Messages that matched when it was asked for. */
  readonly total: number;
  readonly takenUp: number;
  readonly stillWrong: number;
  /** Were no longer in quarantine when their turn came. */
  readonly passedOver: number;
}

/** How one message came out of a replay. */
export interface ReplayResult {
  readonly messageId: string;
  readonly position: string;
  readonly outcome: 'taken-up' | 'still-wrong' | 'passed-over';
  readonly faults: readonly MessageFault[];
}

const columns = `id, state, filter, requested_by AS "requestedBy", requested_at AS "requestedAt", finished_at AS "finishedAt",
  total, taken_up AS "takenUp", still_wrong AS "stillWrong", passed_over AS "passedOver"`;

/** Messages that may be replayed: what is not ADT was refused at the door, and there is nothing to correct in it. */
const replayable = { dispositions: ['quarantined', 'refused'], exceptCause: 'unsupported-type' } as const;

/** Starts a replay of what matches now; one that is running with the same filter is given instead. */
export async function insertReplay(
  tx: Tx,
  {
    id,
    filter,
    by,
    now,
  }: { readonly id: string; readonly filter: ReplayFilter; readonly by: string; readonly now: string },
): Promise<Replay> {
  // Two who ask at once must see each other's.
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('admissions:replay', 0))");
  const text = JSON.stringify(filter);
  const [running] = await tx.query<Replay>(
    `SELECT ${columns} FROM replay WHERE state = 'running' AND filter::text = $1 LIMIT 1`,
    [text],
  );
  if (running !== undefined) return running;
  const parameters: unknown[] = [id, text, by, now];
  const where = whereOf({ ...replayable, ...filter }, parameters);
  await tx.query(
    `INSERT INTO replay (id, state, filter, requested_by, requested_at, next_position, upto_position, total)
     SELECT $1::uuid, 'running', $2::json, $3::text, $4::timestamptz, 0, coalesce(max(m.position), 0), count(*) FROM message m WHERE ${where}`,
    parameters,
  );
  return (await findReplay(tx, id))!;
}

export async function findReplay(tx: Tx, id: string): Promise<Replay | undefined> {
  const [row] = await tx.query<Replay>(`SELECT ${columns} FROM replay WHERE id = $1`, [id]);
  return row;
}

/** The latest first. */
export async function listReplays(tx: Tx, limit: number): Promise<Replay[]> {
  return await tx.query<Replay>(`SELECT ${columns} FROM replay ORDER BY requested_at DESC, id LIMIT $1`, [limit]);
}

/** Lets go of replays that ended before `before`, with their results. */
export async function forgetReplays(tx: Tx, before: string): Promise<void> {
  await tx.query('DELETE FROM replay WHERE finished_at < $1', [before]);
}

/** Ends it before its end; what was taken up stays so. Nothing happens to one that has ended. */
export async function cancelReplay(tx: Tx, id: string, now: string): Promise<void> {
  await tx.query("UPDATE replay SET state = 'cancelled', finished_at = $2 WHERE id = $1 AND state = 'running'", [
    ...[id, now],
  ]);
}

/** The replay to go on with, locked until the transaction ends; undefined if there is none, or another process has it. */
export async function lockRunning(
  tx: Tx,
): Promise<(Replay & { nextPosition: string; uptoPosition: string }) | undefined> {
  const [row] = await tx.query<
    Replay & { nextPosition: string; uptoPosition: string }
  >(`SELECT ${columns}, next_position AS "nextPosition", upto_position AS "uptoPosition"
       FROM replay WHERE state = 'running' ORDER BY requested_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`);
  return row;
}

/** The next of its messages in intake order: as many as there are, up to `limit` and `bytes` of text, one at least. */
export async function nextOfReplay(
  tx: Tx,
  { filter, nextPosition, uptoPosition }: { filter: ReplayFilter; nextPosition: string; uptoPosition: string },
  most: { readonly messages: number; readonly bytes: number },
): Promise<KeptMessage[]> {
  const parameters: unknown[] = [nextPosition, uptoPosition, most.messages, most.bytes];
  const where = whereOf({ ...replayable, ...filter }, parameters);
  return await tx.query<KeptMessage>(
    `SELECT ${kept} FROM (
       SELECT m.id, m.position, sum(octet_length(m.raw)) OVER (ORDER BY m.position) AS upto, row_number() OVER (ORDER BY m.position) AS nth
         FROM (SELECT * FROM message m WHERE m.position > $1 AND m.position <= $2 AND ${where} ORDER BY m.position LIMIT $3) AS m
     ) AS picked JOIN message m ON m.id = picked.id
      WHERE picked.upto <= $4 OR picked.nth = 1 ORDER BY m.position`,
    parameters,
  );
}

/** Locks messages that are in quarantine still; gives their ids. */
export async function lockQuarantined(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM message WHERE id = ANY($1::uuid[]) AND disposition IN ('quarantined', 'refused') ORDER BY id FOR UPDATE`,
    [ids],
  );
  return new Set(rows.map((r) => r.id));
}

/** Notes how messages came out and that all up to the last of them are done. */
export async function noteResults(tx: Tx, id: string, results: readonly ReplayResult[]): Promise<void> {
  await tx.query(
    `INSERT INTO replay_result (replay_id, position, message_id, outcome, faults)
     SELECT $1, position, "messageId", outcome, faults
       FROM json_to_recordset($2::json) AS t (position bigint, "messageId" uuid, outcome text, faults json)
     ON CONFLICT DO NOTHING`,
    [id, JSON.stringify(results)],
  );
  const count = (outcome: ReplayResult['outcome']) => results.filter((r) => r.outcome === outcome).length;
  await tx.query(
    `UPDATE replay SET next_position = $2, taken_up = taken_up + $3, still_wrong = still_wrong + $4,
            passed_over = passed_over + $5 WHERE id = $1`,
    [id, results.at(-1)!.position, count('taken-up'), count('still-wrong'), count('passed-over')],
  );
}

export async function finishReplay(tx: Tx, id: string, now: string): Promise<void> {
  await tx.query("UPDATE replay SET state = 'done', finished_at = $2 WHERE id = $1", [id, now]);
}

/** A result with what the message is now: a message that was taken up is processed a little later. */
export interface ListedResult extends ReplayResult {
  readonly controlId: string;
  readonly trigger: string;
  readonly sendingApplication: string;
  readonly disposition: Disposition;
  readonly waiting: boolean;
}

/** In intake order, after a position. */
export async function listResults(
  tx: Tx,
  id: string,
  of: { readonly outcome?: string | undefined; readonly after: string; readonly limit: number },
): Promise<ListedResult[]> {
  return await tx.query<ListedResult>(
    `SELECT r.message_id AS "messageId", r.position, r.outcome, r.faults, m.control_id AS "controlId", m.trigger,
            m.sender_application AS "sendingApplication", m.disposition, p.message_id IS NOT NULL AS waiting
       FROM replay_result r JOIN message m ON m.id = r.message_id LEFT JOIN pending_message p ON p.message_id = m.id
      WHERE r.replay_id = $1 AND r.position > $2 AND ($3::text IS NULL OR r.outcome = $3)
      ORDER BY r.position LIMIT $4`,
    [id, of.after, of.outcome ?? null, of.limit],
  );
}
