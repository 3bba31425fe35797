export * from './canonical-text.js';
export * from './clock.js';
export * from './domain-error.js';
export * from './ids.js';
export * from './result.js';
