import type { ConflictData, EncounterData, Place, Stay } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import type { Visit } from './one-visit.js';
import { placeKey, placeText, samePlace } from './places.js';
import type { VisitFact } from './visit-fact.js';

/** One patient, by the identifier they go by: all their visits are shown under it. */
export interface OnePatient {
  /** Id of that identifier. */
  readonly id: string;
  readonly facility: string;
  readonly number: string;
  readonly domain: string | null;
  /** Whether other identifiers were merged into it. */
  readonly isMerged: boolean;
}

/** A visit that is under way, with the stay that holds a bed for it. */
export interface HeldBed {
  readonly visit: Visit;
  readonly stay: Stay;
  /** What was said of the visit. */
  readonly facts: readonly VisitFact[];
}

export type Disagreement = Pick<
  ConflictData,
  'id' | 'kind' | 'severity' | 'facility' | 'subject' | 'unit' | 'facts' | 'likelyIn'
>;

const IN_TWO_BEDS = 'patient-in-two-beds';
const MERGED_IN_BEDS = 'merged-patients-both-in-beds';
const TWO_NUMBERS = 'visit-under-two-numbers';

/** Conflicts about one patient in several beds: a person may say which visit is over. */
export const bedConflictKinds: readonly string[] = [IN_TWO_BEDS, MERGED_IN_BEDS];
/** Conflicts about one visit under several numbers: a person may join them. */
export const numberConflictKinds: readonly string[] = [TWO_NUMBERS];

/** As many sides of a conflict are told; more than that are no question of one patient. */
export const MOST_SIDES = 20;

/** Every id that a conflict of the patient who goes by this identifier, or of their visits with these numbers, may have. */
export function patientConflictIds(id: string, numbers: Iterable<string>): string[] {
  return [
    deterministicId('conflict', id, IN_TWO_BEDS),
    deterministicId('conflict', id, MERGED_IN_BEDS),
    ...[...numbers].map((number) => deterministicId('conflict', id, TWO_NUMBERS, number)),
  ];
}

/** The stay that holds a bed now. */
export function openBed(stays: readonly Stay[]): Stay | undefined {
  return stays.find((s) => s.to === null && s.holdsBed);
}

/** Since when a visit that is under way holds the bed it holds; null where it holds none. */
export function bedSince(status: EncounterData['status'], stays: readonly Stay[]): string | null {
  return status === 'in-progress' || status === 'on-leave' ? (openBed(stays)?.from ?? null) : null;
}

/**
 * Rule 21: one person in two beds by visits that are under way. Both stand; where PV1-6 of one names the bed of another the
 * person is likely where that one says. A function of the visits, whatever order they became known in: of more than are told, of
 * those that hold their bed the longest. Null where they agree.
 */
export function inSeveralBeds(
  patient: Pick<OnePatient, 'id' | 'isMerged'>,
  held: readonly HeldBed[],
  resolve: (sent: VisitFact['fact']['location']) => Place | null,
): Disagreement | null {
  const beds = [...held].sort((a, b) => compareText(sortKey(a), sortKey(b))).slice(0, MOST_SIDES);
  if (new Set(beds.map(({ stay }) => placeKey(stay.place))).size < 2) return null;
  const facts: ConflictData['facts'] = beds.map(({ visit, stay }) => ({
    ...{ source: 'history', says: `in ${placeText(stay.place)}`, at: stay.from },
    ...{ recordedAt: null, receivedAt: null, encounterId: visit.encounterId },
  }));
  const likely = new Set<string>();
  for (const { visit, stay, facts: stated } of beds) {
    const others = beds.filter((o) => o.visit.encounterId !== visit.encounterId && o.stay.from <= stay.from);
    const [from] = stated
      .filter(({ fact }) => fact.at >= stay.from && others.some((o) => isIn(o, resolve(fact.priorLocation))))
      .sort((a, b) => compareText(a.fact.at + a.id, b.fact.at + b.id));
    if (from === undefined) continue;
    likely.add(visit.encounterId);
    const says = `came from ${placeText(resolve(from.fact.priorLocation))}, where the other visit is`;
    const { source, receivedAt, fact } = from;
    const when = { at: fact.at, recordedAt: fact.recordedAt, receivedAt };
    facts.push({ source, says, ...when, encounterId: visit.encounterId });
  }
  const kind = patient.isMerged ? MERGED_IN_BEDS : IN_TWO_BEDS;
  const { facility } = beds[0]!.visit;
  return {
    ...{ id: deterministicId('conflict', patient.id, kind), kind, severity: 'high', facility },
    ...{ subject: { type: 'encounter', id: beds[0]!.visit.encounterId }, unit: beds[0]!.stay.place.unit, facts },
    ...(likely.size === 1 ? { likelyIn: [...likely][0]! } : {}),
  };
}

/**
 * Rule 30: one number of one patient with and without authority, or with several forms of it: likely one visit. Those that were
 * joined are one, and are not among `visits` any more.
 */
export function underSeveralNumbers(patient: Pick<OnePatient, 'id'>, visits: readonly Visit[]): Disagreement[] {
  const byNumber = new Map<string, Visit[]>();
  for (const visit of visits) byNumber.set(visit.number, [...(byNumber.get(visit.number) ?? []), visit]);
  return [...byNumber].flatMap(([number, alike]): Disagreement[] => {
    if (alike.length < 2) return [];
    const sides = [...alike].sort((a, b) => compareText(authorityOf(a), authorityOf(b))).slice(0, MOST_SIDES);
    const { facility, encounterId } = sides[0]!;
    const facts = sides.map((visit) => ({
      ...{ source: 'history', says: `visit ${number} ${authorityOf(visit)}`, at: null },
      ...{ recordedAt: null, receivedAt: null, encounterId: visit.encounterId },
    }));
    const id = deterministicId('conflict', patient.id, TWO_NUMBERS, number);
    const subject = { type: 'encounter' as const, id: encounterId };
    return [{ id, kind: TWO_NUMBERS, severity: 'medium', facility, subject, unit: null, facts }];
  });
}

function authorityOf({ domain }: Visit): string {
  return domain === null || domain === '' ? 'without authority' : `of ${domain}`;
}

function isIn({ stay }: HeldBed, place: Place | null): boolean {
  return place !== null && samePlace(stay.place, place);
}

function sortKey({ stay, visit }: HeldBed): string {
  return `${stay.from} ${visit.encounterId}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
