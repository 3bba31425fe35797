import type { BedView } from './bed-view.js';

/** What the tile says of a bed that would be free while something told of it has not been applied. */
export const NOT_CERTAIN = 'Not certain';

/**
 * A bed as it is shown while something told of it has not been applied, since `since` (milliseconds; null: all is applied). What
 * would be free is blocked, for everyone who reads it: nobody is sent to a bed that may be taken. Any other state stays and is marked.
 */
export function shownAs(view: BedView, since: number | null): BedView {
  if (since === null) return view;
  const notCertainSince = new Date(since).toISOString();
  if (view.state !== 'available') return { ...view, notCertainSince };
  return {
    ...view,
    notCertainSince,
    state: 'blocked',
    since: notCertainSince,
    clocks: [{ name: 'blocked', since: notCertainSince, targetMinutes: null }],
    blocked: { reason: NOT_CERTAIN, note: null, since: notCertainSince, until: null },
  };
}
