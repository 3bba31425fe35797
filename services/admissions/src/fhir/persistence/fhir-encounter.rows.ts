import type { DateCriterion, LocationKey } from '@wardstream/fhir';
import type { EncounterData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import { type EncounterView, idsByOtherNumber, placeTermOf } from '../../encounters/index.js';

/** An encounter as FHIR tells of it. */
export interface FhirEncounter {
  readonly id: string;
  readonly facility: string;
  readonly visitNumber: string;
  readonly visitDomain: string | null;
  readonly version: number;
  /** How many times it was written by FHIR, and when last. */
  readonly writes: number;
  readonly writtenAt: string | null;
  /** Id of its patient, if there is one. */
  readonly patientRef: string | null;
  /** Id of the encounter that it was merged into. */
  readonly mergedInto: string | null;
  readonly view: EncounterView;
}

const read = `e.id, e.facility, e.visit_number AS "visitNumber", e.visit_domain AS "visitDomain", e.version,
  coalesce(w.writes, 0) AS writes, to_char(w.received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "writtenAt",
  CASE WHEN e.patient_id IS NOT NULL THEN patient_ref(e.facility, e.patient_domain, e.patient_id) END AS "patientRef",
  e.merged_into AS "mergedInto", e.view`;

/** Encounters by their ids; of those that there are. */
export async function fhirEncounters(tx: Tx, ids: readonly string[]): Promise<Map<string, FhirEncounter>> {
  const rows = await tx.query<FhirEncounter>(
    `SELECT ${read} FROM encounter e LEFT JOIN fhir_visit w ON w.key = e.id WHERE e.id = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Versions of derived encounters by their ids; of those that there are. */
export async function encounterVersions(tx: Tx, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; version: number }>(
    'SELECT id, version FROM encounter WHERE id = ANY($1::uuid[])',
    [ids],
  );
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** A visit number that is searched for: undefined is any, a domain of null is none. */
export interface NumberCriterion {
  readonly number: string | undefined;
  readonly domain: string | null | undefined;
}

/** What classes are searched for: those named, or, with `otherThan`, all but those; null is no class at all. */
export interface ClassCriterion {
  readonly classes: readonly (string | null)[];
  readonly otherThan: boolean;
}

/** Every list must hold, and of each list one alternative. */
export interface FhirEncounterQuery {
  readonly ids: readonly string[] | null;
  readonly numbers: readonly (readonly NumberCriterion[])[];
  /** Whether a visit is also what another identifier of one of its Encounters finds. */
  readonly byOtherNumbers: boolean;
  readonly status: readonly (readonly EncounterData['status'][])[];
  readonly class: readonly (readonly ClassCriterion[])[];
  readonly dates: readonly (readonly DateCriterion[])[];
  readonly places: readonly (readonly (LocationKey & { readonly facility: string })[])[];
  readonly patients: readonly (readonly string[])[];
  readonly after: string | null;
  readonly limit: number;
}

/** Encounters that were not merged into another, in order of their ids. */
export async function searchFhirEncounters(tx: Tx, query: FhirEncounterQuery): Promise<FhirEncounter[]> {
  const { where, parameters } = conditions(query, true);
  // What dates, wards, rooms and beds find is found by these, and not among all in the order of the ids.
  const within = query.places.some((places) => places.every(({ kind }) => kind !== 'site'));
  const materialized = query.dates.length > 0 || within ? 'MATERIALIZED' : 'NOT MATERIALIZED';
  return await tx.query<FhirEncounter>(
    `WITH found AS ${materialized} (SELECT e.id FROM encounter e WHERE ${where})
     SELECT ${read} FROM (SELECT id FROM found ORDER BY id LIMIT ${query.limit}) AS page
       JOIN encounter e USING (id) LEFT JOIN fhir_visit w ON w.key = e.id ORDER BY e.id`,
    parameters,
  );
}

/** How many there are, whatever the limit. */
export async function countFhirEncounters(tx: Tx, query: FhirEncounterQuery): Promise<number> {
  const { where, parameters } = conditions(query, false);
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM encounter e WHERE ${where}`,
    parameters,
  );
  return row!.count;
}

function conditions(query: FhirEncounterQuery, paged: boolean): { where: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const with_ = (value: unknown): string => `$${parameters.push(value)}`;
  const where = ['e.merged_into IS NULL'];
  const all = <T>(lists: readonly (readonly T[])[], sql: (alternative: T) => string): void => {
    for (const list of lists) where.push(list.length === 0 ? 'false' : `(${list.map(sql).join(' OR ')})`);
  };
  if (query.ids !== null) where.push(`e.id = ANY(${with_(query.ids)}::uuid[])`);
  if (paged && query.after !== null) where.push(`e.id > ${with_(query.after)}::uuid`);
  all(query.numbers, (criterion) => numberCondition(criterion, query.byOtherNumbers, with_));
  all(query.status, (status) => `e.status = ${with_(status)}`);
  all(query.class, ({ classes, otherThan }) => {
    const named = classes.filter((c) => c !== null);
    const is = [
      ...(named.length > 0 ? [`e.class = ANY(${with_(named)}::text[])`] : []),
      ...(classes.includes(null) ? ['e.class IS NULL'] : []),
    ].join(' OR ');
    // A class that is not known is neither.
    return otherThan ? `(e.class IS NOT NULL AND NOT (${is}))` : `(${is})`;
  });
  all(query.dates, (criterion) => dateCondition(criterion, with_));
  all(query.places, (place) => placeCondition(place, with_));
  all(query.patients, (patient) => {
    return `(e.patient_id IS NOT NULL AND patient_ref(e.facility, e.patient_domain, e.patient_id) = ${with_(patient)}::uuid)`;
  });
  return { where: where.join(' AND '), parameters };
}

type With = (value: unknown) => string;

/**
 * Also by the number of a visit that was merged into this one, and, with `others`, by other identifiers of its Encounters. A number is
 * looked up by its index, in all.
 */
function numberCondition({ number, domain }: NumberCriterion, others: boolean, with_: With): string {
  const is = (n: string, d: string): string =>
    [
      ...(number === undefined ? [] : [`${n} = ${with_(number)}`]),
      ...(domain === undefined ? [] : [`${d} IS NOT DISTINCT FROM ${with_(domain)}`]),
    ].join(' AND ') || 'true';
  return `e.id IN (SELECT id FROM encounter WHERE ${is('visit_number', 'visit_domain')}
                   UNION ALL SELECT survivor FROM identity WHERE ${is('number', 'domain')}
                   ${others ? `UNION ALL ${idsByOtherNumber(is('n.number', 'n.domain'))}` : ''})`;
}

/** As `periodFulfils` of libs/fhir; what has no period at all is found by no date. */
function dateCondition({ prefix, from, to }: DateCriterion, with_: With): string {
  return {
    eq: () => `(e.period_start >= ${with_(from)} AND e.period_end < ${with_(to)})`,
    ne: () => `(e.period_start < ${with_(from)} OR e.period_end >= ${with_(to)})`,
    gt: () => `e.period_end >= ${with_(to)}`,
    lt: () => `e.period_start < ${with_(from)}`,
    ge: () => `e.period_end >= ${with_(from)}`,
    le: () => `e.period_start < ${with_(to)}`,
    sa: () => `e.period_start >= ${with_(to)}`,
    eb: () => `e.period_end < ${with_(from)}`,
  }[prefix]();
}

function placeCondition(place: LocationKey & { readonly facility: string }, with_: With): string {
  if (place.kind === 'site') return `e.facility = ${with_(place.facility)}`;
  return `e.places @> ARRAY[${with_(placeTermOf(place.facility, place))}::text]`;
}
