import type { UnitOccupancyData } from '@wardstream/events';
import { emptyFacility, type Bottleneck, type FacilityState } from '@wardstream/flow-model';

/** Everything the engine knows of one facility after one committed change. Immutable. */
export interface FacilitySnapshot {
  /** Number of that change; grows by one with each. */
  readonly seq: number;
  readonly state: FacilityState;
  /** Each unit's figures as they were published last. */
  readonly published: ReadonlyMap<string, UnitOccupancyData>;
  /** The active ones, by id. */
  readonly bottlenecks: ReadonlyMap<string, Bottleneck>;
}

export function emptySnapshot(facility: string): FacilitySnapshot {
  return { seq: 0, state: emptyFacility(facility), published: new Map(), bottlenecks: new Map() };
}
