import { Injectable } from '@nestjs/common';
import { newOpaqueId } from '@wardstream/kernel';
import { joinedTexts, unfolded, UnitOfWork, type Tx } from '@wardstream/persistence';
import { latestOfEach, type BoardEntry, type EntryKind } from '../domain/board-entry.js';
import type { StreamPlace } from '../domain/event-id.js';
import type { SnapshotParts } from '../domain/snapshot-text.js';

/** One number of a facility's stream and what happened then. */
export interface LoggedEntry {
  readonly seq: number;
  readonly kind: EntryKind;
  readonly body: string;
}

/** Where a facility's stream stands and how far back it can be resumed. */
export interface StreamExtent {
  readonly head: StreamPlace;
  /** The oldest number that is still kept; one more than the head's if none is. */
  readonly oldest: number;
}

const LOCK = 'SELECT facility FROM stream_head WHERE facility = ANY($1) ORDER BY facility FOR UPDATE';

/**
 * One statement: newer rows replace older ones, those whose body changed get the next numbers of their facility's stream,
 * and the head moves on. It runs after LOCK, so it sees the last committed number. The former rows are joined once and for all:
 * joined to what changed, of which the planner expects one row, they would be read again for each of them. `changed_at` is of those
 * that ended: it is in an index, and a row of which nothing in an index differs is replaced on its own page.
 */
const RECORD = `
  WITH incoming AS MATERIALIZED (
    SELECT i.*, coalesce(b.shown, b.body) AS former
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], ${unfolded('$6')})
      WITH ORDINALITY AS i (facility, kind, id, version, ended_at, body, ord)
    LEFT JOIN board_row b USING (facility, kind, id)
  ), changed AS (
    INSERT INTO board_row AS b (facility, kind, id, version, ended_at, body)
    SELECT facility, kind, id, version, ended_at, body FROM incoming
    ON CONFLICT (facility, kind, id) DO UPDATE
      SET version = EXCLUDED.version, ended_at = EXCLUDED.ended_at, body = EXCLUDED.body, shown = NULL,
          changed_at = CASE WHEN EXCLUDED.ended_at IS NULL THEN b.changed_at ELSE clock_timestamp() END
      WHERE b.version < EXCLUDED.version
    RETURNING b.facility, b.kind, b.id
  ), news AS (
    SELECT i.facility, i.kind, i.body,
           h.seq + row_number() OVER (PARTITION BY i.facility ORDER BY i.ord) AS seq
    FROM incoming i
    JOIN changed USING (facility, kind, id)
    JOIN stream_head h USING (facility)
    WHERE i.former IS DISTINCT FROM i.body
  ), logged AS (
    INSERT INTO stream_log (facility, seq, kind, body) SELECT facility, seq, kind, body FROM news RETURNING facility, seq
  ), moved AS (
    UPDATE stream_head h SET seq = top.seq
    FROM (SELECT facility, max(seq) AS seq FROM logged GROUP BY facility) top
    WHERE top.facility = h.facility
    RETURNING h.facility
  )
  SELECT facility FROM moved`;

