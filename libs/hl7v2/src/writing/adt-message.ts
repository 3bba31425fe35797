import type { FactKind, MovementFact, SentPlace } from '@wardstream/events';
import { identityTriggers } from '../mapping/identity-facts.js';
import { expectedFields, plannedKinds, triggerKinds } from '../mapping/triggers.js';
import { components, dtm, escaped, type Fields, segment, type WrittenHead, written } from './segments.js';

/** MSH-9.3 of version 2.5.1, where it is not named after the trigger itself. */
const structures: ReadonlyMap<string, string> = new Map(
  Object.entries({
    A01: ['A04', 'A08', 'A13', 'Z99'],
    A05: ['A14', 'A28', 'A31'],
    A06: ['A07'],
    A09: ['A10', 'A11'],
    A21: ['A22', 'A23', 'A25', 'A26', 'A27', 'A29', 'A32', 'A33'],
    A30: ['A34', 'A35', 'A36', 'A46', 'A47', 'A48', 'A49'],
    A39: ['A40', 'A41', 'A42'],
    A43: ['A44'],
    A50: ['A51'],
    A52: ['A53', 'A55'],
    A61: ['A62'],
  }).flatMap(([structure, triggers]) => triggers.map((trigger) => [trigger, structure] as const)),
);

const triggerOfKind: ReadonlyMap<FactKind, string> = new Map<FactKind, string>([
  ...[...triggerKinds].map(([trigger, kind]) => [kind, trigger] as const),
  // A swap is two facts in one message; one alone says where a patient went.
  ['swap', 'A02'],
  ['correct', 'Z99'],
  ['person', 'A31'],
  ['delete-person', 'A29'],
  ['merge-patient', 'A40'],
  ['merge-visit', 'A42'],
  ['move-visit', 'A45'],
]);

/** The facts of one message: one, or the two of a swap. */
type Stated = readonly [MovementFact, MovementFact?];

/**
 * The ADT messages that state these facts of one statement, in their order: the inverse of `toFacts`. Each fact is a message of its
 * own, but for the two of a swap, which are one A17, and for who the patient is where the next one says so as well. `head` gives
 * the header of the message with that index and trigger.
 */
export function adtMessages(
  facts: readonly MovementFact[],
  head: (index: number, trigger: string) => WrittenHead,
): { readonly trigger: string; readonly bytes: Buffer }[] {
  return statedTogether(facts).map((stated, i) => {
    const trigger = stated[1] === undefined ? triggerFor(stated[0]) : 'A17';
    return { trigger, bytes: adtMessage(stated, trigger, head(i, trigger)) };
  });
}

function statedTogether(facts: readonly MovementFact[]): Stated[] {
  const groups: Stated[] = [];
  for (let i = 0; i < facts.length; i += 1) {
    const [fact, next] = [facts[i]!, facts[i + 1]];
    if (next !== undefined && fact.kind === 'swap' && next.kind === 'swap' && fact.at === next.at) {
      groups.push([fact, next]);
      i += 1;
    } else if (fact.kind !== 'person' || !saysWho(next, fact)) groups.push([fact]);
  }
  return groups;
}

/** Whether a fact about identifiers of visits names the same patient, as read from one message. */
function saysWho(fact: MovementFact | undefined, person: MovementFact): boolean {
  if (fact?.kind !== 'merge-visit' && fact?.kind !== 'move-visit') return false;
  return JSON.stringify([fact.patient, fact.at]) === JSON.stringify([person.patient, person.at]);
}

function adtMessage([fact, other]: Stated, trigger: string, head: WrittenHead): Buffer {
  return written(head, trigger, `ADT_${structures.get(trigger) ?? trigger}`, [
    segment('EVN', { 1: trigger, 2: dtm(fact.recordedAt), 3: plannedFor(fact), 6: dtm(fact.at) }),
    ...groupOf(fact, trigger, 1),
    ...(other === undefined ? [] : groupOf(other, trigger, 2)),
  ]);
}

function groupOf(fact: MovementFact, trigger: string, number: number): string[] {
  const pv2 = pv2Of(fact);
  return [
    segment('PID', { 1: String(number), ...pidOf(fact) }),
    ...mrgOf(fact),
    ...(fact.visit === null && isOfPerson(fact) ? [] : [segment('PV1', { 1: String(number), ...pv1Of(fact) })]),
    ...(pv2 === null ? [] : [segment('PV2', pv2)]),
    ...(fact.movement === null ? [] : [segment('ZBE', zbeOf(fact, fact.movement, trigger))]),
  ];
}

