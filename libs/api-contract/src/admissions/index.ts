export * from './destinations.js';
export * from './encounters.js';
export * from './events.js';
export * from './messages.js';
export * from './patients.js';
export * from './senders.js';