/** The read model of the board and the log of its changes. */
@Injectable()
export class BoardStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Takes the entries in, in the handler's transaction: a row is replaced by a higher version only, and what changed is
   * appended to the stream of its facility. Answers the facilities whose stream has news once the transaction commits.
   * Holds the heads of the facilities until then, in the order of their names, so that two batches never wait for each
   * other and a reader never sees a number before the ones below it.
   */
  async record(tx: Tx, entries: readonly BoardEntry[]): Promise<string[]> {
    if (entries.length === 0) return [];
    const latest = latestOfEach(entries);
    const facilities = [...new Set(latest.map((e) => e.facility))].sort();
    await this.lockHeads(tx, facilities);
    const moved = (await tx.query(RECORD, [
      latest.map((e) => e.facility),
      latest.map((e) => e.kind),
      latest.map((e) => e.id),
      latest.map((e) => e.version),
      latest.map((e) => e.endedAt),
      joinedTexts(latest.map((e) => e.body)),
    ])) as { facility: string }[];
    return moved.map((m) => m.facility);
  }

  /** Facilities over which `owner` has a line that is not settled. */
  async uncertain(tx: Tx, owner: string): Promise<string[]> {
    const rows = (await tx.query(
      `SELECT facility FROM board_row WHERE kind = 'certainty' AND id = $1 AND ended_at IS NULL`,
      [owner],
    )) as { facility: string }[];
    return rows.map((r) => r.facility);
  }

  /** Beds that are shown otherwise than they were told last. */
  async bedsInDoubt(tx: Tx): Promise<{ facility: string; id: string }[]> {
    return (await tx.query(`SELECT facility, id FROM board_row WHERE kind = 'bed' AND shown IS NOT NULL`)) as {
      facility: string;
      id: string;
    }[];
  }

  /**
   * Shows beds as `shown` makes of what was told of them, or as they were told where it gives null, and appends that to the streams.
   * Answers the facilities with news. The heads are held as by `record`.
   */
  async showBeds(
    tx: Tx,
    beds: readonly { readonly facility: string; readonly id: string }[],
    shown: (bed: { readonly facility: string; readonly id: string; readonly body: string }) => string | null,
  ): Promise<string[]> {
    if (beds.length === 0) return [];
    const facilities = [...new Set(beds.map((b) => b.facility))].sort();
    await this.lockHeads(tx, facilities);
    const rows = (await tx.query(
      `SELECT b.facility, b.id, b.body FROM board_row b
         JOIN unnest($1::text[], $2::text[]) AS t (facility, id) USING (facility, id) WHERE b.kind = 'bed'`,
      [beds.map((b) => b.facility), beds.map((b) => b.id)],
    )) as { facility: string; id: string; body: string }[];
    const changes = rows.map((row) => ({ ...row, shown: shown(row) }));
    await tx.query(
      `WITH changed AS (
         UPDATE board_row b SET shown = t.shown, changed_at = clock_timestamp()
           FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS t (facility, id, shown, ord)
          WHERE b.facility = t.facility AND b.kind = 'bed' AND b.id = t.id
         RETURNING b.facility, coalesce(b.shown, b.body) AS body, t.ord
       ), logged AS (
         INSERT INTO stream_log (facility, seq, kind, body)
         SELECT c.facility, h.seq + row_number() OVER (PARTITION BY c.facility ORDER BY c.ord), 'bed', c.body
           FROM changed c JOIN stream_head h USING (facility)
         RETURNING facility, seq
       )
       UPDATE stream_head h SET seq = top.seq
         FROM (SELECT facility, max(seq) AS seq FROM logged GROUP BY facility) top WHERE top.facility = h.facility`,
      [changes.map((c) => c.facility), changes.map((c) => c.id), changes.map((c) => c.shown)],
    );
    return facilities;
  }

  private async lockHeads(tx: Tx, facilities: readonly string[]): Promise<void> {
    const locked = (await tx.query(LOCK, [facilities])) as unknown[];
    if (locked.length === facilities.length) return;
    const epochs = facilities.map(() => newOpaqueId().slice(0, 8));
    await tx.query(
      `INSERT INTO stream_head (facility, epoch) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
      [facilities, epochs],
    );
    await tx.query(LOCK, [facilities]);
  }

  /**
   * Everything open in a facility, at one place of its stream: one statement, so rows and number belong together. Alerts
   * that ended after `endedSince` are in it too. Null for a facility nothing was heard of.
   */
  async snapshot(facility: string, endedSince: string): Promise<SnapshotParts | null> {
    const rows = await this.unitOfWork.query<{
      epoch: string;
      seq: string;
      kind: EntryKind | null;
      bodies: string | null;
    }>(
      `SELECT h.epoch, h.seq, r.kind, string_agg(coalesce(r.shown, r.body), ',' ORDER BY r.id) AS bodies
       FROM stream_head h
       LEFT JOIN board_row r ON r.facility = h.facility
         AND (r.ended_at IS NULL OR (r.kind = 'alert' AND r.ended_at > $2))
       WHERE h.facility = $1
       GROUP BY h.epoch, h.seq, r.kind`,
      [facility, endedSince],
    );
    const first = rows[0];
    if (first === undefined) return null;
    return {
      place: { epoch: first.epoch, seq: Number(first.seq) },
      bodies: new Map(rows.flatMap((r) => (r.kind === null || r.bodies === null ? [] : [[r.kind, r.bodies] as const]))),
    };
  }

  /** Null for a facility nothing was heard of. */
  async extent(facility: string): Promise<StreamExtent | null> {
    const [row] = await this.unitOfWork.query<{ epoch: string; seq: string; oldest: string | null }>(
      `SELECT h.epoch, h.seq, (SELECT min(l.seq) FROM stream_log l WHERE l.facility = h.facility) AS oldest
       FROM stream_head h WHERE h.facility = $1`,
      [facility],
    );
    if (row === undefined) return null;
    const seq = Number(row.seq);
    return { head: { epoch: row.epoch, seq }, oldest: row.oldest === null ? seq + 1 : Number(row.oldest) };
  }

  /** The numbers after `seq`, in order, `limit` at most. The first is `seq` + 1 unless that one is no longer kept. */
  async logAfter(facility: string, seq: number, limit: number): Promise<LoggedEntry[]> {
    const rows = await this.unitOfWork.query<{ seq: string; kind: EntryKind; body: string }>(
      'SELECT seq, kind, body FROM stream_log WHERE facility = $1 AND seq > $2 ORDER BY seq LIMIT $3',
      [facility, seq, limit],
    );
    return rows.map((r) => ({ seq: Number(r.seq), kind: r.kind, body: r.body }));
  }

  /** Facilities the board has the configuration of. */
  async facilities(): Promise<{ id: string; name: string }[]> {
    return this.unitOfWork.query<{ id: string; name: string }>(
      `SELECT facility AS id, body::json ->> 'name' AS name FROM board_row WHERE kind = 'facility' ORDER BY 2, 1`,
    );
  }

  /** Conflicts as JSON texts, the latest opened first, and how many there are in all. */
  async conflicts(of: {
    facility: string | null;
    state: 'open' | 'closed' | 'all';
    limit: number;
  }): Promise<{ total: number; items: string[] }> {
    const rows = await this.unitOfWork.query<{ body: string; total: number }>(
      `SELECT body, count(*) OVER ()::int AS total FROM board_row
       WHERE kind = 'conflict' AND ($1::text IS NULL OR facility = $1)
         AND ($2 = 'all' OR ($2 = 'open') = (ended_at IS NULL))
       ORDER BY body::json ->> 'openedAt' DESC, id LIMIT $3`,
      [of.facility, of.state, of.limit],
    );
    return { total: rows[0]?.total ?? 0, items: rows.map((r) => r.body) };
  }

  /**
   * Lets go of what nobody will ask for: numbers of the stream beyond what is kept, always the oldest first so that what
   * remains has no gap, and rows that ended long ago. Does nothing while another process prunes.
   */
  async prune(keep: { events: number; minutes: number; endedDays: number }): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const [lock] = (await tx.query(
        `SELECT pg_try_advisory_xact_lock(hashtextextended('wardstream:board:prune', 0)) AS mine`,
      )) as { mine: boolean }[];
      if (lock?.mine !== true) return;
      await tx.query(
        // The bound is found once for a facility: inside the condition it would be found again for every row.
        `WITH bound AS MATERIALIZED (
           SELECT h.facility, greatest(h.seq - $1::bigint, old.seq) AS upto
           FROM stream_head h LEFT JOIN LATERAL (
             SELECT o.seq FROM stream_log o
             WHERE o.facility = h.facility AND o.logged_at < clock_timestamp() - make_interval(secs => $2)
             ORDER BY o.seq DESC LIMIT 1) old ON true)
         DELETE FROM stream_log l USING bound b WHERE l.facility = b.facility AND l.seq <= b.upto`,
        [keep.events, keep.minutes * 60],
      );
      await tx.query(
        `DELETE FROM board_row WHERE ended_at IS NOT NULL AND changed_at < clock_timestamp() - make_interval(days => $1)`,
        [keep.endedDays],
      );
    });
  }
}
