export * from './beds.js';
export * from './commands.js';
export * from './housekeeping.js';
