import type { SentPlace } from '@wardstream/events';
import type { Identifier } from '../r4/datatypes.schema.js';
import { identifierSystems } from '../r4/systems.js';

type Parts = Pick<SentPlace, 'unit' | 'room' | 'bed'>;

/** `unit^room^bed` of a place that nobody here knows, as an identifier's value; `^` and `%` in a part are percent-encoded. */
export function sentPlaceText({ unit, room, bed }: Parts): string {
  return [unit, room, bed].map((part) => (part ?? '').replace(/[%^]/g, encodeURIComponent)).join('^');
}

/** The place of such an identifier, so that what went out comes back as it was; null for any other identifier. */
export function readSentPlace(identifier: Identifier | undefined): SentPlace | null {
  if (identifier?.system !== identifierSystems.sentPlace || identifier.value === undefined) return null;
  const [unit, room, bed] = identifier.value
    .split('^')
    .map((part) => part.replaceAll('%5E', '^').replaceAll('%25', '%').trim() || null);
  if (!unit && !room && !bed) return null;
  return { unit: unit ?? null, room: room ?? null, bed: bed ?? null, facility: null };
}
