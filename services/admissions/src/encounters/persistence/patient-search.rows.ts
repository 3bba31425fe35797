import type { SearchedBy } from '@wardstream/api-contract';
import { forEach, type Tx } from '@wardstream/persistence';
import type { EncounterView } from './encounter.rows.js';

/** What is looked for: each kind of thing that the caller may look by. */
export interface PatientQuery {
  readonly facility: string;
  readonly q: string;
  readonly by: readonly SearchedBy[];
  /** Ids of the beds that are meant; of one alone also who was in it. */
  readonly beds: readonly string[];
  readonly limit: number;
}

export interface PatientHit {
  readonly id: string;
  readonly visitNumber: string;
  readonly foundBy: SearchedBy;
  readonly exact: boolean;
  readonly view: EncounterView;
}

/** A number of which fewer characters are given is found by all of it alone, as is a word of a name. */
const BEGINNING = 3;
/** Of visits that are over so many are looked at: as many as have one name in a large house, read in a moment. */
const PAST_LOOKED_AT = 5000;

/**
 * Visits in order: those that are not over first; what is all of what was asked before what begins so; the latest first. Merged ones
 * are found by the numbers they had. Visits that are over are looked for where the others are fewer than `limit`.
 */
export async function searchPatients(tx: Tx, query: PatientQuery): Promise<PatientHit[]> {
  const words = query.by.includes('name') ? await wordsOf(tx, query.q) : [];
  const open = await hits(tx, query, words, true, query.limit);
  if (open.length >= query.limit) return open;
  return [...open, ...(await hits(tx, query, words, false, query.limit - open.length))];
}

