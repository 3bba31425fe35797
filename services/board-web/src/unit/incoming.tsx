import type { BedRequestData, UnitConfiguration } from '@wardstream/events';
import { originInWords, waitSince } from '@wardstream/flow-model';
import { Needs, SexGlyph } from '../parts/bed-state.js';
import { Clock } from '../parts/duration.js';
import { counted, initialsShown } from '../parts/words.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { minutesSince } from '../time/duration.js';
import { requestNeeds } from './request-needs.js';

/** Open requests for a unit: those that ask for it and those that were given one of its beds. */
export function requestsForUnit(state: BoardState, unit: string): BedRequestData[] {
  return [...state.requests.values()].filter((r) => {
    const bed = r.assignedBedId === null ? undefined : state.beds.get(r.assignedBedId);
    return (bed?.unit ?? r.toUnit) === unit;
  });
}

/** Who is expected here, the longest wait first. */
export function Incoming({ unit, state, minute }: { unit: UnitConfiguration; state: BoardState; minute: number }) {
  const view = facilityView(state);
  const list = requestsForUnit(state, unit.id)
    .map((request) => ({ request, since: waitSince(request) }))
    .sort((a, b) => (a.since ?? '9').localeCompare(b.since ?? '9') || a.request.id.localeCompare(b.request.id));
  return (
    <section className="panel room incoming" aria-label="Coming in">
      <header>
        <h2>Coming in</h2>
        <span className="band">{counted(list.length, 'request')}</span>
      </header>
      {list.length === 0 ? (
        <p className="empty">
          <b>Nobody waits for a bed here</b>
          The next request appears here.
        </p>
      ) : (
        <ol>
          {list.map(({ request, since }) => (
            <li key={request.id}>
              <span>{originInWords(view, request)}</span>
              <span className="who">
                <b>{initialsShown(request.patient)}</b>
                <span className="dim">{request.patient.ageBand}</span>
                <SexGlyph sex={request.patient.sex} />
                <Needs list={requestNeeds(request)} />
                <span className="dim">{request.assignedBedId}</span>
              </span>
              {since === null ? (
                <span className="dim">not here yet</span>
              ) : (
                <Clock minutes={minutesSince(since, minute)} target={request.targetMinutes} />
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