/** The trigger a fact came with, if it says the same when it is read again; else the one of its kind. */
function triggerFor({ kind, trigger, movement }: MovementFact): string {
  const otherwise = triggerOfKind.get(kind)!;
  if (kind === 'swap') return otherwise;
  if (kind === 'person' || kind === 'delete-person' || kind === 'merge-patient') {
    const merges = kind === 'merge-patient' && identityTriggers.get(trigger)?.retires.join() === 'patient';
    return merges || (kind === 'person' && trigger === 'A28') ? trigger : otherwise;
  }
  const corrects = movement !== null && movement.action !== 'insert';
  if (trigger === 'Z99' || (trigger === 'A08' && corrects)) {
    const original = triggerKinds.get(movement?.originalTrigger ?? '');
    if (movement !== null && original === kind && original !== 'update') return trigger;
    return kind === 'correct' ? trigger : otherwise;
  }
  return triggerKinds.get(trigger) === kind ? trigger : otherwise;
}

function isOfPerson({ kind }: MovementFact): boolean {
  return kind === 'person' || kind === 'delete-person' || kind === 'merge-patient';
}

const sexes = { female: 'F', male: 'M', other: 'O', unknown: 'U' } as const;

function pidOf({ patient }: MovementFact): Fields {
  const { id, domain, family, given, birthDate, sex } = patient;
  return {
    3: id === null ? '' : components(id, null, null, domain, 'MR'),
    5: components(family, given),
    7: (birthDate ?? '').replaceAll('-', ''),
    8: sexes[sex],
  };
}

/** What takes whose place: MRG-1 of a patient, MRG-5 of a visit; the other of the two is as it was. */
function mrgOf({ kind, retires, patient, visit }: MovementFact): string[] {
  if (retires === null || retires === undefined) return [];
  const retired = components(retires.number, null, null, retires.domain);
  const ofPatient = patient.id === null ? '' : components(patient.id, null, null, patient.domain, 'MR');
  const ofVisit = visit === null ? '' : components(visit.number, null, null, visit.domain, 'VN');
  if (kind === 'merge-visit' || kind === 'to-inpatient' || kind === 'to-outpatient')
    return [segment('MRG', { 1: ofPatient, 5: retired })];
  return [segment('MRG', { 1: retired, 5: kind === 'move-visit' ? ofVisit : '' })];
}

function pv1Of(fact: MovementFact): Fields {
  const { visit, kind, at } = fact;
  return {
    2: escaped(fact.class),
    3: placeText(fact.location),
    6: placeText(fact.priorLocation),
    10: escaped(fact.specialty),
    11: placeText(fact.temporaryLocation),
    19: visit === null ? '' : components(visit.number, null, null, visit.domain, 'VN'),
    42: placeText(fact.pendingLocation),
    44: kind === 'admit' ? dtm(at) : '',
    45: kind === 'discharge' ? dtm(at) : '',
  };
}

/** A place as PL: unit, room, bed and facility. */
export function placeText(place: SentPlace | null): string {
  return place === null ? '' : components(place.unit, place.room, place.bed, place.facility);
}

/** EVN-3, of what PV2 has no field for. */
function plannedFor({ kind, expectedAt }: MovementFact): string {
  return expectedAt !== null && plannedKinds.has(kind) && !expectedFields.has(kind) ? dtm(expectedAt) : '';
}

function pv2Of({ kind, expectedAt, expectedDischargeAt }: MovementFact): Fields | null {
  if (expectedDischargeAt !== undefined) return { 9: expectedDischargeAt === null ? '""' : dtm(expectedDischargeAt) };
  const field = expectedFields.get(kind);
  return field === undefined || expectedAt === null ? null : { [field]: dtm(expectedAt) };
}

function zbeOf(fact: MovementFact, movement: NonNullable<MovementFact['movement']>, trigger: string): Fields {
  const { id, action, historic, originalTrigger } = movement;
  const parts = id.split('^');
  // An id of up to three parts is an EI of these; any other is one text.
  const isEi = parts.length <= 3 && parts.every((part) => part !== '' && part === part.trim() && part !== '""');
  return {
    1: isEi ? components(...parts) : escaped(id),
    2: dtm(fact.at),
    4: action.toUpperCase(),
    5: historic ? 'Y' : 'N',
    6: escaped(originalTrigger ?? (action === 'insert' || trigger === 'Z99' ? null : trigger)),
  };
}
