export * from './canonical-text.js';
export * from './clock.js';
export * from './domain-error.js';
export * from './grouping.js';
export * from './ids.js';
export * from './instants.js';
export * from './result.js';
export * from './storable-text.js';
