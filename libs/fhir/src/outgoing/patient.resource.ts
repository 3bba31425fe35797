import type { MovementFact } from '@wardstream/events';
import type { OutIdentifier, PatientResource } from '../r4/resources.js';
import { identifierSystems } from '../r4/systems.js';
import { identifierType } from '../incoming/identifiers.js';
import { type DomainSystems, systemOf } from './domain-systems.js';
import { fhirText } from './text.js';

/** How much of a patient is told. The least is the identifier and the gender. */
export interface PatientPolicy {
  /** Names only where the reader asked for them and may have them. */
  readonly names: boolean;
  /** `none`, the year alone, or as it is known. */
  readonly birthDate: 'none' | 'year' | 'full';
}

export const leastOfPatient: PatientPolicy = { names: false, birthDate: 'none' };

/** A Patient with no more than the policy lets out. `replacedBy`: the id of the patient whom this one was merged into. */
export function patientResource(
  id: string,
  patient: MovementFact['patient'],
  policy: PatientPolicy = leastOfPatient,
  systemsOfDomains: DomainSystems = new Map(),
  replacedBy: string | null = null,
): PatientResource {
  const { birthDate, sex } = patient;
  const [family, given] = [fhirText(patient.family), fhirText(patient.given)];
  const identifier = identifierOf(patient, systemsOfDomains);
  const named = policy.names && (family !== null || given !== null);
  const born = policy.birthDate === 'none' ? null : policy.birthDate === 'year' ? birthDate?.slice(0, 4) : birthDate;
  return {
    resourceType: 'Patient',
    id,
    ...(identifier === null ? {} : { identifier: [identifier] }),
    ...(replacedBy === null ? {} : { active: false }),
    ...(named ? { name: [{ ...(family && { family }), ...(given && { given: [given] }) }] } : {}),
    gender: sex,
    ...(born ? { birthDate: born } : {}),
    ...(replacedBy === null ? {} : { link: [{ other: { reference: `Patient/${replacedBy}` }, type: 'replaced-by' }] }),
  };
}

/** A logical id is no number that a person would know a patient by. */
function identifierOf(patient: MovementFact['patient'], systems: DomainSystems): OutIdentifier | null {
  const { domain } = patient;
  const id = fhirText(patient.id);
  if (id === null || domain === identifierSystems.logicalId) return null;
  const system = systemOf(domain, systems);
  return { type: identifierType('MR'), ...(system === null ? {} : { system }), value: id };
}
