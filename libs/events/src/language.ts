/** The published language: one file for the events of each owner or kind. What is exported here as an event is in the catalogue, has its topic and its page in docs/events.md. */
export * from './admissions.events.js';
export * from './alerting.events.js';
export * from './audit.events.js';
export * from './bed-management.events.js';
export * from './conflict.events.js';
export * from './department-coordination.events.js';
export * from './feed.events.js';
export * from './flow-engine.events.js';
export * from './sender.events.js';
