export * from './checks.js';
export * from './dead-letters.js';
export * from './deliveries.js';
export * from './health.js';
