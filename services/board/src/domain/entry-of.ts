import { eventCatalogue, type AnyEventDefinition, type EventEnvelope } from '@wardstream/events';
import { entryAs, entryKinds, knownOf, type BoardEntry, type EntryKind } from './board-entry.js';

const kindByType = new Map<string, EntryKind>(
  entryKinds.flatMap((kind) => knownOf(kind).events.map((type) => [type, kind] as const)),
);

/** Everything people see. */
export const boardEvents: readonly AnyEventDefinition[] = eventCatalogue.filter(({ type }) => kindByType.has(type));

/** Its topics, in the order in which a place of a stream tells of them. */
export const boardTopics: readonly string[] = [...new Set(boardEvents.map(({ topic }) => topic))].sort();

/** What an event shows. Throws for one that the board takes no notice of. */
export function entryOf(event: EventEnvelope): BoardEntry {
  const kind = kindByType.get(event.type);
  if (kind === undefined) throw new Error(`The board shows nothing of ${event.type}`);
  return entryAs(kind, event);
}
