import type { MovementFact } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import {
  encounterIdOf,
  isPersonal,
  isUnnumbered,
  type NumberedVisit,
  patientIdOf,
  type PlacedFact,
  type StatedFact,
  visitsOfUnnumbered,
} from '@wardstream/encounter-model';
import { factsOf } from '../persistence/encounter.rows.js';
import { goesBy, survivorsOf } from '../persistence/identity.rows.js';
import {
  identifiersOfPatients,
  saveUnnumbered,
  saveVisits,
  type UnnumberedFact,
  type UnnumberedRow,
  unnumberedOfPatients,
  visitsOfPatients,
} from '../persistence/unnumbered.rows.js';

/** By the id of a fact that names no visit the visit that it belongs to; null, or nothing, where none is known. */
export type FoundVisits = ReadonlyMap<string, MovementFact['visit']>;

/** What follows from facts without a visit number. */
export interface Unnumbered {
  /** Those that belong to a visit, under it. */
  readonly facts: readonly PlacedFact[];
  readonly visits: FoundVisits;
  /** Earlier messages that belong to another visit now, or to none: they are to be read anew. */
  readonly again: readonly string[];
}

const nothing: Unnumbered = { facts: [], visits: new Map(), again: [] };

/**
 * Finds the visits of facts that name none, after the facts that do were stored: those `stated` now, and earlier ones of the same
 * patients, to which what came now may give another visit. Which visit it is follows from what is said of the patient's visits and
 * from event times, not from what came first; so a message may come before its admission. `readAnew`: messages whose facts these are
 * instead of what they stated before. To be called in the facility's lock.
 */
export async function placeUnnumbered(
  tx: Tx,
  stated: readonly StatedFact[],
  reinterpreted: readonly string[],
  stored: readonly PlacedFact[],
): Promise<Unnumbered> {
  const own = stated.flatMap(unnumberedOf);
  if (own.length > 0 || reinterpreted.length > 0) await saveUnnumbered(tx, reinterpreted, own);
  const rows = await unnumberedOfPatients(tx, [...patientsOf(stored, own)]);
  if (rows.length === 0) return nothing;
  const visits = visitsFoundFor(rows, await visitsByPatient(tx, rows, stored));
  const changed = rows.flatMap(({ id, messageId, visit: before }) => {
    const visit = visitIn(visits, id);
    return isSame(before, visit) ? [] : [{ id, messageId, visit }];
  });
  await saveVisits(tx, changed);
  const ownMessages = new Set([...reinterpreted, ...own.map((f) => f.messageId)]);
  return {
    facts: own.flatMap((row) => placedUnder(row, visitIn(visits, row.id))),
    visits,
    again: [...new Set(changed.filter((row) => !ownMessages.has(row.messageId)).map((row) => row.messageId))],
  };
}

/** The visits that facts which name none would belong to by what is known now; nothing is stored. */
export async function visitsKnownFor(tx: Tx, stated: readonly StatedFact[]): Promise<FoundVisits> {
  const own = stated.flatMap(unnumberedOf);
  const patientIds = own.map((f) => f.patientId);
  const survivors = await survivorsOf(tx, patientIds);
  const messages = new Set(stated.map((f) => f.messageId));
  const kept = (await unnumberedOfPatients(tx, patientIds)).filter((row) => !messages.has(row.messageId));
  const rows = [
    ...kept,
    ...own.map((f) => ({ ...f, survivor: survivors.get(f.patientId) ?? f.patientId, visit: null })),
  ];
  return visitsFoundFor(rows, await visitsByPatient(tx, rows, []));
}

function visitsFoundFor(rows: readonly UnnumberedRow[], visits: ReadonlyMap<string, NumberedVisit[]>): FoundVisits {
  const found = new Map<string, MovementFact['visit']>();
  for (const [patient, ofPatient] of groupedBy(rows, (row) => row.survivor)) {
    for (const [id, visit] of visitsOfUnnumbered(visits.get(patient) ?? [], ofPatient)) found.set(id, visit);
  }
  return found;
}

function visitIn(found: FoundVisits, id: string): MovementFact['visit'] {
  return found.get(id) ?? null;
}

function unnumberedOf({ facility, fact, ...stated }: StatedFact): UnnumberedFact[] {
  const { id: number, domain } = fact.patient;
  if (!isUnnumbered(fact) || number === null) return [];
  return [{ ...stated, facility, fact, patientId: patientIdOf(facility, { number, domain }) }];
}

function placedUnder({ patientId: _, ...row }: UnnumberedFact, visit: MovementFact['visit']): PlacedFact[] {
  if (visit === null) return [];
  return [{ ...row, encounterId: encounterIdOf(row.facility, visit), fact: { ...row.fact, visit } }];
}

/** All patients that the batch speaks of, by the identifiers it names. */
function patientsOf(stored: readonly PlacedFact[], own: readonly UnnumberedFact[]): Set<string> {
  const ids = new Set(own.map((f) => f.patientId));
  for (const { facility, fact } of stored) {
    const { id: number, domain } = fact.patient;
    if (number !== null) ids.add(patientIdOf(facility, { number, domain }));
    if (fact.kind === 'merge-patient' && fact.retires !== null && fact.retires !== undefined)
      ids.add(patientIdOf(facility, fact.retires));
  }
  return ids;
}

/** The visits of these patients that are known by their number, by the identifier that the patient goes by. */
async function visitsByPatient(
  tx: Tx,
  rows: readonly UnnumberedRow[],
  stored: readonly PlacedFact[],
): Promise<Map<string, NumberedVisit[]>> {
  const unnumbered = new Set(rows.map((row) => row.id));
  const identifiers = await identifiersOfPatients(tx, rows);
  const found = new Map((await visitsOfPatients(tx, identifiers)).map((visit) => [visit.encounterId, visit]));
  // Visits of this batch, which are not shown yet.
  const patientOf = new Map(identifiers.map((i) => [patientIdOf(i.facility, i), i.patient]));
  for (const { facility, encounterId, fact } of stored) {
    if (isPersonal(fact) || fact.visit === null || fact.patient.id === null || found.has(encounterId)) continue;
    const { id: number, domain } = fact.patient;
    const patient = patientOf.get(patientIdOf(facility, { number, domain }));
    if (patient !== undefined) found.set(encounterId, { ...fact.visit, encounterId, patient });
  }
  // Merges of this batch are known already; in what is shown they are not.
  const goBy = await goesBy(tx, [...found.keys()]);
  const visits = new Map<string, { number: string; domain: string | null; members: string[]; patient: string }>();
  for (const { encounterId, number, domain, patient } of found.values()) {
    const survivor = goBy.get(encounterId)?.survivor ?? { id: encounterId, number, domain };
    const known = visits.get(survivor.id);
    if (known === undefined)
      visits.set(survivor.id, { number: survivor.number, domain: survivor.domain, members: [encounterId], patient });
    else known.members.push(encounterId);
  }
  const facts = await factsOf(tx, [...new Set([...visits.values()].flatMap((v) => v.members))]);
  const byPatient = new Map<string, NumberedVisit[]>();
  for (const { number, domain, members, patient } of visits.values()) {
    const said = members.flatMap((id) => facts.get(id)!).filter((f) => !unnumbered.has(f.id));
    if (!byPatient.has(patient)) byPatient.set(patient, []);
    byPatient.get(patient)!.push({ number, domain, facts: said });
  }
  return byPatient;
}

function groupedBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function isSame(a: MovementFact['visit'], b: MovementFact['visit']): boolean {
  return a === null || b === null ? a === b : a.number === b.number && a.domain === b.domain;
}
