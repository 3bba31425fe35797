export * from './asyncapi.js';
export * from './cloud-event.js';
export * from './examples.js';
export { bedStatuses, patientClasses } from './fields.js';
export * from './inbound-topic.js';
export * from './inbound-types.js';
export * from './json-schema.js';
export * from './read-event.js';
