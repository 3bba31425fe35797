import type { MovementFact } from '@wardstream/events';
import { err, ok, type Result } from '@wardstream/kernel';
import type { FhirIssue } from '../outcome/issue.js';
import { readResource } from '../outcome/structure.js';
import type { Encounter } from '../r4/encounter.schema.js';
import { type Patient, patient as patientSchema } from '../r4/patient.schema.js';
import { type IdentifierDomains, patientIdOf } from './identifiers.js';
import type { Found } from './references.js';

type FactPatient = MovementFact['patient'];

/** Who the encounter is of. `found`: the Patient resource, if it came along. */
export function subjectOf(
  encounter: Encounter,
  found: Pick<Found, 'resource' | 'path'> | undefined,
  domains: IdentifierDomains,
): Result<FactPatient, readonly FhirIssue[]> {
  if (found === undefined) return ok(describe(null, encounter.subject, domains));
  const read = readResource(patientSchema, found.resource, found.path);
  return read.ok ? ok(describe(read.value, encounter.subject, domains)) : err(read.error);
}

/** A Patient as facts tell of one; for what is known of a patient outside any visit. */
export function readPatient(
  input: unknown,
  domains: IdentifierDomains,
  path = 'Patient',
): Result<FactPatient, readonly FhirIssue[]> {
  const read = readResource(patientSchema, input, path);
  return read.ok ? ok(describe(read.value, undefined, domains)) : err(read.error);
}

function describe(patient: Patient | null, subject: Encounter['subject'], domains: IdentifierDomains): FactPatient {
  const id = patientIdOf(patient, subject, domains);
  const names = (patient?.name ?? []).filter(({ family, given }) => family !== undefined || given !== undefined);
  const name =
    names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use === 'usual') ?? names[0] ?? {};
  return {
    id: id?.id ?? null,
    domain: id?.domain ?? null,
    family: name.family?.trim() || null,
    given: name.given?.[0]?.trim() || null,
    birthDate: patient?.birthDate ?? null,
    sex: patient?.gender ?? 'unknown',
  };
}
