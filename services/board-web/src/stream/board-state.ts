import type {
  AlertData,
  BedRequestData,
  BedView,
  BoardStreamEvents,
  CertaintyView,
  ConflictData,
  DischargePlanData,
  EncounterView,
  FacilityData,
  FeedView,
  UnitOccupancyData,
} from '@wardstream/events';

/** Everything the board knows of one facility. Replaced, never changed in place: a map keeps its identity until it changes. */
export interface BoardState {
  /** False until the first snapshot. */
  readonly ready: boolean;
  /** As configured, with beds that are not listed any more and that somebody is in. */
  readonly facility: FacilityData | null;
  /** As it was told. */
  readonly configured: FacilityData | null;
  readonly beds: ReadonlyMap<string, BedView>;
  readonly units: ReadonlyMap<string, UnitOccupancyData>;
  readonly alerts: ReadonlyMap<string, AlertData>;
  readonly conflicts: ReadonlyMap<string, ConflictData>;
  readonly feeds: ReadonlyMap<string, FeedView>;
  readonly requests: ReadonlyMap<string, BedRequestData>;
  /** By encounter id. */
  readonly plans: ReadonlyMap<string, DischargePlanData>;
  /** By encounter id. */
  readonly encounters: ReadonlyMap<string, EncounterView>;
  /** By the service that cannot apply what it was told. */
  readonly certainties: ReadonlyMap<string, CertaintyView>;
}

export const emptyBoard: BoardState = {
  ready: false,
  facility: null,
  configured: null,
  beds: new Map(),
  units: new Map(),
  alerts: new Map(),
  conflicts: new Map(),
  feeds: new Map(),
  requests: new Map(),
  plans: new Map(),
  encounters: new Map(),
  certainties: new Map(),
};

/** One event of the stream, its data parsed. `clock` is not state; the store takes it. */
export type BoardMessage = {
  [K in Exclude<keyof BoardStreamEvents, 'clock'>]: { readonly type: K; readonly data: BoardStreamEvents[K] };
}[Exclude<keyof BoardStreamEvents, 'clock'>];
