import type { LocationKey } from '@wardstream/fhir';
import type { DateCriterion } from '@wardstream/fhir';
import type { EncounterData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { EncounterView } from './encounter.rows.js';

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
  readonly view: EncounterView;
}

const read = `e.id, e.facility, e.visit_number AS "visitNumber", e.visit_domain AS "visitDomain", e.version,
  coalesce(w.writes, 0) AS writes, to_char(w.received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "writtenAt",
  CASE WHEN e.patient_id IS NOT NULL THEN patient_ref(e.facility, e.patient_domain, e.patient_id) END AS "patientRef", e.view`;

export async function fhirEncounter(tx: Tx, id: string): Promise<FhirEncounter | undefined> {
  const [row] = (await tx.query(
    `SELECT ${read} FROM encounter e LEFT JOIN fhir_visit w ON w.key = e.id WHERE e.id = $1`,
    [id],
  )) as FhirEncounter[];
  return row;
}

/** Encounters by their ids; of those that there are. */
export async function fhirEncounters(tx: Tx, ids: readonly string[]): Promise<Map<string, FhirEncounter>> {
  const rows = (await tx.query(
    `SELECT ${read} FROM encounter e LEFT JOIN fhir_visit w ON w.key = e.id WHERE e.id = ANY($1::uuid[])`,
    [ids],
  )) as FhirEncounter[];
  return new Map(rows.map((row) => [row.id, row]));
}

/** Versions of derived encounters by their ids; of those that there are. */
export async function encounterVersions(tx: Tx, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = (await tx.query('SELECT id, version FROM encounter WHERE id = ANY($1::uuid[])', [ids])) as {
    id: string;
    version: number;
  }[];
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
  readonly status: readonly (readonly EncounterData['status'][])[];
  readonly class: readonly (readonly ClassCriterion[])[];
  readonly dates: readonly (readonly DateCriterion[])[];
  readonly places: readonly (readonly (LocationKey & { readonly facility: string })[])[];
  readonly patients: readonly (readonly string[])[];
  readonly after: string | null;
  readonly limit: number;
}

/** Encounters that were not merged into another, in order of their ids. `count`: how many there are, whatever the limit. */
export async function searchFhirEncounters(tx: Tx, query: FhirEncounterQuery): Promise<FhirEncounter[]> {
  const { from, parameters } = conditions(query, true);
  return (await tx.query(`SELECT ${read} ${from} ORDER BY e.id LIMIT ${query.limit}`, parameters)) as FhirEncounter[];
}

export async function countFhirEncounters(tx: Tx, query: FhirEncounterQuery): Promise<number> {
  const { from, parameters } = conditions(query, false);
  const [row] = (await tx.query(`SELECT count(*)::int AS count ${from}`, parameters)) as { count: number }[];
  return row!.count;
}

function conditions(query: FhirEncounterQuery, paged: boolean): { from: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const with_ = (value: unknown): string => `$${parameters.push(value)}`;
  const where = ['e.merged_into IS NULL'];
  const all = <T>(lists: readonly (readonly T[])[], sql: (alternative: T) => string): void => {
    for (const list of lists) where.push(list.length === 0 ? 'false' : `(${list.map(sql).join(' OR ')})`);
  };
  if (query.ids !== null) where.push(`e.id = ANY(${with_(query.ids)}::uuid[])`);
  if (paged && query.after !== null) where.push(`e.id > ${with_(query.after)}::uuid`);
  all(query.numbers, (criterion) => numberCondition(criterion, with_));
  all(query.status, (status) => `e.status = ${with_(status)}`);
  all(query.class, ({ classes, otherThan }) => {
    const named = classes.filter((c) => c !== null);
    const is = [
      ...(named.length > 0 ? [`e.view ->> 'class' = ANY(${with_(named)}::text[])`] : []),
      ...(classes.includes(null) ? ["e.view ->> 'class' IS NULL"] : []),
    ].join(' OR ');
    // A class that is not known is neither.
    return otherThan ? `(e.view ->> 'class' IS NOT NULL AND NOT (${is}))` : `(${is})`;
  });
  all(query.dates, (criterion) => dateCondition(criterion, with_));
  all(query.places, (place) => placeCondition(place, with_));
  all(query.patients, (patient) => {
    return `(e.patient_id IS NOT NULL AND patient_ref(e.facility, e.patient_domain, e.patient_id) = ${with_(patient)}::uuid)`;
  });
  const from = `FROM encounter e LEFT JOIN fhir_visit w ON w.key = e.id ${period} WHERE ${where.join(' AND ')}`;
  return { from, parameters };
}

