import { defineMigration, type Migration } from '@wardstream/persistence';

/**
 * What a view that follows the log keeps beside its own rows. `view_replica`: who lives. `view_lane`: of each partition number of a log the
 * replica that writes for it, and how far what is written reaches; its row is locked in every write, so that a former holder writes
 * nothing. `view_redriven`: dead letters that were taken after all, until every replica has taken them.
 */
export const followedViewMigration: Migration = defineMigration({
  name: 'followed-view-0001',
  up: () => [
    `CREATE TABLE view_replica (
       id         uuid PRIMARY KEY,
       seen_until timestamptz NOT NULL
     ) WITH (fillfactor = 20)`,
    `CREATE TABLE view_lane (
       log       text NOT NULL,
       partition integer NOT NULL,
       holder    uuid,
       positions json NOT NULL DEFAULT '{}',
       PRIMARY KEY (log, partition)
     ) WITH (fillfactor = 20)`,
    `CREATE TABLE view_redriven (
       topic       text NOT NULL,
       partition   integer NOT NULL,
       "offset"    text NOT NULL,
       key         text NOT NULL,
       headers     json NOT NULL,
       value       text NOT NULL,
       redriven_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       PRIMARY KEY (topic, partition, "offset")
     )`,
  ],
});
