import { encounterPeriod, type LocationKey, outgoingClass } from '@wardstream/fhir';
import type { DerivedEncounter } from '@wardstream/encounter-model';

/** By what encounters are searched for, as it is stored beside their view. Instants compare by their text. */
export interface SearchTerms {
  /** As it goes out. */
  readonly class: string | null;
  /** '' of a period whose beginning is not known; null of an encounter that has no period: no date finds it. */
  readonly periodStart: string | null;
  /** '~', after all instants, of a period without an end. */
  readonly periodEnd: string | null;
  /** Where the patient is, was or is planned to be: each unit, room and bed. */
  readonly places: readonly string[];
}

export function searchTermsOf(facility: string, encounter: Omit<DerivedEncounter, 'conflicts'>): SearchTerms {
  const period = encounterPeriod(encounter);
  const plans = encounter.pendings.filter(({ kind }) => kind !== 'discharge');
  const places = [...encounter.stays, ...plans].flatMap(({ place }) => {
    if (place === null) return [];
    const { unit, room, bedId } = place;
    return [
      ...(unit === null ? [] : [placeTerm(facility, 'ward', unit)]),
      ...(unit === null || room === null ? [] : [placeTerm(facility, 'room', unit, room)]),
      ...(bedId === null ? [] : [placeTerm(facility, 'bed', bedId)]),
    ];
  });
  return {
    class: outgoingClass(encounter.class, encounter.stays),
    periodStart: period === null ? null : (period.start ?? ''),
    periodEnd: period === null ? null : (period.end ?? '~'),
    places: [...new Set(places)].sort(),
  };
}

/** The term of a Location other than a site. */
export function placeTermOf(facility: string, { kind, unit, room, bedId }: LocationKey): string {
  const codes = { site: [], ward: [unit], room: [unit, room], bed: [bedId] }[kind];
  return placeTerm(facility, kind, ...codes.map((code) => code ?? ''));
}

function placeTerm(facility: string, kind: LocationKey['kind'], ...codes: string[]): string {
  return `${kind} ${[facility, ...codes].join('\u001f')}`;
}
