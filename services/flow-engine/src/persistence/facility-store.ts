import { Injectable } from '@nestjs/common';
import type { BedRequestData, DischargePlanData, UnitOccupancyData } from '@wardstream/events';
import type { AggregateKind, Bottleneck, KeptAggregate, KeptEncounter } from '@wardstream/flow-model';
import { jsonTexts, type Tx, unfolded } from '@wardstream/persistence';
import type { Lifetime } from '../domain/lifetime.js';
import { nothingPublished, type Published } from '../domain/published.js';

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

/** What was open in a facility at an earlier time. */
export interface OpenThings {
  readonly encounters: KeptEncounter[];
  readonly requests: BedRequestData[];
  readonly plans: DischargePlanData[];
}

/** Where the folding of all facilities begins: what is open, and versions of what ended lately. */
export interface LoadInto {
  open(facility: string, kept: KeptAggregate): void;
  over(facility: string, kind: AggregateKind, id: string, version: number): void;
}

const PAGE = 5_000;
const kinds = `('facility', 'bed', 'encounter', 'bed-request', 'discharge-plan')`;

/** The rows of facilities' state. Every method is one statement or two for any number of facilities and rows, but `load`. */
@Injectable()
export class FacilityStore {
  /** Everything that the state of all facilities is made of, page by page; of what is over, what ended after `endedAfter`. */
  async load(tx: Tx, into: LoadInto, endedAfter: string): Promise<void> {
    for (let after = ['', '', '']; ;) {
      const rows = await tx.query<KeptAggregate & { facility: string }>(
        `SELECT facility, kind, id, version::float8 AS version, data FROM aggregate
          WHERE (facility, kind, id) > ($1, $2, $3) AND closed_at IS NULL AND kind IN ${kinds}
          ORDER BY facility, kind, id LIMIT ${PAGE}`,
        after,
      );
      for (const { facility, ...kept } of rows) into.open(facility, kept as KeptAggregate);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) break;
      after = [last.facility, last.kind, last.id];
    }
    const over = await tx.query<{ facility: string; kind: AggregateKind; id: string; version: number }>(
      `SELECT facility, kind, id, version::float8 AS version FROM aggregate
        WHERE closed_at > $1 AND kind IN ${kinds} ORDER BY closed_at`,
      [endedAfter],
    );
    for (const { facility, kind, id, version } of over) into.over(facility, kind, id, version);
  }

  /**
   * Begins a change of each facility: locks its row until the transaction ends and answers the number of the change. Given
   * the event time of the newest fact, keeps it. Facilities are locked in the order of their ids.
   */
  async beginChange(
    tx: Tx,
    facilities: readonly { readonly id: string; readonly latestFactAt: string | null }[],
  ): Promise<ReadonlyMap<string, number>> {
    if (facilities.length === 0) return new Map();
    const sorted = [...facilities].sort((a, b) => (a.id < b.id ? -1 : 1));
    const rows = await tx.query<{ id: string; seq: number }>(
      `INSERT INTO facility AS f (id, seq, latest_fact_at)
       SELECT id, 1, at FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY AS new (id, at, i) ORDER BY i
       ON CONFLICT (id) DO UPDATE
         SET seq = f.seq + 1, latest_fact_at = coalesce(excluded.latest_fact_at, f.latest_fact_at)
       RETURNING id, seq::float8 AS seq`,
      [sorted.map((f) => f.id), sorted.map((f) => f.latestFactAt)],
    );
    return new Map(rows.map((r) => [r.id, r.seq]));
  }

  /** What was published of each facility last, with the number of its latest change; nothing for one that has none. */
  async published(tx: Tx, facilities: readonly string[]): Promise<ReadonlyMap<string, Published>> {
    const told = new Map(facilities.map((id) => [id, nothingPublished()]));
    if (facilities.length === 0) return told;
    const heads = await tx.query<{ id: string; seq: number }>(
      `SELECT id, seq::float8 AS seq FROM unnest($1::text[]) AS wanted (id) JOIN facility USING (id)`,
      [facilities],
    );
    for (const { id, seq } of heads) told.get(id)!.seq = seq;
    const rows = await tx.query<{ facility: string; kind: StoredKind; data: unknown }>(
      `SELECT a.facility, a.kind, a.data
         FROM unnest($1::text[]) AS wanted (facility) JOIN aggregate a USING (facility)
        WHERE a.kind IN ('unit-occupancy', 'bottleneck') AND a.closed_at IS NULL`,
      [facilities],
    );
    for (const { facility, kind, data } of rows) {
      const { units: published, bottlenecks } = told.get(facility)!;
      if (kind === 'bottleneck') bottlenecks.set((data as Bottleneck).id, data as Bottleneck);
      else published.set((data as UnitOccupancyData).unit, data as UnitOccupancyData);
    }
    return told;
  }

  /** The version that is stored of one thing; null where there is none. */
  async version(tx: Tx, facility: string, kind: StoredKind, id: string): Promise<number | null> {
    const [row] = await tx.query<{ version: number }>(
      'SELECT version::float8 AS version FROM aggregate WHERE facility = $1 AND kind = $2 AND id = $3',
      [facility, kind, id],
    );
    return row?.version ?? null;
  }

  /** Versions that are stored of these bottlenecks, by id; also of those that are over. */
  async versionsOfBottlenecks(
    tx: Tx,
    bottlenecks: readonly Pick<Bottleneck, 'facility' | 'id'>[],
  ): Promise<ReadonlyMap<string, number>> {
    if (bottlenecks.length === 0) return new Map();
    const rows = await tx.query<{ id: string; version: number }>(
      `SELECT a.id, a.version::float8 AS version
       FROM unnest($1::text[], $2::text[]) AS wanted (facility, id)
       JOIN aggregate a ON a.facility = wanted.facility AND a.kind = 'bottleneck' AND a.id = wanted.id`,
      [bottlenecks.map((b) => b.facility), bottlenecks.map((b) => b.id)],
    );
    return new Map(rows.map((r) => [r.id, r.version]));
  }

  /** Writes rows, each unless a later version of it is there. */
  async save(tx: Tx, rows: readonly StoredRow[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `INSERT INTO aggregate AS a (facility, kind, id, version, seq, opened_at, closed_at, data)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[],
                            $7::timestamptz[], ${unfolded('$8')}::json[])
       ON CONFLICT (facility, kind, id) DO UPDATE
         SET version = excluded.version, seq = excluded.seq, opened_at = excluded.opened_at,
             closed_at = excluded.closed_at, data = excluded.data
         WHERE a.version <= excluded.version`,
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
    const rows = await tx.query<{ kind: StoredKind; data: unknown }>(
      `SELECT kind, data FROM aggregate
       WHERE facility = $1 AND kind IN ('encounter', 'bed-request', 'discharge-plan')
         AND opened_at <= $2 AND (closed_at IS NULL OR closed_at > $2)`,
      [facility, at],
    );
    const of = <T>(kind: StoredKind) => rows.filter((r) => r.kind === kind).map((r) => r.data as T);
    return { encounters: of('encounter'), requests: of('bed-request'), plans: of('discharge-plan') };
  }

  /** Removes what was over before `before`, except bottlenecks: their versions must go on growing. */
  async prune(tx: Tx, before: string): Promise<void> {
    await tx.query(`DELETE FROM aggregate WHERE closed_at < $1 AND kind <> 'bottleneck'`, [before]);
  }
}
