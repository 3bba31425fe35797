/** The pure core of bed-management: what the facts of a bed amount to, and what may be decided about one. For whoever must come to the same result from the same facts. */
export { type BedChanges, changesFrom, holdDiffersFrom, holdOver, staysDifferFrom } from './bed-changes.js';
export {
  checkCleaning,
  checkUse,
  decideHold,
  type HoldRequest,
  standsAlready,
  type UseCommand,
} from './bed-decisions.js';
export type { BedFact, BedSetup, FactContent, Hold, JobKind, JobPriority, StayInBed } from './bed-facts.js';
export {
  type BedDefinition,
  bedView,
  type BedView,
  type CleaningTargets,
  historyOf,
  type Person,
  segmentsOf,
  unknownPatient,
} from './bed-view.js';
export { type BedFoldState, type Claim, type Conflict, encountersIn, holdsByVisit, type Job } from './fold-state.js';
export { shownAs } from './certainty.js';
export { type ClosingRequest, decideClosing, decideReopening } from './conflict-decisions.js';
export { deriveBed, type DerivedBed, type Horizon } from './derive-bed.js';
export { leavesOfStay } from './leaves-of-stay.js';
export { type PlannedHold, plannedHolds, type PlanRules } from './planned-holds.js';
export {
  asPublished,
  fitInRoom,
  mismatchesOf,
  type PeopledBed,
  peopleIn,
  peopleInRoom,
  type PersonFit,
  type PersonInBed,
  type PersonInRoom,
  settingOf,
} from './room-fit.js';
export { endOf } from './visit-end.js';
export * from './dispatch.js';
