import { personDeletions } from './nulls.js';
import type { FactKind, MovementFact, Receipt } from '@wardstream/events';
import { type Hl7Fault, fault } from '../message/fault.js';
import type { Hl7Message, Segment } from '../message/message.js';
import { eventTimesOf, type TimeReading } from './event-time.js';
import { withinLengths } from './lengths.js';
import {
  chosenIdentifier,
  credibleBirth,
  identifier,
  type Identifier,
  type IdentifierRules,
  patientOf,
  visitOf,
} from './identity.js';

/** What a trigger of identifiers and persons does. */
interface IdentityRule {
  /** Identifiers that MRG retires: of a patient, an account, a visit, or the alternate of a visit. */
  readonly retires: readonly ('patient' | 'account' | 'visit' | 'alternate')[];
  /** Whether the visit becomes another patient's. */
  readonly moves?: boolean;
  /** Whether the message says nothing at all without what it retires. */
  readonly needsMrg?: boolean;
  readonly kind?: 'delete-person';
}

const merges = (...retires: IdentityRule['retires']): IdentityRule => ({ retires, needsMrg: true });
const renames = (...retires: IdentityRule['retires']): IdentityRule => ({ retires });
const statesPerson: IdentityRule = { retires: [] };

/** Triggers without any bed effect of their own. */
export const identityTriggers: ReadonlyMap<string, IdentityRule> = new Map([
  ['A18', merges('patient')],
  ['A24', statesPerson],
  ['A28', statesPerson],
  ['A29', { retires: [], kind: 'delete-person' }],
  ['A30', merges('patient')],
  ['A31', statesPerson],
  ['A34', merges('patient')],
  ['A35', merges('account')],
  ['A36', merges('patient', 'account')],
  ['A37', statesPerson],
  ['A39', merges('patient')],
  ['A40', merges('patient')],
  ['A41', merges('account')],
  ['A42', merges('visit')],
  ['A43', renames('patient')],
  ['A44', { retires: ['account'], moves: true }],
  ['A45', { retires: ['visit'], moves: true }],
  ['A46', statesPerson],
  ['A47', renames('patient')],
  ['A48', statesPerson],
  ['A49', renames('account')],
  ['A50', renames('visit')],
  ['A51', renames('alternate')],
  ['A60', statesPerson],
  ['A61', statesPerson],
  ['A62', statesPerson],
]);

const mrgFields = { patient: 1, account: 3, visit: 5, alternate: 6 } as const;
const survivorFields = { patient: 'PID-3', account: 'PID-18', visit: 'PV1-19', alternate: 'PV1-50' } as const;

export type IdentityMapping =
  | { readonly facts: MovementFact[]; readonly warnings: Hl7Fault[] }
  | { readonly errors: Hl7Fault[] }
  | { readonly ignored: string };

/**
 * The facts of a message about persons and identifiers: who a patient is, which identifier took the place of which. One of its
 * groups of PID, MRG and PV1 after another. An identifier in MRG without an authority has that of its survivor.
 */
export function identityFacts(
  message: Hl7Message,
  trigger: string,
  rule: IdentityRule,
  times: TimeReading,
  {
    identifiers = {},
    receipt,
  }: { readonly identifiers?: IdentifierRules | undefined; readonly receipt?: Receipt | undefined },
): IdentityMapping {
  const when = eventTimesOf(message, 'person', 1, times);
  const facts: MovementFact[] = [];
  const errors: Hl7Fault[] = when.ok ? [] : [...when.faults];
  const warnings: Hl7Fault[] = when.ok ? [...when.warnings] : [];
  for (const group of groupsOf(message)) {
    const { pid, occurrence } = group;
    const patient = credibleBirth(patientOf(pid, identifiers), pid, Math.max(1, occurrence.pid), receipt, warnings);
    const deletes = personDeletions(pid);
    const deleted = deletes.length === 0 ? {} : { deletes };
    const state = (kind: FactKind, more: Partial<MovementFact>): void => {
      if (!when.ok) return;
      const fact: MovementFact = { ...nothingMore, ...when.times, kind, trigger, patient, ...deleted, ...more };
      facts.push(withinLengths(fact, Math.max(1, occurrence.pid), errors, warnings));
    };
    if (patient.id !== null && !rule.retires.includes('patient')) state(rule.kind ?? 'person', {});
    const before = facts.length;
    for (const what of rule.retires) {
      const { retired, survivor } = identifiersOf(what, group, identifiers);
      if (rule.needsMrg === true && (retired === null || survivor === null)) {
        if (what === 'account' && rule.retires.length > 1) continue;
        errors.push(missing(what, group, retired === null));
      } else if (retired !== null && survivor !== null && !same(retired, survivor)) {
        if (what === 'patient') state('merge-patient', { retires: retired });
        else state('merge-visit', { visit: survivor, retires: retired });
      } else if (rule.moves !== true && retired !== null && survivor !== null) {
        warnings.push(mergedIntoItself(what, group));
      }
    }
    if (rule.moves === true) {
      const visit = visitOf(group.pid, group.pv1, identifiers);
      const former = group.mrg === undefined ? null : withDomain(formerPatient(group.mrg, identifiers), patient.domain);
      if (visit !== null) state('move-visit', { visit, retires: former });
    }
    if (facts.length === before && patient.id !== null && rule.retires.includes('patient')) state('person', {});
  }
  if (errors.length > 0) return { errors };
  return facts.length > 0 ? { facts, warnings } : { ignored: 'The message names no patient' };
}

