import { may } from '@wardstream/access';
import { type PatientPolicy, patientResource, type PatientResource } from '@wardstream/fhir';
import { digest } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import type { User } from '@wardstream/service-kit';
import { inRecordedOrder, type Patient, patientIdOf, type VisitFact } from '@wardstream/encounter-model';
import { factsOf, survivorsOf } from '../../encounters/index.js';
import { patientsOfEncounters } from '../persistence/fhir.rows.js';
import { findPatientsById } from './stored-resources.js';

/** A patient as all that is known of them says. */
export interface StoredPatient {
  readonly patient: Patient;
  /** The same for the same content, whoever reads how much of it. */
  readonly versionId: string;
  /** Where they are known by this number. */
  readonly facility: string;
  /** Id of the patient whom this one was merged into. */
  readonly replacedBy: string | null;
}

/**
 * By the ids of Patient resources; of those of whom something is known. `unplaced`: it was written, and its facility is not known here
 * yet. The same number of statements, however many they are.
 */
export async function readKnownPatients(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, StoredPatient | 'unplaced'>> {
  const found = await findPatientsById(tx, ids);
  const keys = [...found.values()].flatMap((p) => (p.facility === null ? [] : [patientIdOf(p.facility, p)]));
  const shown = await patientsOfEncounters(tx, keys);
  const facts = keys.length === 0 ? new Map<string, readonly VisitFact[]>() : await factsOf(tx, keys);
  const survivors = await survivorsOf(tx, keys);
  const known = new Map<string, StoredPatient | 'unplaced'>();
  for (const [id, named] of found) {
    if (named.facility === null) {
      known.set(id, 'unplaced');
      continue;
    }
    const key = patientIdOf(named.facility, named);
    const inVisits = shown.get(key);
    const apart = inRecordedOrder(facts.get(key)!);
    const replacedBy = survivors.get(key) ?? null;
    if (inVisits === undefined && apart.length === 0 && replacedBy === null) continue;
    const patient = asKnown(named, inVisits, apart.map(({ fact }) => fact.patient).reverse());
    const content = `${JSON.stringify(patient)}${replacedBy ?? ''}`;
    known.set(id, { facility: named.facility, patient, versionId: digest(content).slice(0, 16), replacedBy });
  }
  return known;
}

/** As `readKnownPatients`, of one. */
export async function readKnownPatient(tx: Tx, id: string): Promise<StoredPatient | 'unplaced' | undefined> {
  return (await readKnownPatients(tx, [id])).get(id);
}

/** An open visit knows the latest of its patient; after it, what was said apart from visits is newer than what they say. */
function asKnown(
  { number, domain }: { readonly number: string; readonly domain: string | null },
  inVisits: { readonly open: boolean; readonly patient: Patient } | undefined,
  apart: readonly Patient[],
): Patient {
  const told = [
    ...(inVisits?.open === true ? [inVisits.patient, ...apart] : [...apart, ...(inVisits ? [inVisits.patient] : [])]),
  ];
  const named = told.find(({ family, given }) => family !== null || given !== null);
  return {
    ...{ id: number, domain, family: named?.family ?? null, given: named?.given ?? null },
    birthDate: told.find(({ birthDate }) => birthDate !== null)?.birthDate ?? null,
    sex: told.find(({ sex }) => sex !== 'unknown')?.sex ?? 'unknown',
  };
}

/** As much of a patient as the reader may see: at the least that there is one, and the gender. */
export function patientView(
  id: string,
  { patient, versionId, replacedBy }: StoredPatient,
  { roles }: User,
  systems: ReadonlyMap<string, string>,
): PatientResource & { readonly meta: { readonly versionId: string } } {
  const names = may(roles, 'patient.read-names');
  const policy: PatientPolicy = { names, birthDate: names ? 'full' : 'none' };
  const shown = may(roles, 'patient.read-numbers') ? patient : { ...patient, id: null, domain: null };
  return { ...patientResource(id, shown, policy, systems, replacedBy), meta: { versionId } };
}
