import type { OutCoding } from '../r4/resources.js';
import type { Coding } from '../r4/datatypes.schema.js';
import { fhirText } from '../outgoing/text.js';
import { systems } from '../r4/systems.js';

/** v3 ActCode (Encounter.class) as a class of table 0004, as PV1-2 says it. Observation and short stay keep their own code. */
const ofActCode: Readonly<Record<string, string>> = {
  IMP: 'I',
  ACUTE: 'I',
  NONAC: 'I',
  EMER: 'E',
  AMB: 'O',
  FLD: 'O',
  HH: 'O',
  VR: 'O',
  PRENC: 'P',
};

/** What table 0004 says as v3 ActCode, after the ConceptMap of the v2-to-FHIR guide; what it leaves out stays in table 0004. */
const actCodes: Readonly<Record<string, OutCoding>> = {
  I: { system: systems.actCode, code: 'IMP', display: 'inpatient encounter' },
  E: { system: systems.actCode, code: 'EMER', display: 'emergency' },
  O: { system: systems.actCode, code: 'AMB', display: 'ambulatory' },
  P: { system: systems.actCode, code: 'PRENC', display: 'pre-admission' },
  OBSENC: { system: systems.actCode, code: 'OBSENC', display: 'observation encounter' },
  SS: { system: systems.actCode, code: 'SS', display: 'short stay' },
};
const tableCodes = new Set(['R', 'B', 'C', 'N', 'U']);

const neverHold = new Set(['O', 'P', 'R', 'C', 'N']);

/** The class as PV1-2 would say it; a code of another system as sent (rule 7: local codes hold a bed); null if none is said. */
export function patientClassOf(coding: Coding): string | null {
  const code = coding.code?.trim() ?? '';
  if (code === '' || coding.system === systems.nullFlavor) return null;
  const known = coding.system === undefined || coding.system === systems.actCode;
  return (known ? ofActCode[code.toUpperCase()] : undefined) ?? code.toUpperCase();
}

/** Whether a patient of this class holds a bed as soon as one is named, and is admitted rather than registered (rule 7). */
export function isAdmitted(patientClass: string | null): boolean {
  return patientClass === null || (patientClass !== 'E' && !neverHold.has(patientClass));
}

/** Encounter.class of a class as PV1-2 says it. */
export function classCoding(sent: string | null): OutCoding {
  const patientClass = fhirText(sent);
  if (patientClass === null) return { system: systems.nullFlavor, code: 'UNK', display: 'unknown' };
  const known = actCodes[patientClass];
  if (known !== undefined) return known;
  return tableCodes.has(patientClass)
    ? { system: systems.patientClass, code: patientClass }
    : { system: systems.localClass, code: patientClass };
}
