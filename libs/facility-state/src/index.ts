export { FollowedView, type FollowedViewOptions } from './followed-view.js';
export { followedViewMigration } from './lane-migration.js';
export { FactStream, type KnownFact } from './fact-stream.js';
export { Freshness, type Behind, type ReadLog } from './freshness.js';
export { Places, type LogPosition } from './places.js';
export type { LaneWrite, ViewFold } from './view-fold.js';
