import type { Tx, UnitOfWork } from '@wardstream/persistence';
import type { Incoming } from './incoming-event.js';

/**
 * Of publications, how far each was handled; of events with an id of their own, which. Beside that whether there is anything that is seldom
 * there: lanes with events that were put aside, and rows by which a version before this one recognises repeats.
 */
const admit = `
  WITH told AS (
    INSERT INTO inbox_publication AS i (publication, topic, key, upto)
    SELECT publication, topic, key, upto
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[]) AS t (publication, topic, key, upto) ORDER BY 1, 2, 3
    ON CONFLICT (publication, topic, key)
       DO UPDATE SET before = i.upto, upto = greatest(i.upto, excluded.upto), received_at = clock_timestamp()
    RETURNING publication, topic, key, before
  ), fresh AS (
    INSERT INTO inbox_event (event_id, source)
    SELECT event_id, source FROM unnest($5::text[], $6::text[]) AS t (event_id, source) ORDER BY 1, 2
    ON CONFLICT DO NOTHING
    RETURNING event_id, source
  )
  SELECT 'publication' AS kind, publication::text AS a, topic AS b, key AS c, before FROM told
  UNION ALL SELECT 'event', event_id, source, NULL, NULL FROM fresh
  UNION ALL SELECT 'parked', NULL, NULL, NULL, NULL WHERE EXISTS (SELECT FROM parked_lane)
  UNION ALL SELECT 'former', NULL, NULL, NULL, NULL WHERE EXISTS (SELECT FROM inbox)`;

const blocked = `SELECT lane FROM parked_lane WHERE lane = ANY($1::text[]) ORDER BY lane FOR SHARE`;

const handledBefore = `
  SELECT event_id AS "eventId", source FROM inbox
    JOIN unnest($1::text[], $2::text[]) AS t (event_id, source) USING (event_id, source)`;

type AdmittedRow =
  | {
      readonly kind: 'publication';
      readonly a: string;
      readonly b: string;
      readonly c: string;
      readonly before: number;
    }
  | { readonly kind: 'event'; readonly a: string; readonly b: string }
  | { readonly kind: 'parked' | 'former' };

export interface Admission {
  /** Those not handled before, in the order given; that they are now is part of the transaction. */
  readonly fresh: Incoming[];
  /** Lanes in which an earlier event was put aside. Locked until the transaction ends, so that they stay so. */
  readonly blockedLanes: Set<string>;
}

/**
 * Tells new events from repeats, and those that must wait from those that may go: one statement for the batch, one row for what a publisher
 * committed at once.
 *
 * A publication is known by how far it was handled in a topic and key. That is enough because its events are appended in their order
 * and handled in the order of the log: whoever appends again begins with what was not acknowledged, so no event of it comes for the
 * first time before an earlier one, and what comes again stands no further than what was handled. Two consumers of one partition (one
 * that lost it and is not done yet) wait for each other at the row. To be called for batches in log order.
 */
export async function admitToInbox(tx: Tx, incoming: readonly Incoming[]): Promise<Admission> {
  const progress = furthestOf(incoming);
  const alone = incoming.filter((each) => each.place === null);
  const rows = await tx.query<AdmittedRow>(admit, [
    progress.map((p) => p.publication),
    progress.map((p) => p.topic),
    progress.map((p) => p.key),
    progress.map((p) => p.upto),
    alone.map((each) => each.eventId),
    alone.map((each) => each.source),
  ]);
  const handledUpTo = new Map<string, number>();
  const freshEvents = new Set<string>();
  for (const row of rows) {
    if (row.kind === 'publication') handledUpTo.set(keyOf(row.a, row.b, row.c), row.before);
    else if (row.kind === 'event') freshEvents.add(keyOf(row.b, row.a));
  }
  const fresh = freshAmong(incoming, handledUpTo, freshEvents);
  const isThere = (kind: AdmittedRow['kind']) => rows.some((row) => row.kind === kind);
  return {
    fresh: isThere('former') ? await withoutFormer(tx, fresh) : fresh,
    blockedLanes: isThere('parked') ? await blockedAmong(tx, incoming) : new Set(),
  };
}

/** The furthest place of each publication in each topic and key. */
function furthestOf(incoming: readonly Incoming[]) {
  const furthest = new Map<string, { publication: string; topic: string; key: string; upto: number }>();
  for (const { place, record } of incoming) {
    if (place === null) continue;
    const { topic, key } = record;
    const name = keyOf(place.publication, topic, key);
    const known = furthest.get(name);
    if (known === undefined) furthest.set(name, { publication: place.publication, topic, key, upto: place.place });
    else known.upto = Math.max(known.upto, place.place);
  }
  return [...furthest.values()];
}

/** Those that were not handled before, each once: a repeat within the batch itself is a repeat too. */
function freshAmong(
  incoming: readonly Incoming[],
  handledUpTo: Map<string, number>,
  freshEvents: Set<string>,
): Incoming[] {
  return incoming.filter(({ place, record, source, eventId }) => {
    // `delete` answers true once.
    if (place === null) return freshEvents.delete(keyOf(source, eventId));
    const name = keyOf(place.publication, record.topic, record.key);
    if (place.place <= handledUpTo.get(name)!) return false;
    handledUpTo.set(name, place.place);
    return true;
  });
}

/** Without those that a version before this one handled, which kept a row for each event. */
async function withoutFormer(tx: Tx, fresh: readonly Incoming[]): Promise<Incoming[]> {
  const rows = await tx.query<{ eventId: string; source: string }>(handledBefore, [
    fresh.map((each) => each.eventId),
    fresh.map((each) => each.source),
  ]);
  const handled = new Set(rows.map(({ source, eventId }) => keyOf(source, eventId)));
  return fresh.filter(({ source, eventId }) => !handled.has(keyOf(source, eventId)));
}

async function blockedAmong(tx: Tx, incoming: readonly Incoming[]): Promise<Set<string>> {
  const lanes = [...new Set(incoming.map((each) => each.lane))];
  const rows = await tx.query<{ lane: string }>(blocked, [lanes]);
  return new Set(rows.map(({ lane }) => lane));
}

function keyOf(...parts: string[]): string {
  return parts.map((part) => `${part.length} ${part}`).join('');
}

const chunk = 5_000;

const pruneEvents = (table: 'inbox' | 'inbox_event'): string => `
  DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} WHERE received_at < now() - $1 * interval '1 millisecond' LIMIT $2))`;
/** By the time that a publication's id tells, which needs no index of its own; one that came late is kept as long as the others. */
const prunePublications = `
  DELETE FROM inbox_publication WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox_publication
     WHERE publication < (lpad(to_hex((extract(epoch FROM now()) * 1000 - $1)::bigint), 12, '0') || '70008000000000000000')::uuid
       AND received_at < now() - $1 * interval '1 millisecond' LIMIT $2))`;
const pruneDiscarded = `DELETE FROM parked_message WHERE discarded_at < now() - $1 * interval '1 millisecond'`;

/** Forgets what the log cannot bring again, in small transactions. Answers how many inbox rows went. */
export async function pruneInbox(unitOfWork: UnitOfWork, olderThanMs: number, signal: AbortSignal): Promise<number> {
  let gone = 0;
  for (const prune of [prunePublications, pruneEvents('inbox_event'), pruneEvents('inbox')]) {
    for (let count = chunk; count === chunk && !signal.aborted;) {
      count = await unitOfWork.changed(prune, [olderThanMs, chunk]);
      gone += count;
    }
  }
  await unitOfWork.query(pruneDiscarded, [olderThanMs]);
  return gone;
}
