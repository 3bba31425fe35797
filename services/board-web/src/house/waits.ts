import type { BedRequestData } from '@wardstream/events';
import { originInWords, waitSince } from '@wardstream/flow-model';
import { needWord, stateWord } from '../parts/words.js';
import { requestNeeds } from '../unit/request-needs.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { minutesSince } from '../time/duration.js';

export interface Wait {
  readonly request: BedRequestData;
  readonly minutes: number;
  readonly where: string;
  /** The unit asked for, or 'any unit'. */
  readonly to: string;
  readonly why: string;
}

/** Open requests, the one furthest over its target first. */
export function oldestWaits(state: BoardState, minute: number, limit: number): Wait[] {
  const view = facilityView(state);
  return [...state.requests.values()]
    .flatMap((request) => {
      const since = waitSince(request);
      return since === null ? [] : [{ request, minutes: minutesSince(since, minute) }];
    })
    .sort(
      (a, b) =>
        b.minutes / Math.max(b.request.targetMinutes, 1) - a.minutes / Math.max(a.request.targetMinutes, 1) ||
        a.request.id.localeCompare(b.request.id),
    )
    .slice(0, limit)
    .map(({ request, minutes }) => ({
      request,
      minutes,
      where: originInWords(view, request),
      to: request.toUnit ?? 'any unit',
      why: whyWaiting(state, request),
    }));
}

/** What stands between the patient and a bed, from facts alone: the bed it has, else what it needs and what there is. */
export function whyWaiting(state: BoardState, request: BedRequestData): string {
  if (request.assignedBedId !== null) {
    const bed = state.beds.get(request.assignedBedId);
    const move = request.readyToMove ? 'ready to move' : 'not ready to move yet';
    const ready = bed === undefined || bed.state === 'reserved' ? move : stateWord[bed.state].toLowerCase();
    return `${request.assignedBedId} assigned, ${ready}`;
  }
  const needs = requestNeeds(request).map((n) => needWord[n].toLowerCase().replace(' isolation', ''));
  const unit = request.toUnit === null ? undefined : state.units.get(request.toUnit);
  const there =
    unit === undefined
      ? ''
      : unit.available > 0
        ? `${unit.available} free on ${unit.unit}`
        : unit.cleaning > 0
          ? `none free, ${unit.cleaning} in cleaning`
          : unit.dirty > 0
            ? `none free, ${unit.dirty} dirty`
            : `none free, ${unit.confirmedOut} confirmed out`;
  return [needs.slice(0, 2).join(', '), there].filter((w) => w !== '').join('; ') || 'no bed yet';
}
