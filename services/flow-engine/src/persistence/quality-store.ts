import { Injectable } from '@nestjs/common';
import type { FoundInvalidClock } from '@wardstream/flow-model';
import type { Tx } from '@wardstream/persistence';
import type { FacilityClocks, QualityFact } from '../domain/quality-fact.js';

/** A ghost of a facility and since when it is one. */
export interface GhostRow {
  readonly facility: string;
  readonly id: string;
  readonly since: string;
}

/** The rows of what is known of the data itself. Every method is one statement or two, however many facilities and rows. */
@Injectable()
export class QualityStore {
  /** Keeps each thing unless a later version of it is known; a repeat changes nothing. Each thing is given once. */
  async save(tx: Tx, facts: readonly QualityFact[]): Promise<void> {
    if (facts.length === 0) return;
    await tx.query(
      `INSERT INTO quality_fact AS f (facility, kind, id, version, closed_at, data)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::json[])
       ON CONFLICT (kind, facility, id) DO UPDATE
         SET version = excluded.version, closed_at = excluded.closed_at, data = excluded.data
         WHERE f.version < excluded.version`,
      [
        facts.map((r) => r.facility),
        facts.map((r) => r.kind),
        facts.map((r) => r.id),
        facts.map((r) => r.version),
        facts.map((r) => r.closedAt),
        facts.map((r) => JSON.stringify(r.data)),
      ],
    );
  }

  /** Feeds, senders, open conflicts, and conflicts that were closed after `closedAfter`. */
  async facts(tx: Tx, closedAfter: string): Promise<QualityFact[]> {
    return await tx.query<QualityFact>(
      `SELECT facility, kind, id, version::float8 AS version, to_char(closed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "closedAt", data
         FROM quality_fact WHERE closed_at IS NULL OR closed_at > $1`,
      [closedAfter],
    );
  }

  /** Keeps which clocks of each thing are invalid now; what was invalid and is no more goes. Each thing is given once. */
  async saveClocks(tx: Tx, checked: readonly FacilityClocks[]): Promise<void> {
    if (checked.length === 0) return;
    const rows = checked.map(({ facility, subject: { type, id }, invalid }) => {
      return { facility, type, id, clocks: invalid.map((c) => c.clock) };
    });
    await tx.query(
      `DELETE FROM invalid_clock i USING json_to_recordset($1::json) AS c (facility text, type text, id text, clocks text[])
        WHERE i.facility = c.facility AND i.subject_type = c.type AND i.subject_id = c.id AND NOT i.clock = ANY (c.clocks)`,
      [JSON.stringify(rows)],
    );
    const found = checked.flatMap((r) => r.invalid.map((clock) => ({ facility: r.facility, clock })));
    if (found.length === 0) return;
    await tx.query(
      `INSERT INTO invalid_clock (facility, subject_type, subject_id, clock, found_at, data)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::json[])
       ON CONFLICT (facility, subject_type, subject_id, clock)
         DO UPDATE SET found_at = excluded.found_at, data = excluded.data`,
      [
        found.map((f) => f.facility),
        found.map((f) => f.clock.subject.type),
        found.map((f) => f.clock.subject.id),
        found.map((f) => f.clock.clock),
        found.map((f) => f.clock.foundAt),
        found.map((f) => JSON.stringify(f.clock)),
      ],
    );
  }

  /** The invalid clocks that were found after `after`. */
  async clocks(tx: Tx, after: string): Promise<(FoundInvalidClock & { readonly facility: string })[]> {
    const rows = await tx.query<{ facility: string; foundAt: Date; data: FoundInvalidClock }>(
      'SELECT facility, found_at AS "foundAt", data FROM invalid_clock WHERE found_at > $1',
      [after],
    );
    return rows.map(({ facility, foundAt, data }) => ({ ...data, facility, foundAt: foundAt.toISOString() }));
  }

  /** The known ghosts of these facilities, each with since when it is one. */
  async ghosts(tx: Tx, facilities: readonly string[]): Promise<GhostRow[]> {
    if (facilities.length === 0) return [];
    const rows = await tx.query<{ facility: string; id: string; since: Date }>(
      'SELECT g.facility, g.id, g.since FROM unnest($1::text[]) AS wanted (facility) JOIN ghost g USING (facility)',
      [facilities],
    );
    return rows.map((r) => ({ ...r, since: r.since.toISOString() }));
  }

  async changeGhosts(
    tx: Tx,
    seen: readonly GhostRow[],
    gone: readonly Pick<GhostRow, 'facility' | 'id'>[],
  ): Promise<void> {
    if (gone.length > 0) {
      await tx.query(
        `DELETE FROM ghost g USING unnest($1::text[], $2::text[]) AS gone (facility, id)
          WHERE g.facility = gone.facility AND g.id = gone.id`,
        [gone.map((g) => g.facility), gone.map((g) => g.id)],
      );
    }
    if (seen.length === 0) return;
    await tx.query(
      `INSERT INTO ghost (facility, id, since) SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
       ON CONFLICT (facility, id) DO NOTHING`,
      [seen.map((g) => g.facility), seen.map((g) => g.id), seen.map((g) => g.since)],
    );
  }

  /** Removes conflicts that were closed, and clocks that were found, before `before`. */
  async prune(tx: Tx, before: string): Promise<void> {
    await tx.query('DELETE FROM quality_fact WHERE closed_at < $1', [before]);
    await tx.query('DELETE FROM invalid_clock WHERE found_at < $1', [before]);
  }
}
