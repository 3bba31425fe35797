import type { Place } from '@wardstream/events';
import { resolveCancels } from './cancels.js';
import { type ConflictSide, side } from './conflicts.js';
import type { Directory } from './directory.js';
import type { Ordered } from './event-order.js';
import { identifierKey } from './identify.js';
import { mergedVisits } from './merges.js';
import { gather, inRecordedOrder } from './movements.js';
import type { Movement } from './visit-history.js';
import { placeText } from './places.js';
import { deletionsOf, type PersonHistory } from './patient.js';
import { isPersonal, type MovementKind, type VisitFact } from './visit-fact.js';

/** The same visit number in another house, whose movements say by PV1-6.4 that the patient came from this one. */
export interface Elsewhere {
  readonly facility: string;
  readonly directory: Directory;
  /** All that was said of the visit there, under whatever number. */
  readonly facts: readonly VisitFact[];
  /** What is known there of its patients apart from it. */
  readonly persons: PersonHistory;
  readonly names: HouseNames;
}

/** Ids of the other houses that PV1-6.4 of a visit's messages names, by the name that is sent. */
export type HouseNames = ReadonlyMap<string, string>;

/** What is known of a visit beyond its own house. */
export interface Houses {
  readonly own: string;
  readonly names: HouseNames;
  readonly elsewhere: readonly Elsewhere[];
}

export const oneHouse: Houses = { own: '', names: new Map(), elsewhere: [] };

/** A movement in another house that took the patient out of this one. */
export interface Departure extends Ordered {
  readonly source: string;
  readonly at: string;
  readonly facility: string;
  /** Where in this house they are said to have left from. */
  readonly prior: Place | null;
  readonly to: Place | null;
}

/** Kinds by which a patient comes into a house. */
const coming: ReadonlySet<MovementKind> = new Set(['admit', 'register', 'to-inpatient', 'transfer', 'swap'] as const);

/** Kinds that tell of a patient in this house by the place they say; what admits or registers begins a stay in any case. */
export const comesBack: ReadonlySet<MovementKind> = new Set(['transfer', 'swap', 'to-outpatient', 'return'] as const);

/**
 * Which movements in other houses took the patient out of this one: they happened, PV1-6.4 names this house, and visit number, authority and
 * patient are the same. That a number is the same says nothing: two houses may number alike. `facts`: those of the visit in this house.
 */
export function departuresTo(houses: Houses, facts: readonly VisitFact[], directory: Directory): Departure[] {
  if (houses.elsewhere.length === 0) return [];
  const patients = new Set(facts.flatMap(patientsOf));
  return houses.elsewhere.flatMap(({ facility, facts: told, persons, directory: there, names }) => {
    const ofVisit = inRecordedOrder(told.filter(({ fact }) => !isPersonal(fact)));
    const byId = new Map(ofVisit.map((f) => [f.id, f]));
    const statements = gather(inRecordedOrder([...ofVisit, ...deletionsOf(ofVisit, persons)]), there, names);
    const { cancelled } = resolveCancels(statements, mergedVisits(ofVisit));
    const isOfPatient = ({ statedBy }: Movement): boolean =>
      statedBy.some((id) => patientsOf(byId.get(id)!).some((key) => patients.has(key)));
    return statements.movements
      .filter((m) => coming.has(m.kind) && m.cameFrom?.house === houses.own && !cancelled.has(m.id) && isOfPatient(m))
      .map(({ id, source, at, recordedAt, sentAt, receivedAt, place, cameFrom }) => ({
        ...{ id, source, at, recordedAt, sentAt, receivedAt, facility, place: null, to: place },
        prior: directory.resolve(cameFrom!.place),
      }));
  });
}

export function sideOf(departure: Departure): ConflictSide {
  const { facility, prior, to } = departure;
  return side(departure, `left ${placeText(prior)} for ${placeText(to)} in ${facility}`);
}

function patientsOf({ fact: { patient } }: VisitFact): string[] {
  return patient.id === null ? [] : [identifierKey({ number: patient.id, domain: patient.domain })];
}
