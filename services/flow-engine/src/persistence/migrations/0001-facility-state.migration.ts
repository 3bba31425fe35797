import { defineMigration } from '@wardstream/persistence';

/**
 * `facility`: one row per facility; its lock orders every change of the facility's state, its `seq` numbers them.
 * `aggregate`: the state itself, one row per thing (configuration, bed, encounter, bed request, discharge plan, published
 * figures of a unit, bottleneck). This is the snapshot: a start reads the open rows and replays nothing. `seq` is the
 * change that wrote the row, so a process that is behind reads only what changed since.
 * `bed_segment`: the whole history of each bed, for questions about an earlier time.
 * `tick_lease`: which process runs the ticks, in real time.
 */
export const facilityState = defineMigration({
  name: '0001-facility-state',
  up: () => [
    `CREATE TABLE facility (
       id             text PRIMARY KEY,
       seq            bigint NOT NULL,
       latest_fact_at timestamptz
     ) WITH (fillfactor = 50)`,
    `CREATE TABLE aggregate (
       facility  text NOT NULL,
       kind      text NOT NULL,
       id        text NOT NULL,
       version   bigint NOT NULL,
       seq       bigint NOT NULL,
       opened_at timestamptz,
       closed_at timestamptz,
       data      json NOT NULL,
       PRIMARY KEY (facility, kind, id)
     ) WITH (fillfactor = 70)`,
    'CREATE INDEX aggregate_seq ON aggregate (facility, seq)',
    'CREATE INDEX aggregate_open ON aggregate (facility) WHERE closed_at IS NULL',
    'CREATE INDEX aggregate_closed ON aggregate (facility, kind, closed_at) WHERE closed_at IS NOT NULL',
    `CREATE TABLE bed_segment (
       facility      text NOT NULL,
       bed_id        text NOT NULL,
       from_at       timestamptz NOT NULL,
       to_at         timestamptz,
       state         text NOT NULL,
       encounter_ids json NOT NULL,
       PRIMARY KEY (facility, bed_id, from_at),
       CHECK (to_at > from_at)
     )`,
    'CREATE UNIQUE INDEX bed_segment_present ON bed_segment (facility, bed_id) WHERE to_at IS NULL',
    `CREATE TABLE tick_lease (
       name   text PRIMARY KEY,
       holder text NOT NULL,
       until  timestamptz NOT NULL
     )`,
  ],
});
