import type { ConflictData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import { type Directory, type Disagreement, patientIdOf } from '@wardstream/encounter-model';
import { type Difference, patientConflictDifferences, unfoundedConflicts } from './replay-differences.js';
import {
  conflictsById,
  type EncounterRow,
  encountersById,
  findPatientConflicts,
  goesBy,
  type PatientConcerned,
} from '../../encounters/index.js';

type DirectoryOf = (facility: string) => Directory;

/** What is kept of one patient's visits against one another, of the patients of these encounters (docs/encounter-rules.md no. 12, 21, 30). */
export async function missedPatientConflicts(
  tx: Tx,
  encounters: readonly EncounterRow[],
  directoryOf: DirectoryOf,
): Promise<Difference[]> {
  const found = await findPatientConflicts(tx, await patientsOf(tx, encounters), directoryOf);
  const kept = await conflictsById(
    tx,
    found.map((conflict) => conflict.id),
  );
  return patientConflictDifferences(kept, found);
}

/** Of these open conflicts, those that the visits behind them do not give. */
export async function needlessPatientConflicts(
  tx: Tx,
  open: readonly ConflictData[],
  directoryOf: DirectoryOf,
): Promise<Difference[]> {
  const subjects = await encountersById(tx, [...new Set(open.map((conflict) => conflict.subject.id))]);
  const found: readonly Disagreement[] = await findPatientConflicts(
    tx,
    await patientsOf(tx, [...subjects.values()]),
    directoryOf,
  );
  return unfoundedConflicts(open, found);
}

/** The patients of these encounters, by the identifier that each goes by, with the numbers of their visits among these. */
async function patientsOf(tx: Tx, encounters: readonly EncounterRow[]): Promise<PatientConcerned[]> {
  const named = encounters.flatMap(({ facility, number: visit, patient: { number, domain } }) =>
    number === null ? [] : [{ id: patientIdOf(facility, { number, domain }), facility, number, domain, visit }],
  );
  const known = await goesBy(tx, [...new Set(named.map((n) => n.id))]);
  const patients = new Map<string, PatientConcerned & { readonly numbers: Set<string> }>();
  for (const { visit, ...own } of named) {
    const { survivor, isMerged } = known.get(own.id) ?? { survivor: own, isMerged: false };
    const patient = patients.get(survivor.id) ?? { ...survivor, isMerged, numbers: new Set<string>() };
    patient.numbers.add(visit);
    patients.set(survivor.id, patient);
  }
  return [...patients.values()];
}
