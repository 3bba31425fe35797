import type { BedWithVisits } from '@wardstream/events';
import { asMs, orInfinity, jsonTexts, type Tx, unfolded } from '@wardstream/persistence';
import type { BedDefinition, BedSetup, BedView, BedFoldState, PersonInBed } from '@wardstream/bed-model';

/** Which bed is concerned, and from which event time on something about it may have changed. */
export interface BedRef {
  readonly facility: string;
  readonly bedId: string;
}
export interface Window extends BedRef {
  /** Milliseconds; Infinity where only what is shown of a person changed. */
  readonly from: number;
}

/** A bed as it is stored: its definition and what was last derived of it. */
export interface BedRow {
  readonly definition: BedDefinition;
  readonly setup: BedSetup;
  readonly retired: boolean;
  readonly version: number;
  readonly view: BedView | null;
  readonly viewDigest: string | null;
  /** Milliseconds. */
  readonly nextBoundary: number | null;
  /** The last event time that was folded, milliseconds; -Infinity before the first. */
  readonly settledAt: number;
  /** Since when something told of it waits unapplied, milliseconds; null where nothing does. Not part of `view`. */
  readonly doubtSince: number | null;
  /** Somebody was in it or had it kept, when it was stored last. */
  readonly hasPeople: boolean;
}

interface RawBed {
  facility: string;
  id: string;
  definition: BedDefinition;
  setup_staffed: boolean;
  setup_surge: boolean;
  retired: boolean;
  version: number;
  view: BedView | null;
  view_digest: string | null;
  next_boundary: number | null;
  settled_at: number | null;
  doubt_since: number | null;
  has_people: boolean;
}

const columns = `b.facility, b.id, b.definition, b.setup_staffed, b.setup_surge, b.retired_at IS NOT NULL AS retired,
  b.version, b.view, b.view_digest, ${asMs('b.next_boundary', 'next_boundary')},
  ${asMs('b.settled_at', 'settled_at')}, ${asMs('b.doubt_since', 'doubt_since')}, b.people IS NOT NULL AS has_people`;

/**
 * Locks beds until the transaction ends and reads them. Always in the same order, so that two transactions that touch several
 * beds cannot wait for each other. Beds that do not exist are left out.
 */
export async function lockBeds(tx: Tx, beds: readonly BedRef[]): Promise<BedRow[]> {
  const rows = await tx.query<RawBed>(
    `SELECT ${columns} FROM bed b
       JOIN json_to_recordset($1::json) AS t (facility text, "bedId" text) ON b.facility = t.facility AND b.id = t."bedId"
      ORDER BY b.facility, b.id FOR UPDATE OF b`,
    [JSON.stringify(beds.map(({ facility, bedId }) => ({ facility, bedId })))],
  );
  return rows.map(toRow);
}

/** A bed that the configuration has, or had and somebody is in it still. */
const inUse = "(b.retired_at IS NULL OR b.state = 'occupied')";

/** The beds of a facility that are in use, in the order of its file; one of them where `bedId` is given. */
export async function readBeds(tx: Tx, facility: string, bedId?: string): Promise<BedRow[]> {
  const one = bedId === undefined ? '' : 'AND b.id = $2';
  const rows = await tx.query<RawBed>(
    `SELECT ${columns} FROM bed b WHERE b.facility = $1 AND ${inUse} ${one} ORDER BY b.position`,
    bedId === undefined ? [facility] : [facility, bedId],
  );
  return rows.map(toRow);
}

/** Who is in the beds in use of a unit, or is to come, as they were published last; without one bed. */
export async function visitsInUnit(
  tx: Tx,
  facility: string,
  unit: string,
  exceptBed: string,
): Promise<BedWithVisits[]> {
  return await tx.query<BedWithVisits>(
    `SELECT b.view -> 'occupants' AS occupants, b.view -> 'reservedFor' AS "reservedFor" FROM bed b
      WHERE b.facility = $1 AND b.retired_at IS NULL AND b.view IS NOT NULL AND b.view ->> 'unit' = $2 AND b.id <> $3`,
    [facility, unit, exceptBed],
  );
}

/** Beds in use of all facilities, in the order of facility and id, from after that one on. */
export async function bedsAfter(tx: Tx, after: BedRef, limit: number): Promise<BedRow[]> {
  const rows = await tx.query<RawBed>(
    `SELECT ${columns} FROM bed b WHERE ${inUse} AND (b.facility, b.id) > ($1, $2)
      ORDER BY b.facility, b.id LIMIT $3`,
    [after.facility, after.bedId, limit],
  );
  return rows.map(toRow);
}

function toRow(raw: RawBed): BedRow {
  return {
    definition: raw.definition,
    setup: { facility: raw.facility, bedId: raw.id, staffed: raw.setup_staffed, surge: raw.setup_surge },
    retired: raw.retired,
    version: raw.version,
    view: raw.view,
    viewDigest: raw.view_digest,
    nextBoundary: raw.next_boundary,
    settledAt: raw.settled_at ?? -Infinity,
    doubtSince: raw.doubt_since,
    hasPeople: raw.has_people,
  };
}

