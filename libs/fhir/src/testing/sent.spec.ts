import type { MovementFact, SentPlace } from '@wardstream/events';
import { type EncounterMapping, encounterToFacts, type EncounterOptions } from '../incoming/encounter-to-facts.js';

/** 'hh:mm' of the day, or 'd hh:mm' of day d, as an instant. */
export function clock(text: string): string {
  const [day, time] = text.includes(' ') ? (text.split(' ') as [string, string]) : ['1', text];
  return `2026-03-${day.padStart(2, '0')}T${time}:00.000Z`;
}

/** An instant as 'hh:mm' where it is of the first day, else as it is. */
export function short(at: string | null): string {
  return at === null ? '' : at.replace(/^2026-03-01T(\d\d:\d\d):00\.000Z$/, '$1');
}

export interface LocationInput {
  /** '4A-1' is a bed, '4A' a unit. */
  readonly in: string;
  readonly status?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface EncounterInput {
  readonly status?: string;
  readonly class?: string;
  readonly from?: string;
  readonly to?: string;
  readonly at?: readonly LocationInput[];
  readonly statuses?: readonly (readonly [status: string, from: string, to?: string])[];
  readonly classes?: readonly (readonly [code: string, from?: string])[];
  readonly more?: Readonly<Record<string, unknown>>;
}

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

/** An Encounter of visit V1 of patient P1, with what is said of it. */
export function encounter(said: EncounterInput): Record<string, unknown> {
  const period = (from?: string, to?: string): object => ({
    period: { ...(from && { start: clock(from) }), ...(to && { end: clock(to) }) },
  });
  return {
    resourceType: 'Encounter',
    id: 'e1',
    identifier: [{ system: 'urn:ngh:visits', value: 'V1' }],
    status: said.status ?? 'in-progress',
    class: { system: actCode, code: said.class ?? 'IMP' },
    subject: { reference: 'Patient/p1' },
    ...(said.from || said.to ? period(said.from, said.to) : {}),
    ...(said.at && {
      location: said.at.map((l) => ({
        location: { reference: `Location/${l.in}` },
        ...(l.status && { status: l.status }),
        ...(l.from || l.to ? period(l.from, l.to) : {}),
      })),
    }),
    ...(said.statuses && { statusHistory: said.statuses.map(([status, f, t]) => ({ status, ...period(f, t) })) }),
    ...(said.classes && {
      classHistory: said.classes.map(([code, f]) => ({ class: { system: actCode, code }, ...period(f) })),
    }),
    ...said.more,
  };
}

/** References of the small house: `Location/4A-1` is bed 1 of room R1 in 4A. */
export function placeOf(reference: string): SentPlace | null {
  const m = /^Location\/(ED|4A|4B|ICU)(?:-(\d+))?$/.exec(reference);
  if (m === null) return null;
  return { unit: m[1]!, room: m[2] === undefined ? null : 'R1', bed: m[2] ?? null, facility: null };
}

export const options: EncounterOptions = {
  receivedAt: clock('20:00'),
  recorded: 'receipt',
  timeZone: 'Europe/London',
  placeOf,
  domains: new Map([['urn:ngh:visits', 'NGH']]),
};

export function mapped(
  said: unknown,
  more: Partial<EncounterOptions> = {},
): Extract<EncounterMapping, { kind: 'facts' }> {
  const mapping = encounterToFacts(said, undefined, { ...options, ...more });
  if (mapping.kind !== 'facts') throw new Error(JSON.stringify(mapping));
  return mapping;
}

/** '4A-1', '4A', or as written. */
export function placeText(place: SentPlace | null): string {
  if (place === null) return 'nowhere';
  return place.bed === null ? (place.unit ?? place.room ?? '?') : `${place.unit ?? ''}-${place.bed}`;
}

/** A fact in one line: kind, time ('?' where nobody said it), class, place, '<-' prior, '->' target, expected. */
export function line(fact: MovementFact): string {
  return [
    fact.kind + (fact.movement === null || fact.movement.action === 'insert' ? '' : `(${fact.movement.action})`),
    short(fact.at) + (fact.atFrom === 'given' ? '' : '?'),
    fact.class ?? '-',
    placeText(fact.location),
    ...(fact.priorLocation === null ? [] : [`<-${placeText(fact.priorLocation)}`]),
    ...(fact.pendingLocation === null ? [] : [`->${placeText(fact.pendingLocation)}`]),
    ...(fact.expectedAt === null ? [] : [`by ${short(fact.expectedAt)}`]),
  ].join(' ');
}

export function lines(facts: readonly MovementFact[]): string[] {
  return facts.map(line);
}
