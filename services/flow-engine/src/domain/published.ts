import type { UnitOccupancyData } from '@wardstream/events';
import type { Bottleneck } from '@wardstream/flow-model';

/** What was published of one facility last. Changed only by a write that committed. */
export interface Published {
  /** Number of the facility's latest change in rows; 0 before the first. */
  seq: number;
  /** Each unit's figures, by unit. */
  readonly units: Map<string, UnitOccupancyData>;
  /** The active ones, by id. */
  readonly bottlenecks: Map<string, Bottleneck>;
}

export function nothingPublished(): Published {
  return { seq: 0, units: new Map(), bottlenecks: new Map() };
}