/** The last checkpoint of each bed before its window; beds without one are left out. Key: facility and bed id. */
export async function lastCheckpoints(tx: Tx, windows: readonly Window[]): Promise<Map<string, BedFoldState>> {
  const rows = await tx.query<{ facility: string; bedId: string; carry: BedFoldState }>(
    `SELECT t.facility, t."bedId", c.carry
       FROM json_to_recordset($1::json) AS t (facility text, "bedId" text, "from" timestamptz)
       CROSS JOIN LATERAL (
         SELECT carry FROM bed_checkpoint
          WHERE facility = t.facility AND bed_id = t."bedId" AND at < t."from" ORDER BY at DESC LIMIT 1) c`,
    [windowsAsJson(windows)],
  );
  return new Map(rows.map((r) => [bedKey(r), r.carry]));
}

/** Every bed of a room. */
export async function bedsInRoom(tx: Tx, { facility, unit, room }: RoomRef): Promise<BedRow[]> {
  const rows = await tx.query<RawBed>(
    `SELECT ${columns} FROM bed b
      WHERE b.facility = $1 AND b.definition ->> 'unit' = $2 AND b.definition ->> 'room' = $3 ORDER BY b.id`,
    [facility, unit, room],
  );
  return rows.map(toRow);
}

/** A room of a facility. */
export interface RoomRef {
  readonly facility: string;
  readonly unit: string;
  readonly room: string;
}

/** A bed with somebody in it, or kept for somebody, as others in its room need to know it. */
export interface PeopledRow extends BedRef {
  readonly definition: BedDefinition;
  readonly people: readonly PersonInBed[];
  readonly mismatches: BedView['mismatches'] | null;
}

/** Those of the beds of these rooms that have somebody, as they were stored last. */
export async function peopledBeds(tx: Tx, rooms: readonly RoomRef[]): Promise<PeopledRow[]> {
  return await tx.query<PeopledRow>(
    `SELECT b.facility, b.id AS "bedId", b.definition, b.people, b.view -> 'mismatches' AS mismatches
       FROM json_to_recordset($1::json) AS t (facility text, unit text, room text)
       JOIN bed b ON b.facility = t.facility AND b.definition ->> 'unit' = t.unit AND b.definition ->> 'room' = t.room
      WHERE b.people IS NOT NULL`,
    [JSON.stringify(rooms)],
  );
}

export interface BedUpdate extends BedRef {
  /** The version that was read. */
  readonly version: number;
  readonly view: BedView;
  readonly viewDigest: string;
  /** Left out where they are who they were. */
  readonly people?: readonly PersonInBed[];
  readonly nextBoundary: number | null;
  readonly settledAt: number;
}

/** Stores what was derived, one version on. Throws if a version has moved although the bed was locked: a bug. */
export async function updateBeds(tx: Tx, updates: readonly BedUpdate[]): Promise<void> {
  const rows = updates.map(({ view, people, ...u }) => ({
    ...u,
    people: people === undefined || people.length === 0 ? null : people,
    samePeople: people === undefined,
    state: view.state,
    nextBoundary: nullableTime(u.nextBoundary),
    settledAt: nullableTime(u.settledAt),
  }));
  const count = await tx.changed(
    `UPDATE bed b SET version = b.version + 1, state = t.state, view = t.view, view_digest = t."viewDigest",
            people = CASE WHEN t."samePeople" THEN b.people ELSE t.people END,
            next_boundary = t."nextBoundary", settled_at = t."settledAt"
       FROM ROWS FROM (
              json_to_recordset($1::json) AS (facility text, "bedId" text, version integer, state text,
                "viewDigest" text, people jsonb, "samePeople" boolean, "nextBoundary" timestamptz, "settledAt" timestamptz),
              unnest(${unfolded('$2')}::jsonb[])
            ) AS t (facility, "bedId", version, state, "viewDigest", people, "samePeople", "nextBoundary", "settledAt", view)
      WHERE b.facility = t.facility AND b.id = t."bedId" AND b.version = t.version`,
    [JSON.stringify(rows), jsonTexts(updates.map(({ view }) => view))],
  );
  if (count !== updates.length) throw new Error(`${updates.length - count} bed(s) changed while they were locked`);
}

/** Only the next time at which the bed changes by itself; nothing that anybody sees. */
export async function updateBoundaries(
  tx: Tx,
  boundaries: readonly (BedRef & { readonly nextBoundary: number | null })[],
): Promise<void> {
  await tx.query(
    `UPDATE bed b SET next_boundary = t."nextBoundary"
       FROM json_to_recordset($1::json) AS t (facility text, "bedId" text, "nextBoundary" timestamptz)
      WHERE b.facility = t.facility AND b.id = t."bedId"`,
    [JSON.stringify(boundaries.map((b) => ({ ...b, nextBoundary: nullableTime(b.nextBoundary) })))],
  );
}

function nullableTime(ms: number | null): string | null {
  return ms === null ? null : orInfinity(ms);
}

export function bedKey(ref: BedRef): string {
  return `${ref.facility}\n${ref.bedId}`;
}

export function windowsAsJson(windows: readonly Window[]): string {
  return JSON.stringify(windows.map(({ facility, bedId, from }) => ({ facility, bedId, from: orInfinity(from) })));
}

/** The statement that finds beds that change by themselves at or before `now`, the longest due first. */
export function bedsDue(now: number, limit: number): [sql: string, parameters: unknown[]] {
  return [
    `SELECT facility, id AS "bedId" FROM bed WHERE next_boundary <= $1 ORDER BY next_boundary LIMIT $2`,
    [orInfinity(now), limit],
  ];
}
