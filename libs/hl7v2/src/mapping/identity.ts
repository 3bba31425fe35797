import { isBirthDate, type MovementFact, type Receipt } from '@wardstream/events';
import { type Hl7Fault, fault } from '../message/fault.js';
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

/** Fields that may number a visit. */
export const visitFields = ['PV1-19', 'PV1-50', 'PID-18'] as const;
export type VisitField = (typeof visitFields)[number];

/** Which repetition of a list of identifiers (CX) counts: its type code (CX-5) and its authority, the preferred ones first. */
export interface IdentifierChoice {
  /** Any type where empty. */
  readonly types: readonly string[];
  /** Any authority where empty; as sent. */
  readonly authorities: readonly string[];
}

/** What counts of the identifiers that a message carries; the rules of docs/encounter-rules.md no. 2 where nothing is said. */
export interface IdentifierRules {
  readonly patient?: IdentifierChoice | undefined;
  /** In order of preference. */
  readonly visit?: readonly VisitField[] | undefined;
}

/** The visit: PV1-19, else PV1-50, else PID-18 (docs/encounter-rules.md no. 2), or what `rules` prefer. */
export function visitOf(
  pid: Segment | undefined,
  pv1: Segment | undefined,
  rules: IdentifierRules = {},
): MovementFact['visit'] {
  for (const field of rules.visit ?? visitFields) {
    const segment = field === 'PID-18' ? pid : pv1;
    const found =
      segment === undefined ? null : identifier(segment, field === 'PV1-19' ? 19 : field === 'PV1-50' ? 50 : 18);
    if (found !== null) return found;
  }
  return null;
}

const formerFields = { 'PV1-19': [5, 3], 'PV1-50': [6, 5, 3], 'PID-18': [3, 5] } as const;

/**
 * The former number of a visit that goes on under a new one (docs/encounter-rules.md no. 22): MRG-5 or MRG-3, of which the one counts
 * that is of the kind that numbers the visit now. Without an authority it has that of the visit. Null where nothing changed.
 */
export function formerVisitOf(
  mrg: Segment | undefined,
  pid: Segment | undefined,
  pv1: Segment | undefined,
  rules: IdentifierRules = {},
): MovementFact['visit'] {
  const visit = visitOf(pid, pv1, rules);
  if (mrg === undefined || visit === null) return null;
  const numbered = (rules.visit ?? visitFields).find((f) => visitOf(pid, pv1, { visit: [f] }) !== null);
  for (const field of formerFields[numbered ?? 'PV1-19']) {
    const former = identifier(mrg, field);
    if (former === null) continue;
    const domain = former.domain ?? visit.domain;
    return former.number === visit.number && domain === visit.domain ? null : { number: former.number, domain };
  }
  return null;
}

/**
 * Of the repetitions of a field the one that `choice` prefers; null where none fits. Without a choice the one that is a medical
 * record number, else the first that is not empty.
 */
export function chosenIdentifier(
  segment: Segment,
  field: number,
  choice: IdentifierChoice | undefined,
): Identifier | null {
  let best: Identifier | null = null;
  let least = Infinity;
  for (let repetition = 1; repetition <= segment.repetitions(field); repetition += 1) {
    const id = identifier(segment, field, repetition);
    if (id === null) continue;
    const type = segment.value(field, 5, 1, repetition);
    const rank =
      choice === undefined ? (type === 'MR' || type === 'MRN' ? 0 : 1) : rankIn(choice, type, id.domain ?? '');
    if (rank >= least) continue;
    least = rank;
    best = id;
  }
  return best;
}

/** 0 for the most preferred; Infinity for what does not fit. */
function rankIn({ types, authorities }: IdentifierChoice, type: string, authority: string): number {
  const [byType, byAuthority] = [types.indexOf(type), authorities.indexOf(authority)];
  if ((types.length > 0 && byType < 0) || (authorities.length > 0 && byAuthority < 0)) return Infinity;
  return Math.max(byType, 0) * (authorities.length + 1) + Math.max(byAuthority, 0);
}

/** PID-7 where it can be a date of birth, as seen when the message came; else null, with a warning. */
export function credibleBirth(
  patient: MovementFact['patient'],
  pid: Segment | undefined,
  occurrence: number,
  receipt: Receipt | undefined,
  warnings: Hl7Fault[],
): MovementFact['patient'] {
  const { birthDate } = patient;
  if ((pid?.value(7) ?? '') === '') return patient;
  if (birthDate !== null && (receipt === undefined || isBirthDate(birthDate, receipt.receivedAt))) return patient;
  warnings.push(fault({ segment: 'PID', occurrence, field: 7 }, 102, 'PID-7 is no date of birth that can be', 'W'));
  return { ...patient, birthDate: null };
}

export function patientOf(pid: Segment | undefined, rules: IdentifierRules = {}): MovementFact['patient'] {
  if (pid === undefined) {
    return { id: null, domain: null, family: null, given: null, birthDate: null, sex: 'unknown' };
  }
  const id = chosenIdentifier(pid, 3, rules.patient);
  const mother = identifier(pid, 21);
  return {
    id: id?.number ?? null,
    domain: id?.domain ?? null,
    family: pid.value(5, 1) || null,
    given: pid.value(5, 2) || null,
    birthDate: parseBirthDate(pid.value(7)),
    sex: sexOf(pid.value(8)),
    // Without an authority it has that of the newborn; null deletes, and names nobody.
    ...(mother === null || mother.number === '""'
      ? {}
      : { mother: { number: mother.number, domain: mother.domain ?? id?.domain ?? null } }),
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
