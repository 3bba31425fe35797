import type { BedData, BedState } from '@wardstream/events';
import type { KnownBed } from './known.js';

const clean = new Set<BedState>(['available', 'reserved']);
const unclean = new Set<BedState>(['dirty', 'cleaning']);

/**
 * What is to be known of a bed after it was derived anew. The event tells the part of its history that changed; when it was
 * ready last follows from the whole of it, so also from a cleaning that was over before the event was made.
 */
export function knownBed(data: BedData, before: KnownBed | undefined): KnownBed {
  let cleanAt = before?.cleanAt ?? null;
  let wasClean = before?.isClean ?? false;
  const changedFrom = Date.parse(data.history.from);
  // A time of readiness that lies in the part that changed is told anew, if it still is one.
  if (cleanAt !== null && cleanAt >= changedFrom) {
    cleanAt = null;
    wasClean = false;
  }
  for (const segment of data.history.segments) {
    if (clean.has(segment.state)) {
      if (!wasClean) cleanAt = Date.parse(segment.from);
      wasClean = true;
    } else wasClean = unclean.has(segment.state) ? false : wasClean;
  }
  const { reservedFor: hold } = data;
  return {
    id: data.id,
    facility: data.facility,
    version: data.version,
    unit: data.unit,
    isClean: !unclean.has(data.state),
    cleanAt,
    hold: hold && { encounterId: hold.encounterId, bedRequestId: hold.bedRequestId, since: Date.parse(hold.since) },
    occupants: data.occupants.map((o) => o.encounterId),
  };
}
