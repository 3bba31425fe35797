import { Injectable } from '@nestjs/common';
import type { CheckedClocks, FoundInvalidClock } from '@wardstream/flow-model';
import type { Tx } from '@wardstream/persistence';

export type QualityKind = 'feed' | 'sender' | 'conflict';

/** The latest version of one thing that is known of a facility's data. */
export interface QualityFact {
  readonly facility: string;
  readonly kind: QualityKind;
  readonly id: string;
  readonly version: number;
  readonly closedAt: string | null;
  readonly data: unknown;
}

export type QualityHead = Pick<QualityFact, 'facility' | 'kind' | 'id' | 'version'>;

/** Which clocks of one thing of a facility are invalid now, if any. */
export interface FacilityClocks extends CheckedClocks {
  readonly facility: string;
}

export interface OpenConflicts {
  readonly kind: string;
  readonly severity: string;
  readonly open: number;
  readonly oldestAt: string;
}

const MOST_CLOCKS = 1000;

/** The rows of what is known of the data itself. Every method is one statement or two, however many rows. */
@Injectable()
export class QualityStore {
  /** Keeps each thing unless a later version of it is known; a repeat changes nothing. */
  async save(tx: Tx, facts: readonly QualityFact[]): Promise<void> {
    const latest = new Map<string, QualityFact>();
    for (const fact of facts) {
      const key = `${fact.kind}/${fact.facility}/${fact.id}`;
      if ((latest.get(key)?.version ?? -1) < fact.version) latest.set(key, fact);
    }
    const rows = [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO quality_fact AS f (facility, kind, id, version, closed_at, data)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::json[])
       ON CONFLICT (kind, facility, id) DO UPDATE
         SET version = excluded.version, closed_at = excluded.closed_at, data = excluded.data
         WHERE f.version < excluded.version`,
      [
        rows.map((r) => r.facility),
        rows.map((r) => r.kind),
        rows.map((r) => r.id),
        rows.map((r) => r.version),
        rows.map((r) => r.closedAt),
        rows.map((r) => JSON.stringify(r.data)),
      ],
    );
  }

  /** Versions of all feeds and senders that are known. */
  async heads(tx: Tx): Promise<QualityHead[]> {
    return (await tx.query(
      `SELECT facility, kind, id, version::float8 AS version FROM quality_fact WHERE kind IN ('feed', 'sender')`,
    )) as QualityHead[];
  }

  async load(tx: Tx, heads: readonly QualityHead[]): Promise<QualityFact[]> {
    if (heads.length === 0) return [];
    return (await tx.query(
      `SELECT f.facility, f.kind, f.id, f.version::float8 AS version, f.data
         FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (kind, facility, id)
         JOIN quality_fact f USING (kind, facility, id)`,
      [heads.map((h) => h.kind), heads.map((h) => h.facility), heads.map((h) => h.id)],
    )) as QualityFact[];
  }

  /** Open conflicts by facility and kind, the most frequent first. */
  async openConflicts(tx: Tx): Promise<(OpenConflicts & { readonly facility: string })[]> {
    return (await tx.query(
      `SELECT facility, data ->> 'kind' AS kind, data ->> 'severity' AS severity, count(*)::int AS open,
              min(data ->> 'openedAt') AS "oldestAt"
         FROM quality_fact WHERE kind = 'conflict' AND closed_at IS NULL
        GROUP BY 1, 2, 3 ORDER BY open DESC, 2`,
    )) as (OpenConflicts & { facility: string })[];
  }

  /** Keeps which clocks of each thing are invalid now; what was invalid and is no more goes. When it was found stays. */
  async saveClocks(tx: Tx, checked: readonly FacilityClocks[], foundAt: string): Promise<void> {
    if (checked.length === 0) return;
    // Of a thing that several events of the batch speak of, the last word.
    const last = new Map(checked.map((c) => [`${c.facility}/${c.subject.type}/${c.subject.id}`, c]));
    const rows = [...last.values()].map(({ facility, subject: { type, id }, invalid }) => {
      return { facility, type, id, clocks: invalid.map((c) => c.clock), invalid };
    });
    await tx.query(
      `DELETE FROM invalid_clock i USING json_to_recordset($1::json) AS c (facility text, type text, id text, clocks text[])
        WHERE i.facility = c.facility AND i.subject_type = c.type AND i.subject_id = c.id AND NOT i.clock = ANY (c.clocks)`,
      [JSON.stringify(rows.map(({ invalid: _all, ...row }) => row))],
    );
    const found = rows.flatMap((r) => r.invalid.map((clock) => ({ facility: r.facility, clock })));
    if (found.length === 0) return;
    await tx.query(
      `INSERT INTO invalid_clock (facility, subject_type, subject_id, clock, found_at, data)
       SELECT facility, type, id, clock, $6, data
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::json[]) AS c (facility, type, id, clock, data)
       ON CONFLICT (facility, subject_type, subject_id, clock) DO UPDATE SET data = excluded.data`,
      [
        found.map((f) => f.facility),
        found.map((f) => f.clock.subject.type),
        found.map((f) => f.clock.subject.id),
        found.map((f) => f.clock.clock),
        found.map((f) => JSON.stringify(f.clock)),
        foundAt,
      ],
    );
  }

  /** Changes whenever the invalid clocks of a facility since `after` do. */
  async clockMarks(tx: Tx, after: string): Promise<{ readonly facility: string; readonly mark: string }[]> {
    return (await tx.query(
      `SELECT facility, count(*) || ' ' || max(found_at) AS mark FROM invalid_clock WHERE found_at > $1 GROUP BY facility`,
      [after],
    )) as { facility: string; mark: string }[];
  }

  /** The invalid clocks of a facility that were found after `after`, the latest first; a thousand at most. */
  async clocks(tx: Tx, facility: string, after: string): Promise<FoundInvalidClock[]> {
    const rows = (await tx.query(
      `SELECT found_at AS "foundAt", data FROM invalid_clock WHERE facility = $1 AND found_at > $2
        ORDER BY found_at DESC, subject_id LIMIT ${MOST_CLOCKS}`,
      [facility, after],
    )) as { foundAt: Date; data: FoundInvalidClock }[];
    return rows.map(({ foundAt, data }) => ({ ...data, foundAt: foundAt.toISOString() }));
  }

  /** Since when each known ghost of a facility is one. */
  async ghosts(tx: Tx, facility: string): Promise<Map<string, string>> {
    const rows = (await tx.query('SELECT id, since FROM ghost WHERE facility = $1', [facility])) as {
      id: string;
      since: Date;
    }[];
    return new Map(rows.map((r) => [r.id, r.since.toISOString()]));
  }

  async changeGhosts(
    tx: Tx,
    facility: string,
    seen: readonly { readonly id: string; readonly since: string }[],
    gone: readonly string[],
  ): Promise<void> {
    if (gone.length > 0) await tx.query('DELETE FROM ghost WHERE facility = $1 AND id = ANY($2)', [facility, gone]);
    if (seen.length === 0) return;
    await tx.query(
      `INSERT INTO ghost (facility, id, since) SELECT $1, * FROM unnest($2::text[], $3::timestamptz[])
       ON CONFLICT (facility, id) DO NOTHING`,
      [facility, seen.map((g) => g.id), seen.map((g) => g.since)],
    );
  }

  /** Removes conflicts that were closed, and clocks that were found, before `before`. */
  async prune(tx: Tx, before: string): Promise<void> {
    await tx.query('DELETE FROM quality_fact WHERE closed_at < $1', [before]);
    await tx.query('DELETE FROM invalid_clock WHERE found_at < $1', [before]);
  }
}
