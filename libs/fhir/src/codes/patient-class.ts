import type { OutCoding } from '../r4/resources.js';
import type { Coding } from '../r4/datatypes.schema.js';
import { fhirText } from '../outgoing/text.js';
import { systems } from '../r4/systems.js';

/** Who is seen and lies in no bed. No code as it is sent is written like this, and so O of table 0004 remains another class. */
const AMBULATORY = 'amb';

/** v3 ActCode (Encounter.class) as a class of table 0004, as PV1-2 says it. Observation and short stay keep their own code. */
const ofActCode: Readonly<Record<string, string>> = {
  IMP: 'I',
  ACUTE: 'I',
  NONAC: 'I',
  EMER: 'E',
  AMB: AMBULATORY,
  FLD: AMBULATORY,
  HH: AMBULATORY,
  VR: AMBULATORY,
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

const registeredOnly = new Set([AMBULATORY, 'E', 'O', 'P', 'R', 'C', 'N']);

/**
 * What class an Encounter says, to be compared and remembered; null if none is said. A code of another system is as sent (rule 7: local
 * codes hold a bed). `classOfFact` says it in the terms of PV1-2.
 */
export function patientClassOf(coding: Coding): string | null {
  const code = coding.code?.trim() ?? '';
  if (code === '' || coding.system === systems.nullFlavor) return null;
  const known = coding.system === undefined || coding.system === systems.actCode;
  return (known ? ofActCode[code.toUpperCase()] : undefined) ?? code.toUpperCase();
}

/** The class as PV1-2 would say it, and whether its patients lie in no bed although the code alone does not tell (rule 7). */
export function classOfFact(said: string | null): { readonly class: string | null; readonly inNoBed?: true } {
  return said === AMBULATORY ? { class: 'O', inNoBed: true } : { class: said };
}

const inNoBed = new Set([AMBULATORY, 'P', 'R', 'C', 'N']);

/** Whether a patient of this class lies in the bed that the Encounter names (rule 7). */
export function liesInBed(patientClass: string | null): boolean {
  return patientClass === null || !inNoBed.has(patientClass);
}

/** Whether a patient of this class is admitted rather than registered. */
export function isAdmitted(patientClass: string | null): boolean {
  return patientClass === null || !registeredOnly.has(patientClass);
}

/**
 * The class that goes out: an outpatient in a bed is under observation. As AMB, which lies in no bed, a client that writes back what
 * it read would take them out of it.
 */
export function outgoingClass(
  patientClass: string | null,
  stays: readonly { readonly holdsBed: boolean }[],
): string | null {
  return patientClass === 'O' && stays.at(-1)?.holdsBed === true ? 'OBSENC' : patientClass;
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
