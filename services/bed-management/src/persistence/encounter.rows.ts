import type { PatientBrief } from '@wardstream/events';
import { asMs, finiteOrNull, iso, isoOrNull, orInfinity, forEach, type Tx } from '@wardstream/persistence';
import type { StayInBed } from '@wardstream/bed-model';
import type { BedRef, Window } from './bed.rows.js';

export type BedStay = StayInBed & {
  readonly bedId: string;
  /** When it was recorded that it began and ended, milliseconds; not known of what was kept before this was. */
  readonly recordedAt?: number;
  readonly endRecordedAt?: number;
};

/** An encounter as beds need it. */
export interface EncounterRow {
  readonly id: string;
  readonly facility: string;
  readonly visitNumber: string;
  readonly version: number;
  readonly status: string;
  readonly class: string | null;
  readonly patient: PatientBrief;
  /** Milliseconds; when the visit was over. */
  readonly endedAt: number | null;
  /** The encounter it was merged into, as long as it is. */
  readonly mergedInto: string | null;
  /** Those in beds the facility knows, of a class that holds a bed. */
  readonly stays: readonly BedStay[];
}

/** Whose a stay is, as it is stored. */
export interface RawFamily {
  readonly person: string | null;
  readonly mother: string | null;
}

/** The same as a stay tells it: what nobody said is left out. */
export function familyIn({ person, mother }: RawFamily): Pick<StayInBed, 'person' | 'mother'> {
  return { ...(person === null ? {} : { person }), ...(mother === null ? {} : { mother }) };
}

/** The encounters as they are stored, with their stays. By id. */
export async function readEncounters(tx: Tx, ids: readonly string[]): Promise<Map<string, EncounterRow>> {
  const rows = await tx.query<Omit<EncounterRow, 'stays'>>(
    `SELECT id, facility, visit_number AS "visitNumber", version, status, class, patient, ${asMs('ended_at', '"endedAt"')},
            merged_into AS "mergedInto"
       FROM encounter WHERE id = ANY ($1)`,
    [ids],
  );
  if (rows.length === 0) return new Map();
  const stays = await tx.query<Omit<BedStay, 'person' | 'mother'> & RawFamily>(
    `SELECT encounter_id AS "encounterId", movement_id AS "movementId", bed_id AS "bedId",
            leaves_dirty AS "leavesDirty", ended_by AS "endedBy", person, mother, leaves, ${asMs('recorded_at', '"recordedAt"')},
            ${asMs('end_recorded_at', '"endRecordedAt"')}, ${asMs('from_at', '"from"')}, ${asMs('to_at', '"to"')}
       FROM stay WHERE encounter_id = ANY ($1)`,
    [rows.map((r) => r.id)],
  );
  const byEncounter = new Map<string, BedStay[]>(rows.map((r) => [r.id, []]));
  for (const { person, mother, leaves, recordedAt, endRecordedAt, ...stay } of stays)
    byEncounter.get(stay.encounterId)!.push({
      ...{ ...stay, to: finiteOrNull(stay.to), ...familyIn({ person, mother }) },
      ...(leaves ? { leaves } : {}),
      ...(recordedAt ? { recordedAt } : {}),
      ...(endRecordedAt ? { endRecordedAt } : {}),
    });
  return new Map(rows.map((r) => [r.id, { ...r, stays: byEncounter.get(r.id)! }]));
}

