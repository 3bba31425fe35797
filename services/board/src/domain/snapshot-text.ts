import type { ClockSync } from '@wardstream/events';
import type { EntryKind } from './board-entry.js';
import { formatEventId, type StreamPlace } from './event-id.js';

/** Everything open in a facility at one place of its stream, with the JSON of each kind already joined by commas. */
export interface SnapshotParts {
  readonly place: StreamPlace;
  readonly bodies: ReadonlyMap<EntryKind, string>;
}

const lists: readonly (readonly [string, EntryKind])[] = [
  ['beds', 'bed'],
  ['units', 'unit'],
  ['alerts', 'alert'],
  ['conflicts', 'conflict'],
  ['feeds', 'feed'],
  ['requests', 'request'],
  ['plans', 'plan'],
  ['encounters', 'encounter'],
  ['certainties', 'certainty'],
];

/** The part of a snapshot that is the same for every reader. */
export function snapshotBody({ bodies }: SnapshotParts): string {
  const parts = [`"facility":${bodies.get('facility') ?? 'null'}`];
  for (const [name, kind] of lists) parts.push(`"${name}":[${bodies.get(kind) ?? ''}]`);
  return parts.join(',');
}

/** A whole snapshot as JSON, with the facility's time at this moment. */
export function snapshotText(body: string, place: StreamPlace, sync: ClockSync): string {
  const head = { lastEventId: formatEventId(place), ...sync };
  return `${JSON.stringify(head).slice(0, -1)},${body}}`;
}