type With = (value: unknown) => string;

/** Also by the number of a visit that was merged into this one. A number is looked up by its index, in both. */
function numberCondition({ number, domain }: NumberCriterion, with_: With): string {
  const is = (n: string, d: string): string =>
    [
      ...(number === undefined ? [] : [`${n} = ${with_(number)}`]),
      ...(domain === undefined ? [] : [`${d} IS NOT DISTINCT FROM ${with_(domain)}`]),
    ].join(' AND ') || 'true';
  return `e.id IN (SELECT id FROM encounter WHERE ${is('visit_number', 'visit_domain')}
                   UNION ALL SELECT survivor FROM identity WHERE ${is('number', 'domain')})`;
}

/** From the registration or admission to the discharge; of a planned one, from when it is expected: as Encounter.period says. */
const period = `CROSS JOIN LATERAL (
  SELECT CASE WHEN e.status = 'planned'
              THEN (SELECT p ->> 'expectedAt' FROM json_array_elements(e.view -> 'pendings') AS t (p) WHERE p ->> 'kind' = 'admit' LIMIT 1)
              ELSE coalesce(LEAST(e.view ->> 'registeredAt', e.view ->> 'admittedAt'), e.view -> 'stays' -> 0 ->> 'from') END,
         CASE WHEN e.status <> 'planned' THEN e.view ->> 'dischargedAt' END) AS period (start, finish)`;

/** As `periodFulfils` of libs/fhir; what has no period at all is found by no date. */
function dateCondition({ prefix, from, to }: DateCriterion, with_: With): string {
  const [start, finish] = [`(coalesce(start, '') COLLATE "C")`, `(coalesce(finish, '~') COLLATE "C")`];
  const is = {
    eq: () => `${start} >= ${with_(from)} AND ${finish} < ${with_(to)}`,
    ne: () => `(${start} < ${with_(from)} OR ${finish} >= ${with_(to)})`,
    gt: () => `${finish} >= ${with_(to)}`,
    lt: () => `${start} < ${with_(from)}`,
    ge: () => `${finish} >= ${with_(from)}`,
    le: () => `${start} < ${with_(to)}`,
    sa: () => `${start} >= ${with_(to)}`,
    eb: () => `${finish} < ${with_(from)}`,
  }[prefix]();
  return `((start IS NOT NULL OR finish IS NOT NULL) AND ${is})`;
}

function placeCondition(place: LocationKey & { readonly facility: string }, with_: With): string {
  const { facility, kind, unit, room, bedId } = place;
  const in_ = `e.facility = ${with_(facility)}`;
  if (kind === 'site') return `(${in_})`;
  const is = (part: string, value: string | null): string => `place ->> '${part}' = ${with_(value)}`;
  const there =
    kind === 'bed'
      ? is('bedId', bedId)
      : kind === 'room'
        ? `${is('unit', unit)} AND ${is('room', room)}`
        : is('unit', unit);
  return `(${in_} AND EXISTS (
    SELECT FROM (SELECT s -> 'place' FROM json_array_elements(e.view -> 'stays') AS t (s)
                 UNION ALL SELECT p -> 'place' FROM json_array_elements(e.view -> 'pendings') AS t (p)
                  WHERE p ->> 'kind' <> 'discharge') AS places (place) WHERE ${there}))`;
}
