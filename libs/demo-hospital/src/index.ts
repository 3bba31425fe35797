export * from './feed/demo-feed.js';
export type { FeedLog } from './feed/feed-log.js';
export * from './feed/mllp-sender.js';
export * from './hl7/adt-message.js';
export * from './simulation/acts.js';
export * from './simulation/local-time.js';
export * from './simulation/simulate.js';
export { allStaff, type StaffMember } from './staff/people.js';
export { startStaff } from './staff/staff.js';
