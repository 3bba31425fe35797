import type { ConflictData, Place } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import {
  type DerivedEncounter,
  type Directory,
  type Disagreement,
  inSeveralBeds,
  type OnePatient,
  patientConflictIds,
  patientIdOf,
  underSeveralNumbers,
} from '@wardstream/encounter-model';
import { type EncounterRow, factsOf, heldBedsOf, visitsUnderNumbers } from '../persistence/encounter.rows.js';
import { goesBy, type GoesBy } from '../persistence/identity.rows.js';
import { closed, opened } from './conflict-data.js';

/** An encounter that was derived anew. */
export interface Rederived {
  readonly encounterId: string;
  readonly facility: string;
  readonly number: string;
  readonly derived: Pick<DerivedEncounter, 'patient'>;
}

/** A patient whose visits may stand against one another. */
export interface PatientConcerned extends OnePatient {
  /** The numbers of their visits that changed. */
  readonly numbers: ReadonlySet<string>;
}

export interface PatientsConcerned {
  readonly patients: readonly PatientConcerned[];
  /** Every id that a conflict of these patients may have, also from before they were merged. */
  readonly conflictIds: readonly string[];
}

/** The patients of these encounters, now and before, and those who go by one of the identifiers that others were merged into. */
export async function patientsConcerned(
  tx: Tx,
  changed: readonly Rederived[],
  before: ReadonlyMap<string, EncounterRow>,
  mergedInto: readonly string[],
): Promise<PatientsConcerned> {
  const noted = new Map<string, Omit<OnePatient, 'isMerged'> & { readonly numbers: Set<string> }>();
  const note = (facility: string, { number, domain }: EncounterRow['patient'], visit: string): void => {
    if (number === null) return;
    const id = patientIdOf(facility, { number, domain });
    const known = noted.get(id);
    if (known !== undefined) known.numbers.add(visit);
    else noted.set(id, { id, facility, number, domain, numbers: new Set([visit]) });
  };
  for (const { encounterId, facility, number, derived } of changed) {
    note(facility, { number: derived.patient.id, domain: derived.patient.domain }, number);
    const former = before.get(encounterId);
    if (former !== undefined) note(facility, former.patient, number);
  }
  const known = await goesBy(tx, [...new Set([...noted.keys(), ...mergedInto])]);
  const patients = new Map<string, OnePatient & { readonly numbers: Set<string> }>();
  const patientOf = (survivor: GoesBy['survivor'], isMerged: boolean): { readonly numbers: Set<string> } => {
    const patient = patients.get(survivor.id) ?? { ...survivor, isMerged, numbers: new Set<string>() };
    patients.set(survivor.id, patient);
    return patient;
  };
  for (const { survivor, isMerged } of known.values()) patientOf(survivor, isMerged);
  const conflictIds: string[] = [];
  for (const { numbers, ...identifier } of noted.values()) {
    const row = known.get(identifier.id);
    const patient = patientOf(row?.survivor ?? identifier, row?.isMerged ?? false);
    for (const number of numbers) patient.numbers.add(number);
    if (row !== undefined && row.survivor.id !== identifier.id)
      conflictIds.push(...patientConflictIds(identifier.id, numbers));
  }
  for (const { id, numbers } of patients.values()) conflictIds.push(...patientConflictIds(id, numbers));
  return { patients: [...patients.values()], conflictIds };
}

/**
 * What stands against one another among the visits of these patients: in several beds at once (docs/encounter-rules.md no. 21, 12),
 * under several forms of one number (no. 30). Two statements for all, and more only for who is in several beds; of each patient the
 * visits of those numbers are read and those that hold a bed, as many as a conflict tells.
 */
export async function findPatientConflicts(
  tx: Tx,
  patients: readonly PatientConcerned[],
  directoryOf: (facility: string) => Directory,
): Promise<Disagreement[]> {
  const wanted = patients.flatMap((patient) => [...patient.numbers].map((visit) => ({ patient, visit })));
  const alike = groupedByPatient(await visitsUnderNumbers(tx, wanted));
  const found = patients.flatMap((patient) => underSeveralNumbers(patient, alike.get(patient.id) ?? []));
  const beds = groupedByPatient(await heldBedsOf(tx, patients));
  const several = patients.flatMap((patient) => {
    const held = beds.get(patient.id) ?? [];
    return held.length < 2 ? [] : [{ patient, held }];
  });
  if (several.length === 0) return found;
  const ids = several.flatMap(({ held }) => held.map(({ visit }) => visit.encounterId));
  const facts = await factsOf(tx, ids);
  for (const { patient, held } of several) {
    const directory = directoryOf(patient.facility);
    const resolve = (sent: Parameters<Directory['resolve']>[0] | null): Place | null =>
      sent === null ? null : directory.resolve(sent);
    const conflict = inSeveralBeds(
      patient,
      held.map((bed) => ({ ...bed, facts: facts.get(bed.visit.encounterId)! })),
      resolve,
    );
    if (conflict !== null) found.push(conflict);
  }
  return found;
}

function groupedByPatient<T extends { readonly patientId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.patientId);
    if (group === undefined) groups.set(row.patientId, [row]);
    else group.push(row);
  }
  return groups;
}

/** The conflicts of these patients to be saved: those that are found, and those that are none any more. */
export function changedPatientConflicts(
  found: readonly Disagreement[],
  concerned: PatientsConcerned,
  known: ReadonlyMap<string, ConflictData>,
  now: string,
): ConflictData[] {
  const open = new Map(found.map((conflict) => [conflict.id, conflict]));
  const changed = found.flatMap((conflict) => opened(conflict, known.get(conflict.id), now) ?? []);
  for (const id of concerned.conflictIds) {
    const former = known.get(id);
    if (former !== undefined && former.closedAt === null && !open.has(id)) changed.push(closed(former, now));
  }
  return changed;
}
