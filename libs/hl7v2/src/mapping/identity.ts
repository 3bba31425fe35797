import type { MovementFact } from '@wardstream/events';
import type { Segment } from '../message/message.js';
import { parseBirthDate } from '../message/timestamp.js';

/** A number with the authority that gave it. */
export interface Identifier {
  readonly number: string;
  readonly domain: string | null;
}

/** An identifier (CX) with its assigning authority: the namespace, else the universal id. */
export function identifier(segment: Segment, field: number, repetition = 1): Identifier | null {
  const number = segment.value(field, 1, 1, repetition);
  if (number === '') return null;
  return {
    number,
    domain: segment.value(field, 4, 1, repetition) || segment.value(field, 4, 2, repetition) || null,
  };
}

/** The visit: PV1-19, else PV1-50, else PID-18 (docs/encounter-rules.md no. 2). */
export function visitOf(pid: Segment | undefined, pv1: Segment | undefined): MovementFact['visit'] {
  return (
    (pv1 && (identifier(pv1, 19) ?? identifier(pv1, 50))) ?? (pid === undefined ? null : identifier(pid, 18)) ?? null
  );
}

/** PID-3: the repetition that is a medical record number, else the first that is not empty. */
function patientIdOf(pid: Segment): Identifier | null {
  let first: Identifier | null = null;
  for (let repetition = 1; repetition <= pid.repetitions(3); repetition += 1) {
    const id = identifier(pid, 3, repetition);
    if (id === null) continue;
    if (['MR', 'MRN'].includes(pid.value(3, 5, 1, repetition))) return id;
    first ??= id;
  }
  return first;
}

export function patientOf(pid: Segment | undefined): MovementFact['patient'] {
  if (pid === undefined) {
    return { id: null, domain: null, family: null, given: null, birthDate: null, sex: 'unknown' };
  }
  const id = patientIdOf(pid);
  return {
    id: id?.number ?? null,
    domain: id?.domain ?? null,
    family: pid.value(5, 1) || null,
    given: pid.value(5, 2) || null,
    birthDate: parseBirthDate(pid.value(7)),
    sex: sexOf(pid.value(8)),
  };
}

/** HL7 table 0001, by its first letter. */
function sexOf(code: string): MovementFact['patient']['sex'] {
  switch (code.charAt(0).toUpperCase()) {
    case 'F':
      return 'female';
    case 'M':
      return 'male';
    case 'O':
    case 'A':
      return 'other';
    default:
      return 'unknown';
  }
}
