export * from './data-source.js';
export * from './database-error.js';
export * from './json-texts.js';
export * from './migration.js';
export * from './unit-of-work.js';
export type { DataSource } from 'typeorm';
export { outliveErrors } from './preparing-client.js';