export async function saveEncounters(tx: Tx, encounters: readonly EncounterRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO encounter (id, facility, visit_number, version, status, class, patient, ended_at, merged_into)
     SELECT id, facility, "visitNumber", version, status, class, patient, "endedAt", "mergedInto"
       FROM json_to_recordset($1::json) AS t (id text, facility text, "visitNumber" text, version integer, status text,
            class text, patient jsonb, "endedAt" timestamptz, "mergedInto" text)
     ON CONFLICT (id) DO UPDATE
        SET visit_number = excluded.visit_number, version = excluded.version, status = excluded.status,
            class = excluded.class, patient = excluded.patient, ended_at = excluded.ended_at,
            merged_into = excluded.merged_into`,
    [JSON.stringify(encounters.map(({ stays: _stays, ...e }) => ({ ...e, endedAt: isoOrNull(e.endedAt) })))],
  );
}

/** Replaces all stays of the encounters. */
export async function replaceStays(tx: Tx, encounters: readonly EncounterRow[]): Promise<void> {
  if (encounters.length === 0) return;
  await tx.query('DELETE FROM stay WHERE encounter_id = ANY ($1)', [encounters.map((e) => e.id)]);
  const stays = encounters.flatMap((e) =>
    e.stays.map((s) => ({
      ...s,
      facility: e.facility,
      from: iso(s.from),
      to: orInfinity(s.to),
      recordedAt: isoOrNull(s.recordedAt ?? null),
      endRecordedAt: isoOrNull(s.endRecordedAt ?? null),
      over: orInfinity(s.to === null ? null : Math.max(s.from, s.to)),
    })),
  );
  if (stays.length === 0) return;
  await tx.query(
    `INSERT INTO stay (encounter_id, movement_id, facility, bed_id, from_at, to_at, over_at, leaves_dirty, ended_by, person, mother,
                       leaves, recorded_at, end_recorded_at)
     SELECT "encounterId", "movementId", facility, "bedId", "from", "to", over, "leavesDirty", "endedBy", person, mother, leaves,
            "recordedAt", "endRecordedAt"
       FROM json_to_recordset($1::json) AS t ("encounterId" text, "movementId" text, facility text, "bedId" text,
            "from" timestamptz, "to" timestamptz, over timestamptz, "leavesDirty" boolean, "endedBy" text, person text, mother text,
            leaves jsonb, "recordedAt" timestamptz, "endRecordedAt" timestamptz)`,
    [JSON.stringify(stays)],
  );
}

/** Gives holds that were made for a visit number their encounter, now that it is known. The beds, from each hold's begin on. */
export async function joinHolds(
  tx: Tx,
  encounters: readonly Pick<EncounterRow, 'id' | 'facility' | 'visitNumber'>[],
): Promise<(Window & { readonly encounterId: string })[]> {
  if (encounters.length === 0) return [];
  return await tx.query<Window & { encounterId: string }>(
    `WITH joined AS (
       UPDATE bed_hold h SET encounter_id = t.id, made_for = t.id
         FROM json_to_recordset($1::json) AS t (id text, facility text, "visitNumber" text)
        WHERE h.facility = t.facility AND h.visit_number = t."visitNumber" AND h.made_for <> t.id
          AND NOT EXISTS (SELECT FROM encounter e WHERE e.id = h.made_for)
       RETURNING h.facility, h.bed_id, h.encounter_id, h.since)
     SELECT facility, bed_id AS "bedId", encounter_id AS "encounterId", ${asMs('since', '"from"')} FROM joined`,
    [JSON.stringify(encounters.map(({ id, facility, visitNumber }) => ({ id, facility, visitNumber })))],
  );
}

/**
 * Gives holds to the encounter that the one they were made for goes by: what it was merged into, itself again once that is turned
 * round. The beds, from each hold's begin on.
 */
export async function followMerges(
  tx: Tx,
  encounters: readonly Pick<EncounterRow, 'id' | 'mergedInto'>[],
): Promise<(Window & { readonly madeFor: string })[]> {
  if (encounters.length === 0) return [];
  return await tx.query<Window & { madeFor: string }>(
    `WITH moved AS (
       UPDATE bed_hold h SET encounter_id = t.goes_by
         FROM json_to_recordset($1::json) AS t (id text, goes_by text)
        WHERE h.made_for = t.id AND h.encounter_id <> t.goes_by
       RETURNING h.facility, h.bed_id, h.made_for, h.since)
     SELECT facility, bed_id AS "bedId", made_for AS "madeFor", ${asMs('since', '"from"')} FROM moved`,
    [JSON.stringify(encounters.map(({ id, mergedInto }) => ({ id, goes_by: mergedInto ?? id })))],
  );
}

/** The beds that show one of these encounters now, or keep a hold for it that reaches `from` or beyond. */
export async function bedsConcerned(
  tx: Tx,
  encounters: readonly { readonly id: string; readonly from: number }[],
): Promise<(BedRef & { readonly encounterId: string; readonly held: boolean })[]> {
  if (encounters.length === 0) return [];
  return await tx.query<BedRef & { encounterId: string; held: boolean }>(
    `SELECT c.facility, c.bed_id AS "bedId", c.encounter_id AS "encounterId", false AS held
       FROM json_to_recordset($1::json) AS t (id text, "from" timestamptz)
       ${forEach('SELECT * FROM bed_claim WHERE encounter_id = t.id AND upper_inf(during)', 'c')}
      UNION
     SELECT h.facility, h.bed_id, h.encounter_id, true
       FROM json_to_recordset($1::json) AS t (id text, "from" timestamptz)
       ${forEach('SELECT * FROM bed_hold WHERE encounter_id = t.id AND over_at >= t."from"', 'h')}`,
    [JSON.stringify(encounters.map((e) => ({ id: e.id, from: orInfinity(e.from) })))],
  );
}
