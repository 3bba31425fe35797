import { Injectable } from '@nestjs/common';
import type { BedRequestData, DischargePlanData, UnitOccupancyData } from '@wardstream/events';
import {
  FacilityFold,
  withoutClosed,
  type AggregateKind,
  type Bottleneck,
  type KeptAggregate,
  type KeptEncounter,
} from '@wardstream/flow-model';
import { jsonTexts, type Tx, unfolded } from '@wardstream/persistence';
import { emptySnapshot, type FacilitySnapshot } from '../domain/facility-snapshot.js';
import type { Lifetime } from '../domain/lifetime.js';

/** What a row of `aggregate` can be. */
export type StoredKind = AggregateKind | 'unit-occupancy' | 'bottleneck';

/** One row to write. */
export interface StoredRow extends Lifetime {
  readonly facility: string;
  readonly kind: StoredKind;
  readonly id: string;
  readonly version: number;
  /** The facility's change this belongs to. */
  readonly seq: number;
  readonly data: unknown;
}

interface LoadedRow {
  readonly kind: StoredKind;
  readonly id: string;
  readonly version: number;
  readonly closed: boolean;
  readonly data: unknown;
}

export interface FacilityHead {
  readonly id: string;
  readonly seq: number;
  /** Event time of the newest fact in the latest change by facts, milliseconds; null before the first. */
  readonly latestFactMs: number | null;
}

/** What was open in a facility at an earlier time. */
export interface OpenThings {
  readonly encounters: KeptEncounter[];
  readonly requests: BedRequestData[];
  readonly plans: DischargePlanData[];
}

/** The rows of a facility's state. Every method is one statement or two, however many rows. */
@Injectable()
export class FacilityStore {
  /**
   * Begins a change of each facility: locks its row until the transaction ends and answers the number of the change. Given
   * the event time of the newest fact, keeps it. Facilities are locked in the order of their ids.
   */
  async beginChange(
    tx: Tx,
    facilities: readonly { readonly id: string; readonly latestFactAt: string | null }[],
  ): Promise<ReadonlyMap<string, number>> {
    const sorted = [...facilities].sort((a, b) => (a.id < b.id ? -1 : 1));
    const rows = (await tx.query(
      `INSERT INTO facility AS f (id, seq, latest_fact_at)
       SELECT id, 1, at FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY AS new (id, at, i) ORDER BY i
       ON CONFLICT (id) DO UPDATE
         SET seq = f.seq + 1, latest_fact_at = coalesce(excluded.latest_fact_at, f.latest_fact_at)
       RETURNING id, seq::float8 AS seq`,
      [sorted.map((f) => f.id), sorted.map((f) => f.latestFactAt)],
    )) as { id: string; seq: number }[];
    return new Map(rows.map((r) => [r.id, r.seq]));
  }

  /** Facilities with beds that are marked because their last word could not be applied. */
  async facilitiesInDoubt(tx: Tx): Promise<string[]> {
    const rows = (await tx.query('SELECT id FROM facility WHERE beds_in_doubt > 0')) as { id: string }[];
    return rows.map((r) => r.id);
  }

  async noteDoubt(tx: Tx, facility: string, beds: number): Promise<void> {
    await tx.query('UPDATE facility SET beds_in_doubt = $2 WHERE id = $1', [facility, beds]);
  }

  async heads(tx: Tx): Promise<FacilityHead[]> {
    return (await tx.query(
      `SELECT id, seq::float8 AS seq, (extract(epoch FROM latest_fact_at) * 1000)::float8 AS "latestFactMs"
       FROM facility ORDER BY id`,
    )) as FacilityHead[];
  }

  /** The number of the facility's latest committed change; null if nothing was ever heard of it. */
  async seq(tx: Tx, facility: string): Promise<number | null> {
    const rows = (await tx.query('SELECT seq::float8 AS seq FROM facility WHERE id = $1', [facility])) as {
      seq: number;
    }[];
    return rows[0]?.seq ?? null;
  }

