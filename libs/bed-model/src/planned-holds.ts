import type { PlannedBed } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import type { Hold } from './bed-facts.js';

/** How long the bed of a plan is kept, milliseconds. */
export interface PlanRules {
  /** After the time at which the movement is expected. */
  readonly grace: number;
  /** After the announcement, where nothing says when the movement is expected. */
  readonly longest: number;
  /** A movement that is expected later than this keeps its bed only from so long before. */
  readonly lead: number;
}

/** A hold as a plan makes it. `endedAt` is when the plan was over, whatever became of the visit. */
export interface PlannedHold extends Hold {
  readonly bedId: string;
}

const dayMs = 24 * 3_600_000;

/**
 * The holds that follow from the beds planned for an encounter (docs/bed-rules.md): a function of the plans alone, so whatever came
 * late, twice or was withdrawn gives the same. A hold's id follows from the movement that announced the plan and from the bed.
 */
export function plannedHolds(
  encounterId: string,
  planned: readonly PlannedBed[],
  rules: PlanRules,
  timeZone: string,
): PlannedHold[] {
  return planned.map(({ movementId, bedId, kind, at, expectedAt, endedAt }) => {
    const announced = Date.parse(at);
    const expected = expectedAt === null ? null : Date.parse(expectedAt);
    const due = expected === null ? null : dueAt(expected, timeZone);
    const isToCome = due !== null && due > announced;
    const since = expected !== null && isToCome ? Math.max(announced, expected - rules.lead) : announced;
    return {
      id: deterministicId('planned-hold', encounterId, movementId, bedId),
      ...{ encounterId, bedId, kind: 'reservation', bedRequestId: null, plan: kind, expectedAt: expected, since },
      // An expected time that was over when it was announced says nothing.
      until: isToCome ? due + rules.grace : announced + rules.longest,
      begins: since > announced ? 'by-time' : 'when-told',
      releasedAt: null,
      endedAt: endedAt === null ? null : Date.parse(endedAt),
    };
  });
}

/** A time at midnight is a day: senders write dates without a time of day. It is over at the end of the day. */
function dueAt(expected: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return clock.format(expected) === '00:00:00' ? expected + dayMs : expected;
}
