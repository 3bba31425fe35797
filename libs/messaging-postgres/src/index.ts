export { PostgresEventLog, type PostgresEventLogOptions } from './postgres-event-log.js';
export { logMigrations, logSchema } from './log-migrations.js';
