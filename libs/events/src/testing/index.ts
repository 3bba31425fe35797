export * from './schema-places.js';
export * from './samples.js';
