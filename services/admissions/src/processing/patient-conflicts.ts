import type { ConflictData, Place } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { DerivedEncounter } from '../domain/derive-encounter.js';
import type { Directory } from '../domain/directory.js';
import type { Identity } from '../domain/identities.js';
import { patientIdOf } from '../domain/identify.js';
import {
  type Disagreement,
  inSeveralBeds,
  openBed,
  patientConflictIds,
  type PatientIdentifiers,
  underSeveralNumbers,
  visitsOf,
} from '../domain/patient-visits.js';
import { type EncounterRow, factsOf, staysOf, visitsOfPatients } from '../persistence/encounter.rows.js';
import { closed, opened } from './conflict-data.js';

/** An encounter that was derived anew. */
interface Rederived {
  readonly encounterId: string;
  readonly facility: string;
  readonly number: string;
  readonly derived: Pick<DerivedEncounter, 'patient'>;
}

/** Patients whose visits may stand against one another, and the numbers of those visits that changed. */
export interface PatientsConcerned {
  readonly patients: readonly PatientIdentifiers[];
  readonly numbers: ReadonlyMap<PatientIdentifiers, ReadonlySet<string>>;
}

/** The patients of these encounters, now and before. `merged`: all identifiers of each patient that has several. */
export function patientsConcerned(
  changed: readonly Rederived[],
  before: ReadonlyMap<string, EncounterRow>,
  merged: readonly (readonly Identity[])[],
): PatientsConcerned {
  const byIdentifier = new Map<string, PatientIdentifiers>();
  const numbers = new Map<PatientIdentifiers, Set<string>>();
  for (const identifiers of merged) {
    const patient = { id: identifiers[0]!.survivor, identifiers };
    numbers.set(patient, new Set());
    for (const row of identifiers) byIdentifier.set(row.id, patient);
  }
  const note = (facility: string, identifier: EncounterRow['patient'], visit: string): void => {
    const { number, domain } = identifier;
    if (number === null) return;
    const id = patientIdOf(facility, { number, domain });
    let patient = byIdentifier.get(id);
    if (patient === undefined) {
      patient = { id, identifiers: [{ id, facility, number, domain, survivor: id }] };
      byIdentifier.set(id, patient);
      numbers.set(patient, new Set());
    }
    numbers.get(patient)!.add(visit);
  };
  for (const { encounterId, facility, number, derived } of changed) {
    note(facility, { number: derived.patient.id, domain: derived.patient.domain }, number);
    const former = before.get(encounterId);
    if (former !== undefined) note(facility, former.patient, number);
  }
  return { patients: [...numbers.keys()], numbers };
}

/** Every id that a conflict of these patients may have. */
export function idsOfPatientConflicts({ patients, numbers }: PatientsConcerned): string[] {
  return patients.flatMap((patient) => patientConflictIds(patient, numbers.get(patient)!));
}

/**
 * What stands against one another among the visits of these patients: in several beds at once (docs/encounter-rules.md no. 21, 12),
 * under several forms of one number (no. 30). By the index of patients, two statements for all; more only for who is in several beds.
 */
export async function findPatientConflicts(
  tx: Tx,
  patients: readonly PatientIdentifiers[],
  directoryOf: (facility: string) => Directory,
): Promise<Disagreement[]> {
  const rows = await visitsOfPatients(
    tx,
    patients.flatMap((p) => p.identifiers),
  );
  const several = patients.map((patient) => ({ patient, visits: visitsOf(patient, rows) }));
  const underWay = several.flatMap(({ patient, visits }) => {
    const open = visits.filter((v) => v.isUnderWay);
    return open.length < 2 ? [] : [{ patient, visits: open }];
  });
  const found = several.flatMap(({ patient, visits }) => underSeveralNumbers(patient, visits));
  const stays = await (underWay.length === 0 ? noStays : staysOf(tx, idsOf(underWay)));
  const held = underWay.flatMap(({ patient, visits }) => {
    const beds = visits.flatMap((visit) => {
      const stay = openBed(stays.get(visit.encounterId) ?? []);
      return stay === undefined ? [] : [{ visit, stay }];
    });
    return beds.length < 2 ? [] : [{ patient, visits: beds }];
  });
  if (held.length === 0) return found;
  const ids = held.flatMap(({ visits }) => visits.map((v) => v.visit.encounterId));
  const facts = await factsOf(tx, ids);
  for (const { patient, visits } of held) {
    const directory = directoryOf(visits[0]!.visit.facility);
    const resolve = (sent: Parameters<Directory['resolve']>[0] | null): Place | null =>
      sent === null ? null : directory.resolve(sent);
    const beds = visits.map((v) => ({ ...v, facts: facts.get(v.visit.encounterId)! }));
    const conflict = inSeveralBeds(patient, beds, resolve);
    if (conflict !== null) found.push(conflict);
  }
  return found;
}

const noStays: Awaited<ReturnType<typeof staysOf>> = new Map();

function idsOf(underWay: readonly { readonly visits: readonly { readonly encounterId: string }[] }[]): string[] {
  return underWay.flatMap(({ visits }) => visits.map((v) => v.encounterId));
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
  for (const id of idsOfPatientConflicts(concerned)) {
    const former = known.get(id);
    if (former !== undefined && former.closedAt === null && !open.has(id)) changed.push(closed(former, now));
  }
  return changed;
}
