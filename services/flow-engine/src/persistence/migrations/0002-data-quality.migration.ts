import { defineMigration } from '@wardstream/persistence';

/**
 * What is known of the data itself. `quality_fact`: feeds as they were heard, senders as they were counted, conflicts; the
 * latest version of each. `invalid_clock`: finished steps that end before they begin, as long as their facts say so.
 * `ghost`: since when a bed or a visit is one, so that a restart does not begin anew. None of them belongs to the numbered
 * changes of a facility: feeds are heard far too often to lock it for them.
 */
export const dataQuality = defineMigration({
  name: '0002-data-quality',
  up: () => [
    `CREATE TABLE quality_fact (
       facility  text NOT NULL,
       kind      text NOT NULL,
       id        text NOT NULL,
       version   bigint NOT NULL,
       closed_at timestamptz,
       data      json NOT NULL,
       PRIMARY KEY (kind, facility, id)
     ) WITH (fillfactor = 70)`,
    'CREATE INDEX quality_fact_closed ON quality_fact (closed_at) WHERE closed_at IS NOT NULL',
    `CREATE TABLE invalid_clock (
       facility     text NOT NULL,
       subject_type text NOT NULL,
       subject_id   text NOT NULL,
       clock        text NOT NULL,
       found_at     timestamptz NOT NULL,
       data         json NOT NULL,
       PRIMARY KEY (facility, subject_type, subject_id, clock)
     )`,
    'CREATE INDEX invalid_clock_found ON invalid_clock (found_at)',
    `CREATE TABLE ghost (
       facility text NOT NULL,
       id       text NOT NULL,
       since    timestamptz NOT NULL,
       PRIMARY KEY (facility, id)
     )`,
  ],
});
