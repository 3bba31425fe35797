import type { MovementFact } from '@wardstream/events';
import { type FieldLocation, type Hl7Fault, fault } from '../message/fault.js';

/** Longer than any identifier, code or name that is one; what is longer can be no key, and no board could show it. */
const MOST_CHARACTERS = 200;

/**
 * A fact whose values can be kept and searched by. An identifier or a place of PV1-3 that is too long is an error at its field, for
 * nothing else says whom or where; another value costs its own meaning, with a warning. `group`: which PID and PV1 it is of.
 */
export function withinLengths(
  fact: MovementFact,
  group: number,
  errors: Hl7Fault[],
  warnings: Hl7Fault[],
): MovementFact {
  const wrong = (location: FieldLocation, to: Hl7Fault[]): void => {
    const name = `${location.segment}-${location.field ?? 1}`;
    const text = `${name} holds more than ${MOST_CHARACTERS} characters in one value`;
    if (!to.some((f) => f.text === text)) to.push(fault(location, 102, text, to === errors ? 'E' : 'W'));
  };
  const at = (segment: string, field: number): FieldLocation => ({ segment, occurrence: group, field });
  const needed: [unknown, FieldLocation][] = [
    [fact.visit, at('PV1', 19)],
    [[fact.patient.id, fact.patient.domain], at('PID', 3)],
    [fact.location, at('PV1', 3)],
    [fact.movement, { segment: 'ZBE', field: 1 }],
    [fact.retires, { segment: 'MRG', occurrence: group, field: 1 }],
  ];
  for (const [value, location] of needed) if (isTooLong(value)) wrong(location, errors);
  const kept = <T>(value: T, location: FieldLocation): T | null => {
    if (!isTooLong(value)) return value;
    wrong(location, warnings);
    return null;
  };
  return {
    ...fact,
    patient: {
      ...fact.patient,
      family: kept(fact.patient.family, at('PID', 5)),
      given: kept(fact.patient.given, at('PID', 5)),
    },
    class: kept(fact.class, at('PV1', 2)),
    specialty: kept(fact.specialty, at('PV1', 10)),
    priorLocation: kept(fact.priorLocation, at('PV1', 6)),
    pendingLocation: kept(fact.pendingLocation, at('PV1', 42)),
    temporaryLocation: kept(fact.temporaryLocation, at('PV1', 11)),
  };
}

/** Whether a text, or one among the values of an object, is too long. */
function isTooLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > MOST_CHARACTERS;
  return typeof value === 'object' && value !== null && Object.values(value).some(isTooLong);
}