const nothingMore = {
  visit: null,
  class: null,
  specialty: null,
  location: null,
  priorLocation: null,
  pendingLocation: null,
  temporaryLocation: null,
  expectedAt: null,
  movement: null,
} as const;

interface Group {
  readonly occurrence: { pid: number; mrg: number; pv1: number };
  readonly pid: Segment | undefined;
  readonly mrg: Segment | undefined;
  readonly pv1: Segment | undefined;
}

/** One group for each MRG, with the PID before it and the PV1 behind it; one for each PID where there is no MRG. */
function groupsOf(message: Hl7Message): Group[] {
  const groups: { pid: number; mrg: number; pv1: number }[] = [];
  const seen = { PID: 0, MRG: 0, PV1: 0 };
  const merging = message.segments('MRG').length > 0;
  for (const name of message.segmentNames) {
    if (name !== 'PID' && name !== 'MRG' && name !== 'PV1') continue;
    seen[name] += 1;
    if (name === (merging ? 'MRG' : 'PID')) groups.push({ pid: seen.PID, mrg: merging ? seen.MRG : 0, pv1: 0 });
    const current = groups.at(-1);
    if (name === 'PV1' && current !== undefined && current.pv1 === 0) current.pv1 = seen.PV1;
  }
  return groups.map((occurrence) => ({
    occurrence,
    pid: message.segment('PID', occurrence.pid),
    mrg: message.segment('MRG', occurrence.mrg),
    pv1: message.segment('PV1', occurrence.pv1),
  }));
}

function identifiersOf(
  what: IdentityRule['retires'][number],
  { pid, mrg, pv1 }: Group,
  rules: IdentifierRules,
): { retired: Identifier | null; survivor: Identifier | null } {
  const survivor = survivorOf(what, pid, pv1, rules);
  const sent =
    mrg === undefined ? null : what === 'patient' ? formerPatient(mrg, rules) : identifier(mrg, mrgFields[what]);
  return { retired: withDomain(sent, survivor?.domain ?? null), survivor };
}

function survivorOf(
  what: IdentityRule['retires'][number],
  pid: Segment | undefined,
  pv1: Segment | undefined,
  rules: IdentifierRules,
): Identifier | null {
  switch (what) {
    case 'patient': {
      const { id, domain } = patientOf(pid, rules);
      return id === null ? null : { number: id, domain };
    }
    case 'account':
      return pid === undefined ? null : identifier(pid, 18);
    case 'visit':
      return pv1 === undefined ? null : identifier(pv1, 19);
    case 'alternate':
      return pv1 === undefined ? null : identifier(pv1, 50);
  }
}

/** MRG-1 by the choice that counts for PID-3; MRG is often written with less, and then its first identifier counts. */
function formerPatient(mrg: Segment, { patient }: IdentifierRules): Identifier | null {
  return (
    (patient === undefined ? null : chosenIdentifier(mrg, mrgFields.patient, patient)) ??
    identifier(mrg, mrgFields.patient)
  );
}

function withDomain(sent: Identifier | null, domain: string | null): Identifier | null {
  return sent === null ? null : { number: sent.number, domain: sent.domain ?? domain };
}

function same(a: Identifier, b: Identifier): boolean {
  return a.number === b.number && a.domain === b.domain;
}

/** Nothing is retired by it: what the message says of the person still counts. */
function mergedIntoItself(what: IdentityRule['retires'][number], { occurrence }: Group): Hl7Fault {
  const field = mrgFields[what];
  const location = { segment: 'MRG', occurrence: Math.max(1, occurrence.mrg), field };
  return fault(location, 205, `MRG-${field} is the same as ${survivorFields[what]}: nothing is merged`, 'W');
}

function missing(what: IdentityRule['retires'][number], group: Group, ofMrg: boolean): Hl7Fault {
  const field = mrgFields[what];
  if (ofMrg) {
    const location = { segment: 'MRG', occurrence: Math.max(1, group.occurrence.mrg), field };
    return fault(location, 101, `MRG-${field} is empty: nothing says what is merged`);
  }
  const [segment, number] = survivorFields[what].split('-') as [string, string];
  const occurrence = Math.max(1, segment === 'PID' ? group.occurrence.pid : group.occurrence.pv1);
  const text = `${survivorFields[what]} is empty: nothing says what it is merged into`;
  return fault({ segment, occurrence, field: Number(number) }, 101, text);
}
