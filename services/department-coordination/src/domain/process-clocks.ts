import type { BedRequestClock } from '@wardstream/api-contract';
import type { BedRequestData } from '@wardstream/events';

type Moments = Pick<
  BedRequestData,
  | 'status'
  | 'source'
  | 'targetMinutes'
  | 'decisionToAdmitAt'
  | 'requestedAt'
  | 'assignedAt'
  | 'bedCleanAt'
  | 'readyToMoveAt'
  | 'occupiedAt'
  | 'cancelledAt'
>;

/**
 * The clocks of a bed request that have begun. Definitions and targets as TeleTracking publishes them: request to assign 15
 * minutes; occupied timer, from the last of ready to move, bed assigned and bed clean to occupied, 30; total, request to
 * occupied, the unit's own target. Boarding, for patients of the ED: decision to admit to occupied, four hours (Joint
 * Commission LD.04.03.11).
 */
export function processClocks(request: Moments): BedRequestClock[] {
  const { requestedAt, assignedAt, bedCleanAt, readyToMoveAt, occupiedAt, cancelledAt } = request;
  const end = occupiedAt ?? cancelledAt;
  const clocks = [clock('request-to-assign', requestedAt, assignedAt ?? end, 15)];
  if (readyToMoveAt !== null && assignedAt !== null && bedCleanAt !== null) {
    const ready = [readyToMoveAt, assignedAt, bedCleanAt].sort().at(-1)!;
    clocks.push(clock('occupied', ready, end, 30));
  }
  clocks.push(clock('total', requestedAt, end, request.targetMinutes));
  if (request.source === 'ED') clocks.push(clock('boarding', request.decisionToAdmitAt ?? requestedAt, end, 240));
  return clocks;
}

function clock(name: BedRequestClock['name'], from: string, to: string | null, targetMinutes: number): BedRequestClock {
  const minutes = to === null ? null : Math.round((Date.parse(to) - Date.parse(from)) / 6_000) / 10;
  const valid = minutes === null || minutes >= 0;
  return { name, from, to, minutes: valid ? minutes : null, targetMinutes, valid };
}
