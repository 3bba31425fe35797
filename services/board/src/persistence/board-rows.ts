import { Injectable } from '@nestjs/common';
import { systemClock } from '@wardstream/kernel';
import { joinedTexts, unfolded, UnitOfWork, type Tx } from '@wardstream/persistence';
import type { BoardEntry, EntryKind } from '../domain/board-entry.js';
import type { ShownEntry } from '../view/shown-entry.js';

/** Versions of what has ended are known for so long, as far as they come from rows. */
const VERSIONS = '1 day';
/** Bodies of what has ended are read back for so long; conflicts that were closed, as long as there are rows of them. */
const ENDED = '1 hour';

interface Row {
  readonly facility: string;
  readonly kind: EntryKind;
  readonly id: string;
  readonly version: string;
  readonly ended_at: Date | null;
  /** Null where it is not read back. */
  readonly body: string | null;
  readonly log_topic: string | null;
  readonly log_offset: string | null;
  readonly changed_at: Date;
}

export interface Loaded {
  readonly entries: readonly ShownEntry[];
  /** Ended long enough ago to be known by its version only. */
  readonly forgotten: readonly Omit<ShownEntry, 'body' | 'endedAt'>[];
}

const COLUMNS = 'facility, kind, id, version, ended_at, body, log_topic, log_offset, changed_at';

/** `changed_at` is of those that ended: it is in an index, and a row of which nothing in an index differs is replaced on its own page. */
const write = (bodies: string) => `
  INSERT INTO board_entry AS b (facility, kind, id, version, ended_at, body, log_topic, log_offset)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], ${bodies}, $7::text[], $8::bigint[])
  ON CONFLICT (facility, kind, id) DO UPDATE
    SET version = EXCLUDED.version, ended_at = EXCLUDED.ended_at, body = EXCLUDED.body,
        log_topic = EXCLUDED.log_topic, log_offset = EXCLUDED.log_offset,
        changed_at = CASE WHEN EXCLUDED.ended_at IS NULL THEN b.changed_at ELSE clock_timestamp() END
    WHERE b.version < EXCLUDED.version
  RETURNING 1`;
const WRITE_JOINED = write(unfolded('$6'));
const WRITE_ANY = write('$6::text[]');

/** The rows behind the board's memory, one for each thing that is shown. */
@Injectable()
export class BoardRows {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Takes over what versions before this one kept, which go on with their own rows as long as replicas of them run. Called as long as
   * nothing of the log was stored by this version.
   */
  async carryOver(tx: Tx): Promise<void> {
    await tx.query(
      `INSERT INTO board_entry AS b (facility, kind, id, version, ended_at, body, changed_at)
       SELECT facility, kind, id, version, ended_at, body, changed_at FROM board_row
        WHERE (ended_at IS NULL OR kind = 'conflict' OR changed_at > clock_timestamp() - interval '${VERSIONS}')
          AND NOT (kind = 'certainty' AND id = 'board')
       ON CONFLICT (facility, kind, id) DO UPDATE
         SET version = EXCLUDED.version, ended_at = EXCLUDED.ended_at, body = EXCLUDED.body,
             log_topic = NULL, log_offset = NULL, changed_at = EXCLUDED.changed_at
         WHERE b.version < EXCLUDED.version`,
    );
  }

  async load(tx: Tx, log: string): Promise<Loaded> {
    const rows = await tx.query<Row>(`SELECT facility, kind, id, version, ended_at, log_topic, log_offset, changed_at,
              CASE WHEN ended_at IS NULL OR kind = 'conflict' OR changed_at > clock_timestamp() - interval '${ENDED}'
                   THEN body END AS body
         FROM board_entry
        WHERE ended_at IS NULL OR kind = 'conflict' OR changed_at > clock_timestamp() - interval '${VERSIONS}'`);
    const entries: ShownEntry[] = [];
    const forgotten: Omit<ShownEntry, 'body' | 'endedAt'>[] = [];
    for (const row of rows) {
      const entry = shown(row, log);
      if (row.body === null) forgotten.push(entry);
      else entries.push(entry);
    }
    return { entries, forgotten };
  }

  /** Writes entries; answers those of which a row knows more. */
  async write(tx: Tx, entries: readonly ShownEntry[], log: string): Promise<ShownEntry[]> {
    if (entries.length === 0) return [];
    const bodies = joinedTexts(entries.map((e) => e.body));
    const written = await tx.query<unknown>(bodies === undefined ? WRITE_ANY : WRITE_JOINED, [
      entries.map((e) => e.facility),
      entries.map((e) => e.kind),
      entries.map((e) => e.id),
      entries.map((e) => e.version),
      entries.map((e) => e.endedAt),
      bodies ?? entries.map((e) => e.body),
      entries.map((e) => (e.at === null ? null : `${log} ${e.at.topic}`)),
      entries.map((e) => e.at?.offset ?? null),
    ]);
    if (written.length === entries.length) return [];
    const rows = await tx.query<Row>(
      `SELECT ${COLUMNS} FROM board_entry b
         JOIN unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS t (facility, kind, id, known)
           USING (facility, kind, id) WHERE b.version > t.known`,
      [
        entries.map((e) => e.facility),
        entries.map((e) => e.kind),
        entries.map((e) => e.id),
        entries.map((e) => e.version),
      ],
    );
    return rows.map((row) => shown(row, log));
  }

  async find(tx: Tx, { facility, kind, id }: BoardEntry, log: string): Promise<ShownEntry | null> {
    const [row] = await tx.query<Row>(
      `SELECT ${COLUMNS} FROM board_entry WHERE facility = $1 AND kind = $2 AND id = $3`,
      [facility, kind, id],
    );
    return row === undefined ? null : shown(row, log);
  }

  /**
   * Lets go of rows that ended long ago, and of the stream that versions before this one wrote. Does nothing while another process prunes.
   */
  async prune(keep: { endedDays: number; streamMinutes: number }): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const [lock] = await tx.query<{ mine: boolean }>(
        `SELECT pg_try_advisory_xact_lock(hashtextextended('wardstream:board:prune', 0)) AS mine`,
      );
      if (lock?.mine !== true) return;
      await tx.query(
        `DELETE FROM board_entry WHERE ended_at IS NOT NULL AND changed_at < clock_timestamp() - make_interval(days => $1)`,
        [keep.endedDays],
      );
      await tx.query('DELETE FROM stream_log WHERE logged_at < clock_timestamp() - make_interval(secs => $1)', [
        keep.streamMinutes * 60,
      ]);
    });
  }
}

function shown(row: Row, log: string): ShownEntry {
  const [of, topic] = (row.log_topic ?? '').split(' ');
  const isOfThisLog = of === log && topic !== undefined && row.log_offset !== null;
  return {
    ...{ facility: row.facility, kind: row.kind, id: row.id, version: Number(row.version) },
    endedAt: row.ended_at?.toISOString() ?? null,
    body: row.body ?? '',
    at: isOfThisLog ? { topic, offset: Number(row.log_offset) } : null,
    changedAtMs: row.ended_at === null ? systemClock.nowMs() : row.changed_at.getTime(),
  };
}