/** The words of a name as they are kept, each with the ways it may be written; the longest first, which the fewest have. */
async function wordsOf(tx: Tx, q: string): Promise<(readonly string[])[]> {
  const said = q.replaceAll(/['’ʼ`´]/g, '').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const rows = await tx.query<{ ways: string[] }>(
    'SELECT name_words(word) AS ways FROM unnest($1::text[]) WITH ORDINALITY AS w (word, n) ORDER BY n',
    [said],
  );
  const longest = (ways: readonly string[]): number => Math.max(...ways.map((way) => way.length));
  return rows.flatMap(({ ways }) => (ways.length > 0 ? [ways] : [])).sort((a, b) => longest(b) - longest(a));
}

async function hits(
  tx: Tx,
  { facility, q, by, beds }: PatientQuery,
  words: readonly (readonly string[])[],
  open: boolean,
  limit: number,
): Promise<PatientHit[]> {
  const parameters: unknown[] = [facility, open];
  const with_ = (value: unknown): string => `$${parameters.push(value)}`;
  const past = open ? '' : ` LIMIT ${PAST_LOOKED_AT}`;
  const branches: string[] = [];
  for (const kind of ['visit-number', 'mrn'] as const) {
    if (!by.includes(kind)) continue;
    const folded = `folded(${with_(q)}::text)`;
    const matches = [...q].length < BEGINNING ? `t.term = p.q` : beginsWith('t', 'p.q');
    branches.push(
      `(SELECT t.encounter_id AS id, '${kind}' AS by, t.term = p.q AS exact FROM (SELECT ${folded} AS q) AS p
          JOIN patient_term t ON t.facility = $1 AND t.kind = '${kind}' AND t.open = $2 AND p.q <> '' AND ${matches}
         ORDER BY t.term${past})`,
      mergedNumbers(kind, with_(q)),
    );
  }
  if (words.length > 0) branches.push(`(${ofName(words, with_)}${past})`);
  if (beds.length > 0) {
    const ids = with_(beds);
    const terms = with_(beds.map((bed) => `bed ${facility}\u001f${bed}`));
    // Who is in it, or is to come; of visits that are over those who were in it.
    const now = `(e.view -> 'location' ->> 'bedId' = ANY(${ids}::text[]) OR EXISTS (
      SELECT FROM json_array_elements(e.view -> 'pendings') AS p (plan) WHERE plan -> 'place' ->> 'bedId' = ANY(${ids}::text[])))`;
    const isOpen = `e.status IN ('planned', 'in-progress', 'on-leave')`;
    if (open || beds.length === 1)
      branches.push(
        `(SELECT e.id, 'bed' AS by, e.view -> 'location' ->> 'bedId' = ANY(${ids}::text[]) AS exact FROM encounter e
           WHERE e.places && ${terms}::text[] AND ${open ? `${isOpen} AND ${now}` : `NOT ${isOpen}`}
           ORDER BY e.began_at DESC${past})`,
      );
  }
  if (branches.length === 0) return [];
  const found = await tx.query<Hit>(branches.join(' UNION ALL '), parameters);
  const best = new Map<string, Hit>();
  for (const hit of found) {
    const other = best.get(hit.id);
    if (other === undefined || (hit.exact === true && other.exact !== true)) best.set(hit.id, hit);
  }
  const exact = [...best.values()].filter((hit) => hit.exact === true).map((hit) => hit.id);
  const rows = await tx.query<Omit<PatientHit, 'foundBy' | 'exact'>>(
    `SELECT e.id, e.visit_number AS "visitNumber", e.view FROM unnest($1::uuid[]) AS hit (id)
       ${forEach('SELECT * FROM encounter WHERE id = hit.id', 'e')}
      WHERE e.merged_into IS NULL AND (e.status IN ('planned', 'in-progress', 'on-leave')) = $2
      ORDER BY e.id = ANY($3::uuid[]) DESC, e.began_at DESC NULLS LAST, e.id LIMIT $4`,
    [[...best.keys()], open, exact, limit],
  );
  return rows.map((row) => ({ ...row, foundBy: best.get(row.id)!.by, exact: best.get(row.id)!.exact === true }));
}

interface Hit {
  readonly id: string;
  readonly by: SearchedBy;
  readonly exact: boolean | null;
}

/** Terms compare by their bytes, so that what begins with `prefix` lies between it and the last that can. */
function beginsWith(of: string, prefix: string): string {
  return `${of}.term >= ${prefix} COLLATE "C" AND ${of}.term < (${prefix} || chr(1114111)) COLLATE "C"`;
}

function ofName(words: readonly (readonly string[])[], with_: (value: unknown) => string): string {
  const matches = (of: string, ways: readonly string[]): string =>
    [...ways[0]!].length < BEGINNING ? `${of}.term = w.way COLLATE "C"` : beginsWith(of, 'w.way');
  const [first, ...others] = words;
  const also = others.map(
    (ways, n) =>
      ` AND EXISTS (SELECT FROM unnest(${with_(ways)}::text[]) AS w (way) JOIN patient_term o${n}
          ON o${n}.encounter_id = t.encounter_id AND o${n}.kind = 'name' AND ${matches(`o${n}`, ways)})`,
  );
  return `SELECT t.encounter_id AS id, 'name' AS by, t.term = w.way AS exact FROM unnest(${with_(first)}::text[]) AS w (way)
            JOIN patient_term t ON t.facility = $1 AND t.kind = 'name' AND t.open = $2 AND ${matches('t', first!)}
           WHERE true${also.join('')} ORDER BY t.term`;
}

/** Visits by the whole number that they, or their patients, had before they were merged. */
function mergedNumbers(kind: 'visit-number' | 'mrn', q: string): string {
  if (kind === 'visit-number')
    return `(SELECT survivor AS id, '${kind}' AS by, true AS exact FROM identity WHERE facility = $1 AND number = ${q} AND survivor <> id)`;
  return `(SELECT e.id, '${kind}' AS by, true AS exact FROM identity i JOIN identity s ON s.id = i.survivor
            ${forEach(
              'SELECT id FROM encounter WHERE facility = s.facility AND patient_id = s.number AND patient_domain IS NOT DISTINCT FROM s.domain',
              'e',
            )}
            WHERE i.facility = $1 AND i.number = ${q} AND i.survivor <> i.id)`;
}
