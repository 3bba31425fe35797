import type { BedData, BedState } from '@wardstream/events';
import type { EndedHold, BedCopy, HoldCopy } from './copies.js';

const clean = new Set<BedState>(['available', 'reserved']);
const unclean = new Set<BedState>(['dirty', 'cleaning']);

/**
 * What is to be known of a bed after it was derived anew. The event tells the part of its history that changed; when it was
 * ready last follows from the whole of it, so also from a cleaning that was over before the event was made.
 */
export function copyOfBed(data: BedData, before: BedCopy | undefined): BedCopy {
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
  const hold = holdOf(data);
  return {
    id: data.id,
    facility: data.facility,
    version: data.version,
    unit: data.unit,
    isClean: !unclean.has(data.state),
    cleanAt,
    hold,
    lastHold: endedHold(data, hold, before),
    occupants: data.occupants.map((o) => o.encounterId),
  };
}

function holdOf({ reservedFor: hold }: BedData): HoldCopy | null {
  if (hold === null) return null;
  const until = hold.until === null ? null : Date.parse(hold.until);
  return { encounterId: hold.encounterId, bedRequestId: hold.bedRequestId, since: Date.parse(hold.since), until };
}

/** What became of the hold before: a person's word and the clock end it at their time, everything else by what ended it. */
function endedHold({ cause }: BedData, hold: HoldCopy | null, before: BedCopy | undefined): EndedHold | null {
  const was = before?.hold ?? null;
  if (was === null) return before?.lastHold ?? null;
  const isSame = hold?.encounterId === was.encounterId && hold.bedRequestId === was.bedRequestId;
  if (isSame) return before?.lastHold ?? null;
  return { ...was, givenUpAt: cause.kind === 'released' ? Date.parse(cause.at) : (was.until ?? null) };
}
