export * from './adt.js';
export * from './client.js';
export * from './house.js';
export * from './mllp.js';
export * from './replay-check.js';
export * from './stream.js';
