import type { FacilityData, UnitConfiguration } from '@wardstream/events';
import { NotKnownYet } from '@wardstream/messaging';
import { jsonTexts, type Tx, unfolded } from '@wardstream/persistence';
import type { BedCopy, EncounterCopy } from '../domain/copies.js';

export interface FacilityCopy {
  readonly id: string;
  readonly version: number;
  readonly units: readonly UnitConfiguration[];
}

/** The facility of that id or alias. Throws NotKnownYet 'facility-not-found'. */
export async function facilityCalled(tx: Tx, name: string): Promise<FacilityCopy> {
  const [row] = await tx.query<FacilityCopy>(
    'SELECT id, version, units FROM facility WHERE id = $1 OR $1 = ANY (aliases) ORDER BY id = $1 DESC LIMIT 1',
    [name],
  );
  if (row === undefined) throw new NotKnownYet('facility-not-found', 'No facility of that name is configured.');
  return row;
}

export async function readFacilities(tx: Tx, ids: readonly string[]): Promise<Map<string, FacilityCopy>> {
  const rows = await tx.query<FacilityCopy>('SELECT id, version, units FROM facility WHERE id = ANY ($1)', [ids]);
  return new Map(rows.map((r) => [r.id, r]));
}

/** Takes over a configuration that is newer than the known one. */
export async function saveFacility(tx: Tx, { id, aliases, version, units }: FacilityData): Promise<void> {
  await tx.query(
    `INSERT INTO facility (id, aliases, version, units) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET aliases = excluded.aliases, version = excluded.version, units = excluded.units
      WHERE facility.version < excluded.version`,
    [id, aliases, version, JSON.stringify(units)],
  );
}

export async function readEncounters(tx: Tx, ids: readonly string[]): Promise<Map<string, EncounterCopy>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ known: EncounterCopy }>('SELECT known FROM encounter WHERE id = ANY ($1)', [ids]);
  return new Map(rows.map(({ known }) => [known.id, known]));
}

/** The encounter of that id or visit number; of several visits with one number one that is not over. A merged one is what it goes by. */
export async function encounterCalled(
  tx: Tx,
  facility: string,
  of: { readonly id?: string | undefined; readonly visitNumber?: string | undefined },
): Promise<EncounterCopy | null> {
  const [row] = await tx.query<{ known: EncounterCopy }>(
    `SELECT COALESCE(s.known, e.known) AS known FROM encounter e LEFT JOIN encounter s ON s.id = e.merged_into
      WHERE e.facility = $1 AND (e.id = $2 OR e.visit_number = $3)
      ORDER BY e.id = $2 DESC, e.is_over, s.id IS NOT NULL DESC, e.version DESC, e.id LIMIT 1`,
    [facility, of.id ?? null, of.visitNumber ?? null],
  );
  return row?.known ?? null;
}

export async function saveEncounters(tx: Tx, encounters: readonly EncounterCopy[]): Promise<void> {
  const rows = encounters.map((known) => {
    const { id, facility, visitNumber, version, status, mergedInto } = known;
    const isOver = status === 'discharged' || status === 'cancelled';
    return { id, facility, visitNumber, version, isOver, mergedInto };
  });
  await tx.query(
    `INSERT INTO encounter (id, facility, visit_number, version, is_over, merged_into, known)
     SELECT id, facility, "visitNumber", version, "isOver", "mergedInto", known
       FROM ROWS FROM (
              json_to_recordset($1::json) AS (id text, facility text, "visitNumber" text, version integer, "isOver" boolean,
                "mergedInto" text),
              unnest(${unfolded('$2')}::jsonb[])
            ) AS t (id, facility, "visitNumber", version, "isOver", "mergedInto", known)
     ON CONFLICT (id) DO UPDATE
        SET visit_number = excluded.visit_number, version = excluded.version, is_over = excluded.is_over,
            merged_into = excluded.merged_into, known = excluded.known`,
    [JSON.stringify(rows), jsonTexts(encounters)],
  );
}

export interface BedName {
  readonly facility: string;
  readonly bedId: string;
}

export function bedKey({ facility, bedId }: BedName): string {
  return `${facility}\n${bedId}`;
}

const toBed = ({ known }: { known: BedCopy }): readonly [string, BedCopy] => [
  bedKey({ facility: known.facility, bedId: known.id }),
  known,
];

export async function readBeds(tx: Tx, beds: readonly BedName[]): Promise<Map<string, BedCopy>> {
  const rows = await tx.query<{ known: BedCopy }>(
    `SELECT b.known FROM bed b
       JOIN json_to_recordset($1::json) AS t (facility text, "bedId" text) ON b.facility = t.facility AND b.id = t."bedId"`,
    [JSON.stringify(beds)],
  );
  return new Map(rows.map(toBed));
}

export async function saveBeds(tx: Tx, beds: readonly BedCopy[]): Promise<void> {
  const rows = beds.map((known) => {
    const { id, facility, version, hold } = known;
    return { id, facility, version, holdEncounter: hold?.encounterId, holdRequest: hold?.bedRequestId };
  });
  await tx.query(
    `INSERT INTO bed (facility, id, version, hold_encounter, hold_request, known)
     SELECT facility, id, version, "holdEncounter", "holdRequest", known
       FROM ROWS FROM (
              json_to_recordset($1::json) AS (facility text, id text, version integer, "holdEncounter" text, "holdRequest" text),
              unnest(${unfolded('$2')}::jsonb[])
            ) AS t (facility, id, version, "holdEncounter", "holdRequest", known)
     ON CONFLICT (facility, id) DO UPDATE
        SET version = excluded.version, hold_encounter = excluded.hold_encounter, hold_request = excluded.hold_request,
            known = excluded.known`,
    [JSON.stringify(rows), jsonTexts(beds)],
  );
}

/** The beds that are kept for one of these requests or encounters, and those named. */
export async function bedsFor(
  tx: Tx,
  of: {
    readonly requests: readonly string[];
    readonly encounters: readonly string[];
    readonly beds: readonly BedName[];
  },
): Promise<BedCopy[]> {
  const rows = await tx.query<{ known: BedCopy }>(
    `SELECT known FROM bed WHERE hold_request = ANY ($1)
      UNION SELECT known FROM bed WHERE hold_encounter = ANY ($2)
      UNION SELECT b.known FROM bed b
              JOIN json_to_recordset($3::json) AS t (facility text, "bedId" text)
                ON b.facility = t.facility AND b.id = t."bedId"`,
    [of.requests, of.encounters, JSON.stringify(of.beds)],
  );
  return rows.map(({ known }) => known);
}
