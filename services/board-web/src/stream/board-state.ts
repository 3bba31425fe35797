import type { BoardStreamEvents } from '@wardstream/api-contract';
import { boardEntities, type ListedKind, listedKinds, type ViewOf } from '@wardstream/api-contract/board-entities';
import type { FacilityData } from '@wardstream/events';

/** Of each kind what is open, by the id that its kind goes by. */
export type BoardMaps = {
  readonly [K in ListedKind as (typeof boardEntities)[K]['list']]: ReadonlyMap<string, ViewOf<K>>;
};

/** Everything the board knows of one facility. Replaced, never changed in place: a map keeps its identity until it changes. */
export interface BoardState extends BoardMaps {
  /** False until the first snapshot. */
  readonly ready: boolean;
  /** As configured, with beds that are not listed any more and that somebody is in. */
  readonly facility: FacilityData | null;
  /** As it was told. */
  readonly configured: FacilityData | null;
}

/** A map for each list of a snapshot. */
export function mapsOf(mapOf: (kind: ListedKind) => ReadonlyMap<string, unknown>): BoardMaps {
  return Object.fromEntries(listedKinds.map((kind) => [boardEntities[kind].list, mapOf(kind)])) as unknown as BoardMaps;
}

export const emptyBoard: BoardState = {
  ready: false,
  facility: null,
  configured: null,
  ...mapsOf(() => new Map()),
};

/** One event of the stream, its data parsed. `clock` is not state; the store takes it. */
export type BoardMessage = {
  [K in Exclude<keyof BoardStreamEvents, 'clock'>]: { readonly type: K; readonly data: BoardStreamEvents[K] };
}[Exclude<keyof BoardStreamEvents, 'clock'>];

/** What messages are called; whatever else a newer server says is passed over. */
export const messageTypes: ReadonlySet<string> = new Set(['snapshot', 'facility', ...listedKinds]);
