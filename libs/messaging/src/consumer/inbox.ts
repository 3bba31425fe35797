import type { Tx, UnitOfWork } from '@wardstream/persistence';
import type { Incoming } from './incoming-event.js';

const admit = `
  WITH fresh AS (
    INSERT INTO inbox (event_id, source)
    SELECT * FROM unnest($1::text[], $2::text[])
    ON CONFLICT DO NOTHING
    RETURNING event_id, source
  ), blocked AS (
    SELECT lane FROM parked_lane WHERE lane = ANY($3::text[]) ORDER BY lane FOR SHARE
  )
  SELECT event_id AS a, source AS b FROM fresh UNION ALL SELECT lane, NULL FROM blocked`;

export interface Admission {
  /** Those not handled before, in the order given; their inbox rows are part of the transaction now. */
  readonly fresh: Incoming[];
  /** Lanes in which an earlier event was put aside. Locked until the transaction ends, so that they stay so. */
  readonly blockedLanes: Set<string>;
}

/** Tells new events from repeats, and those that must wait from those that may go: one statement for the batch. */
export async function admitToInbox(tx: Tx, incoming: readonly Incoming[]): Promise<Admission> {
  const rows = (await tx.query(admit, [
    incoming.map((each) => each.eventId),
    incoming.map((each) => each.source),
    [...new Set(incoming.map((each) => each.lane))],
  ])) as { a: string; b: string | null }[];
  const freshKeys = new Set<string>();
  const blockedLanes = new Set<string>();
  for (const { a, b } of rows) {
    if (b === null) blockedLanes.add(a);
    else freshKeys.add(keyOf(b, a));
  }
  // `delete` answers true once: a repeat within the batch itself is a repeat too.
  const fresh = incoming.filter((each) => freshKeys.delete(keyOf(each.source, each.eventId)));
  return { fresh, blockedLanes };
}

function keyOf(source: string, eventId: string): string {
  return `${source.length} ${source}${eventId}`;
}

const prune = `
  DELETE FROM inbox WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox WHERE received_at < now() - $1 * interval '1 millisecond' LIMIT $2))`;

const pruneDiscarded = `DELETE FROM parked_message WHERE discarded_at < now() - $1 * interval '1 millisecond'`;

/** Forgets what the log cannot bring again, in small transactions. Answers how many inbox rows went. */
export async function pruneInbox(unitOfWork: UnitOfWork, olderThanMs: number, signal: AbortSignal): Promise<number> {
  const batch = 5_000;
  let gone = 0;
  while (!signal.aborted) {
    const [, count] = (await unitOfWork.query(prune, [olderThanMs, batch])) as unknown as [unknown, number];
    gone += count;
    if (count < batch) break;
  }
  await unitOfWork.query(pruneDiscarded, [olderThanMs]);
  return gone;
}
