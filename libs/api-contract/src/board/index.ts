export * from './conflicts.js';
export * from './me.js';
export * from './stream.js';
