import type { ClockSync } from '@wardstream/api-contract';
import { entityOf, listedKinds } from '@wardstream/api-contract/board-entities';
import type { EntryKind } from './board-entry.js';
import { formatPlace, type StreamPlace } from './stream-place.js';

/** Everything open in a facility at one place of its stream, with the JSON of each kind already joined by commas. */
export interface SnapshotParts {
  readonly place: StreamPlace;
  readonly bodies: ReadonlyMap<EntryKind, string>;
}

/** The part of a snapshot that is the same for every reader. */
export function snapshotBody({ bodies }: SnapshotParts): string {
  const parts = [`"facility":${bodies.get('facility') ?? 'null'}`];
  for (const kind of listedKinds) parts.push(`"${entityOf(kind).list}":[${bodies.get(kind) ?? ''}]`);
  return parts.join(',');
}

/** A whole snapshot as JSON, with the facility's time at this moment. */
export function snapshotText(body: string, place: StreamPlace, sync: ClockSync): string {
  const head = { lastEventId: formatPlace(place), ...sync };
  return `${JSON.stringify(head).slice(0, -1)},${body}}`;
}
