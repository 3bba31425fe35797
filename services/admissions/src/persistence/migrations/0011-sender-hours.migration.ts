import { defineMigration } from '@wardstream/persistence';

/**
 * One row for each sender and hour is all that the intake writes: its numbers in one array (`countNames`, then the classes of
 * delays), and whether they were told. `sender` is written only by who tells. What was counted before begins anew.
 */
export const senderHours = defineMigration({
  name: '0011-sender-hours',
  up: () => [
    'DROP TABLE sender_hour',
    `CREATE TABLE sender_hour (
       facility          text NOT NULL,
       sender            text NOT NULL,
       at                timestamptz NOT NULL,
       counts            integer[] NOT NULL,
       first_received_at timestamptz NOT NULL,
       last_received_at  timestamptz NOT NULL,
       told              boolean NOT NULL DEFAULT false,
       PRIMARY KEY (facility, sender, at)
     ) WITH (fillfactor = 50)`,
    'ALTER TABLE sender DROP COLUMN told',
  ],
});
