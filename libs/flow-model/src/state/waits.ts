import type { BedRequestData, Place } from '@wardstream/events';
import { indexOf, locationOf } from './facility-index.js';
import type { FacilityView } from './facility-state.js';
import { earliest } from '../instants.js';

/**
 * When the wait for a bed began. From the ED: the earliest evidence of the decision to admit. An elective patient who is
 * not here yet does not wait: null. Everyone else: from the request on.
 */
export function waitSince(request: BedRequestData): string | null {
  switch (request.source) {
    case 'ED':
      return earliest(request.decisionToAdmitAt, request.requestedAt);
    case 'Elective':
      return request.from === null ? null : (request.readyToMoveAt ?? request.requestedAt);
    case 'Theatre':
    case 'Move':
    case 'Hospital':
    case 'Direct':
      return request.requestedAt;
  }
}

const words = { beds: 'bed', bays: 'bay', slots: 'slot' } as const;

/** A place as people say it: 'ED bay 12', 'ICU bed 3'; what the sender wrote where the facility knows no such place. */
export function placeInWords(view: FacilityView, place: Place): string {
  const unit = place.unit === null ? undefined : indexOf(view).units.get(place.unit);
  if (unit !== undefined && place.bed !== null) return `${unit.id} ${words[unit.placesAre]} ${place.bed}`;
  return place.asSent ?? place.unit ?? 'unknown place';
}

/** Where the patient of a request waits, in words: the bed they are in, else what the request says, else its source. */
export function originInWords(view: FacilityView, request: BedRequestData): string {
  const bed = indexOf(view).bedOf.get(request.encounterId);
  if (bed !== undefined) {
    return placeInWords(view, { unit: bed.unit, room: bed.room, bed: bed.bed, bedId: bed.id });
  }
  const place = locationOf(view, request.encounterId) ?? request.from;
  return place === null ? request.source : placeInWords(view, place);
}
