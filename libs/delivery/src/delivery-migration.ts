import { defineMigration } from '@wardstream/persistence';

/**
 * The tables of deliveries, for a service that sends messages to systems outside. `delivery`: one message to one destination; its
 * position is its place in the order of that destination. `delivery_destination`: which process sends to it until when, and
 * whether a person has paused it. Times are real. Rows that a table had before may be moved in behind it by the service itself.
 */
export const deliveriesMigration = defineMigration({
  name: 'deliveries-0001',
  up: () => [
    `CREATE TABLE delivery (
       position        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       id              uuid NOT NULL,
       destination     text NOT NULL,
       kind            text NOT NULL,
       facility        text,
       about           text NOT NULL,
       content         bytea,
       details         json NOT NULL,
       state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'rejected', 'skipped')),
       attempts        integer NOT NULL DEFAULT 0,
       refusals        integer NOT NULL DEFAULT 0,
       created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
       next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       last_attempt_at timestamptz,
       last_cause      text,
       settled_at      timestamptz,
       settled_by      text,
       reason          text,
       UNIQUE (destination, id)
     )`,
    "CREATE INDEX delivery_pending ON delivery (destination, position) WHERE state = 'pending'",
    'CREATE INDEX delivery_state ON delivery (destination, state, position DESC)',
    "CREATE INDEX delivery_settled ON delivery (settled_at) WHERE state <> 'pending'",
    `CREATE TABLE delivery_destination (
       name       text PRIMARY KEY,
       holder     text,
       held_until timestamptz,
       paused_at  timestamptz,
       paused_by  text,
       pause_reason text
     )`,
  ],
});