  /**
   * The snapshot at change `seq`: `known` brought up to date by what changed since, or everything that is open. The
   * caller's transaction must see exactly the changes up to `seq`.
   */
  async load(
    tx: Tx,
    facility: string,
    seq: number,
    known: FacilitySnapshot | undefined,
    now: number,
  ): Promise<FacilitySnapshot> {
    const base = known !== undefined && known.seq <= seq ? known : emptySnapshot(facility);
    if (base.seq === seq) return base;
    const rows = (await tx.query(
      `SELECT kind, id, version::float8 AS version, closed_at IS NOT NULL AS closed, data
       FROM aggregate WHERE facility = $1 AND ${base.seq === 0 ? 'closed_at IS NULL' : 'seq > $2'}`,
      base.seq === 0 ? [facility] : [facility, base.seq],
    )) as LoadedRow[];
    const fold = new FacilityFold(base.state, now);
    const published = new Map(base.published);
    const bottlenecks = new Map(base.bottlenecks);
    for (const { kind, id, version, closed, data } of rows) {
      if (kind === 'unit-occupancy') published.set(id, data as UnitOccupancyData);
      else if (kind !== 'bottleneck') fold.restore({ kind, id, version, data } as KeptAggregate);
      else if (closed) bottlenecks.delete(id);
      else bottlenecks.set(id, data as Bottleneck);
    }
    return { seq, state: withoutClosed(fold.finish()), published, bottlenecks };
  }

  /** Versions of the things of one facility that are stored, by `kind/id`; also of those that are over. */
  async versions(
    tx: Tx,
    facility: string,
    things: readonly { readonly kind: StoredKind; readonly id: string }[],
  ): Promise<ReadonlyMap<string, number>> {
    if (things.length === 0) return new Map();
    const rows = (await tx.query(
      `SELECT a.kind, a.id, a.version::float8 AS version
       FROM unnest($2::text[], $3::text[]) AS wanted (kind, id)
       JOIN aggregate a ON a.facility = $1 AND a.kind = wanted.kind AND a.id = wanted.id`,
      [facility, things.map((t) => t.kind), things.map((t) => t.id)],
    )) as { kind: string; id: string; version: number }[];
    return new Map(rows.map((r) => [`${r.kind}/${r.id}`, r.version]));
  }

  async save(tx: Tx, rows: readonly StoredRow[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO aggregate (facility, kind, id, version, seq, opened_at, closed_at, data)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[],
                            $7::timestamptz[], ${unfolded('$8')}::json[])
       ON CONFLICT (facility, kind, id) DO UPDATE
         SET version = excluded.version, seq = excluded.seq, opened_at = excluded.opened_at,
             closed_at = excluded.closed_at, data = excluded.data`,
      [
        rows.map((r) => r.facility),
        rows.map((r) => r.kind),
        rows.map((r) => r.id),
        rows.map((r) => r.version),
        rows.map((r) => r.seq),
        rows.map((r) => r.openedAt),
        rows.map((r) => r.closedAt),
        jsonTexts(rows.map((r) => r.data)),
      ],
    );
  }

  /** Encounters, requests and plans that were open at `at`, by what is known now. */
  async openAt(tx: Tx, facility: string, at: string): Promise<OpenThings> {
    const rows = (await tx.query(
      `SELECT kind, data FROM aggregate
       WHERE facility = $1 AND kind IN ('encounter', 'bed-request', 'discharge-plan')
         AND opened_at <= $2 AND (closed_at IS NULL OR closed_at > $2)`,
      [facility, at],
    )) as { kind: StoredKind; data: unknown }[];
    const of = <T>(kind: StoredKind) => rows.filter((r) => r.kind === kind).map((r) => r.data as T);
    return { encounters: of('encounter'), requests: of('bed-request'), plans: of('discharge-plan') };
  }

  /** Removes what was over before `before`, except bottlenecks: their versions must go on growing. */
  async prune(tx: Tx, before: string): Promise<void> {
    await tx.query(`DELETE FROM aggregate WHERE closed_at < $1 AND kind <> 'bottleneck'`, [before]);
  }
}
