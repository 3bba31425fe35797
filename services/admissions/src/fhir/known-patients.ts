import { type PatientPolicy, patientResource, type PatientResource } from '@wardstream/fhir';
import { digest } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import type { Role, User } from '@wardstream/service-kit';
import { patientIdOf } from '../domain/identify.js';
import type { Patient } from '../domain/patient.js';
import { inRecordedOrder } from '../domain/movements.js';
import { factsOf } from '../persistence/encounter.rows.js';
import { patientOfEncounters } from '../persistence/fhir.rows.js';
import { survivorsOf } from '../persistence/identity.rows.js';
import { findPatientById } from './known-resources.js';
import { namesFor } from '../encounters/names-for.js';

/** A patient as all that is known of them says. */
export interface KnownPatient {
  readonly patient: Patient;
  /** The same for the same content, whoever reads how much of it. */
  readonly versionId: string;
  /** Id of the patient whom this one was merged into. */
  readonly replacedBy: string | null;
}

/** By the id of a Patient resource. `unplaced`: it was written, and its facility is not known here yet. */
export async function readKnownPatient(tx: Tx, id: string): Promise<KnownPatient | 'unplaced' | undefined> {
  const found = await findPatientById(tx, id);
  if (found === undefined) return undefined;
  if (found.facility === null) return 'unplaced';
  const key = patientIdOf(found.facility, found);
  const inVisits = await patientOfEncounters(tx, key);
  const apart = inRecordedOrder((await factsOf(tx, [key])).get(key)!);
  const replacedBy = (await survivorsOf(tx, [key])).get(key) ?? null;
  if (inVisits === undefined && apart.length === 0 && replacedBy === null) return undefined;
  const patient = asKnown(found, inVisits, apart.map(({ fact }) => fact.patient).reverse());
  const content = `${JSON.stringify(patient)}${replacedBy ?? ''}`;
  return { patient, versionId: digest(content).slice(0, 16), replacedBy };
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

/** Those who write patients must know them again; everybody else without names has no use for their numbers. */
const numbersFor: readonly Role[] = [...namesFor, 'department-system'];

/** As much of a patient as the reader may see: at the least that there is one, and the gender. */
export function patientView(
  id: string,
  { patient, versionId, replacedBy }: KnownPatient,
  { roles }: User,
  systems: ReadonlyMap<string, string>,
): PatientResource & { readonly meta: { readonly versionId: string } } {
  const may = (allowed: readonly Role[]): boolean => roles.some((role) => allowed.includes(role));
  const names = may(namesFor);
  const policy: PatientPolicy = { names, birthDate: names ? 'full' : 'none' };
  const shown = may(numbersFor) ? patient : { ...patient, id: null, domain: null };
  return { ...patientResource(id, shown, policy, systems, replacedBy), meta: { versionId } };
}
