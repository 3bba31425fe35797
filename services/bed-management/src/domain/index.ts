/** The pure core of bed-management: what the facts of a bed amount to. For whoever must come to the same result from the same facts. */
export { changesFrom, holdDiffersFrom, staysDifferFrom } from './bed-changes.js';
export type { BedFact, BedSetup, StayInBed } from './bed-facts.js';
export { bedView, historyOf } from './bed-view.js';
export { encountersIn } from './carry.js';
export { deriveBed, type DerivedBed } from './derive-bed.js';
export { leavesOfStay } from './leaves-of-stay.js';
export { type PlannedHold, plannedHolds } from './planned-holds.js';
