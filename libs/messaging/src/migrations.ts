import { defineMigration, type Migration } from '@wardstream/persistence';

/**
 * The tables messaging keeps in every service's own schema.
 * A row of `outbox` is a publication: what one call published, packed in `body` (see packed-records.ts). Rows of versions before have
 * one event in the columns that Debezium's outbox event router takes, and no body; they are relayed like the others.
 * `parked_lane` has one row for each aggregate with an event put aside; that row is the lock between the consumer that
 * puts more events behind it and the retry that empties it.
 */
export const messagingMigrations: readonly Migration[] = [
  defineMigration({
    name: 'messaging-0001-outbox-inbox-parked',
    up: () => [
      `CREATE TABLE outbox (
         position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         id            text NOT NULL,
         aggregatetype text NOT NULL,
         aggregateid   text NOT NULL,
         type          text NOT NULL,
         topic         text NOT NULL,
         key           text NOT NULL,
         headers       json NOT NULL,
         payload       text NOT NULL,
         created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
       ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
               autovacuum_vacuum_insert_threshold = -1)`,
      `CREATE TABLE inbox (
         event_id    text NOT NULL,
         source      text NOT NULL,
         received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         PRIMARY KEY (event_id, source)
       )`,
      'CREATE INDEX inbox_received_at ON inbox (received_at)',
      `CREATE TABLE parked_lane (
         lane            text PRIMARY KEY,
         partition       integer NOT NULL,
         state           text NOT NULL CHECK (state IN ('retrying', 'dead')),
         attempts        integer NOT NULL DEFAULT 0,
         next_attempt_at timestamptz
       )`,
      `CREATE INDEX parked_lane_due ON parked_lane (next_attempt_at) WHERE state = 'retrying'`,
      `CREATE TABLE parked_message (
         position        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         id              uuid NOT NULL UNIQUE,
         lane            text NOT NULL,
         topic           text NOT NULL,
         partition       integer NOT NULL,
         "offset"        text NOT NULL,
         key             text NOT NULL,
         headers         json NOT NULL,
         value           text NOT NULL,
         original_value  text,
         event_id        text,
         event_type      text,
         event_version   bigint,
         event_source    text,
         event_subject   text,
         event_facility  text,
         event_time      text,
         cause_code      text,
         cause_name      text,
         cause_message   text,
         parked_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
         last_attempt_at timestamptz,
         discarded_at    timestamptz,
         discarded_by    text,
         discard_reason  text
       )`,
      'CREATE INDEX parked_message_lane ON parked_message (lane, position) WHERE discarded_at IS NULL',
      'CREATE INDEX parked_message_discarded ON parked_message (discarded_at) WHERE discarded_at IS NOT NULL',
    ],
  }),
  // How far each publication was handled, instead of a row for each event; and events whose id their publisher gave them. `inbox` is what
  // versions before this one keep: it is read as long as there is something in it.
  defineMigration({
    name: 'messaging-0002-inbox-by-publication',
    up: () => [
      `CREATE TABLE inbox_publication (
         publication uuid NOT NULL,
         topic       text NOT NULL,
         key         text NOT NULL,
         before      integer NOT NULL DEFAULT -1,
         upto        integer NOT NULL,
         received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         PRIMARY KEY (publication, topic, key)
       )`,
      `CREATE TABLE inbox_event (
         event_id    text NOT NULL,
         source      text NOT NULL,
         received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         PRIMARY KEY (event_id, source)
       )`,
      'CREATE INDEX inbox_event_received_at ON inbox_event (received_at)',
    ],
  }),
  // What is published at once becomes one row, compressed by who publishes it. A relay of the version before cannot take such a row, and
  // neither passes it by nor goes on behind it: what waits is relayed in its order as soon as one of this version leads.
  defineMigration({
    name: 'messaging-0003-outbox-by-publication',
    up: () => [
      `ALTER TABLE outbox
         ADD COLUMN events integer NOT NULL DEFAULT 1,
         ADD COLUMN body bytea,
         ALTER COLUMN body SET STORAGE EXTERNAL,
         ALTER COLUMN id DROP NOT NULL,
         ALTER COLUMN aggregatetype DROP NOT NULL,
         ALTER COLUMN aggregateid DROP NOT NULL,
         ALTER COLUMN type DROP NOT NULL,
         ALTER COLUMN topic DROP NOT NULL,
         ALTER COLUMN key DROP NOT NULL,
         ALTER COLUMN headers DROP NOT NULL,
         ALTER COLUMN payload DROP NOT NULL,
         ADD CONSTRAINT outbox_has_events CHECK (body IS NOT NULL OR (topic IS NOT NULL AND key IS NOT NULL
           AND headers IS NOT NULL AND payload IS NOT NULL)) NOT VALID`,
      'ALTER TABLE outbox SET (toast_tuple_target = 8160)',
    ],
  }),
];
