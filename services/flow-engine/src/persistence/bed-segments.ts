import { Injectable } from '@nestjs/common';
import type { BedState } from '@wardstream/events';
import type { PatientSegment } from '@wardstream/flow-model';
import type { Tx } from '@wardstream/persistence';
import type { HistoryPatch } from '../domain/history-patch.js';

/** The whole history of every bed, in event time. */
@Injectable()
export class BedSegments {
  /** Replaces each bed's history from the patch's time on; three statements for any number of beds. One patch per bed. */
  async replace(tx: Tx, patches: readonly HistoryPatch[]): Promise<void> {
    if (patches.length === 0) return;
    const which = [patches.map((p) => p.facility), patches.map((p) => p.bedId), patches.map((p) => p.from)];
    const patch = 'unnest($1::text[], $2::text[], $3::timestamptz[]) AS p (facility, bed_id, from_at)';
    const own = 's.facility = p.facility AND s.bed_id = p.bed_id';
    await tx.query(`DELETE FROM bed_segment s USING ${patch} WHERE ${own} AND s.from_at >= p.from_at`, which);
    await tx.query(
      `UPDATE bed_segment s SET to_at = p.from_at FROM ${patch}
       WHERE ${own} AND s.from_at < p.from_at AND (s.to_at IS NULL OR s.to_at > p.from_at)`,
      which,
    );
    const rows = patches.flatMap(({ facility, bedId, segments }) => segments.map((s) => ({ facility, bedId, ...s })));
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO bed_segment (facility, bed_id, from_at, to_at, state, encounter_ids)
       SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::json[])`,
      [
        rows.map((r) => r.facility),
        rows.map((r) => r.bedId),
        rows.map((r) => r.from),
        rows.map((r) => r.to),
        rows.map((r) => r.state),
        rows.map((r) => JSON.stringify(r.encounterIds)),
      ],
    );
  }

  /**
   * What a question about `at` needs of these beds: the segment that covers it, those of the 24 hours before that contain a
   * whole hour, and the one the 24 hours begin in. By bed, oldest first.
   */
  async before(
    tx: Tx,
    facility: string,
    bedIds: readonly string[],
    at: string,
  ): Promise<ReadonlyMap<string, PatientSegment[]>> {
    const rows = await tx.query<{
      id: string;
      from_ms: string;
      to_ms: string | null;
      state: BedState;
      encounter_ids: string[];
    }>(
      `SELECT b.id, s.from_ms, s.to_ms, s.state, s.encounter_ids
       FROM unnest($2::text[]) AS b (id) CROSS JOIN LATERAL (
         (SELECT extract(epoch FROM from_at) * 1000 AS from_ms, extract(epoch FROM to_at) * 1000 AS to_ms, state, encounter_ids
          FROM bed_segment WHERE facility = $1 AND bed_id = b.id AND from_at <= $3::timestamptz - interval '24 hours'
          ORDER BY from_at DESC LIMIT 1)
         UNION ALL
         (SELECT extract(epoch FROM from_at) * 1000, extract(epoch FROM to_at) * 1000, state, encounter_ids
          FROM bed_segment
          WHERE facility = $1 AND bed_id = b.id
            AND from_at > $3::timestamptz - interval '24 hours' AND from_at <= $3
            AND (to_at IS NULL OR to_at > $3
                 OR ceil(extract(epoch FROM from_at) / 3600) * 3600 < extract(epoch FROM to_at)))
       ) AS s
       ORDER BY b.id, s.from_ms`,
      [facility, bedIds, at],
    );
    const byBed = new Map<string, PatientSegment[]>();
    for (const row of rows) {
      const segment = {
        from: Number(row.from_ms),
        to: row.to_ms === null ? null : Number(row.to_ms),
        state: row.state,
        encounterIds: row.encounter_ids,
      };
      const list = byBed.get(row.id);
      if (list === undefined) byBed.set(row.id, [segment]);
      else list.push(segment);
    }
    return byBed;
  }

  /** Removes what ended before `before`. */
  async prune(tx: Tx, before: string): Promise<void> {
    await tx.query('DELETE FROM bed_segment WHERE to_at < $1', [before]);
  }
}
