import type { UnitOccupancyData } from '@wardstream/events';
import {
  evaluateBottlenecks,
  type BottleneckChange,
  type FacilityState,
  type QualityFacts,
  type RuleRegistry,
  type Scope,
} from '@wardstream/flow-model';
import { changedOccupancies } from '../domain/occupancy-changes.js';
import type { Published } from '../domain/published.js';

/** What is to be told of a facility beside what its facts changed. */
export interface Poll {
  /** What its rules on data are judged by. */
  readonly quality: QualityFacts;
  /** A new hour has begun: the trend of every unit is due. */
  readonly newHour: boolean;
  /** Silent feeds alone where the facility is not judged. */
  readonly scope: Scope;
  /** It is judged although what is known is not of the present: that has gone on for too long. */
  readonly despite: boolean;
  /** As of when it is judged, milliseconds of the facility's time; null for now. */
  readonly at: number | null;
}

/** What is to be told of one facility at one moment. */
export interface Judgment {
  readonly figures: readonly UnitOccupancyData[];
  readonly bottlenecks: readonly BottleneckChange[];
}

/**
 * What of a facility differs from what was told last: figures of the units given, of all where a new hour has begun, and the
 * bottlenecks if it was polled. Pure, and nothing once its own result was told.
 */
export function judge(
  state: FacilityState,
  published: Published,
  units: Iterable<string>,
  poll: Poll | null,
  rules: RuleRegistry,
  now: number,
): Judgment {
  const due = poll?.newHour === true ? new Set([...units, ...allUnits(state)]) : units;
  return {
    figures: changedOccupancies(state, due, published.units, now),
    bottlenecks:
      poll === null
        ? []
        : evaluateBottlenecks(published.bottlenecks, state, rules, poll.at ?? now, poll.quality, poll.scope),
  };
}

/** Units that the configuration has. */
export function allUnits({ configuration }: FacilityState): string[] {
  return configuration?.units.map((u) => u.id) ?? [];
}
