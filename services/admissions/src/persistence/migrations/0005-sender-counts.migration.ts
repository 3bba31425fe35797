import { defineMigration } from '@wardstream/persistence';

/**
 * What was counted of each sender: a row for each hour, added to in the transaction that stores the messages, so that nothing
 * ever has to count the messages themselves. Facility '-' for messages that name none. `told`: nothing was counted since it
 * was published last.
 */
export const senderCounts = defineMigration({
  name: '0005-sender-counts',
  up: () => [
    `CREATE TABLE sender (
       facility          text NOT NULL,
       sender            text NOT NULL,
       first_received_at timestamptz NOT NULL,
       last_received_at  timestamptz NOT NULL,
       told              boolean NOT NULL DEFAULT false,
       version           integer NOT NULL DEFAULT 0,
       usual_from        timestamptz,
       usual             json,
       PRIMARY KEY (facility, sender)
     ) WITH (fillfactor = 50)`,
    `CREATE TABLE sender_hour (
       facility           text NOT NULL,
       sender             text NOT NULL,
       at                 timestamptz NOT NULL,
       received           integer NOT NULL,
       processed          integer NOT NULL,
       unplaced           integer NOT NULL,
       not_acted_on       integer NOT NULL,
       quarantined        integer NOT NULL,
       refused            integer NOT NULL,
       repeats            integer NOT NULL,
       control_ids_reused integer NOT NULL,
       timed              integer NOT NULL,
       recorded_ahead     integer NOT NULL,
       event_in_future    integer NOT NULL,
       event_long_past    integer NOT NULL,
       delays             integer[] NOT NULL,
       PRIMARY KEY (facility, sender, at)
     ) WITH (fillfactor = 50)`,
  ],
});
