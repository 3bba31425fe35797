import { defineMigration } from '@wardstream/persistence';

/**
 * `board_row`: what people see, one row for each thing, `body` as it is sent. `stream_head`: the last number of a facility's
 * stream; who writes to the stream holds its lock until the commit, so numbers become visible in their order and without
 * gap. `stream_log`: what happened after each number, for as long as it may be resumed. Times without a fact behind them
 * (changed_at, logged_at) are real.
 */
export const board = defineMigration({
  name: '0001-board',
  up: () => [
    `CREATE TABLE board_row (
       facility   text NOT NULL,
       kind       text NOT NULL,
       id         text NOT NULL,
       version    bigint NOT NULL,
       ended_at   timestamptz,
       body       text NOT NULL,
       changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       PRIMARY KEY (facility, kind, id)
     )`,
    'CREATE INDEX board_row_ended ON board_row (changed_at) WHERE ended_at IS NOT NULL',
    `CREATE INDEX board_row_conflicts ON board_row (facility, ended_at DESC) WHERE kind = 'conflict'`,
    `CREATE TABLE stream_head (
       facility text PRIMARY KEY,
       epoch    text NOT NULL,
       seq      bigint NOT NULL DEFAULT 0
     )`,
    `CREATE TABLE stream_log (
       facility  text NOT NULL,
       seq       bigint NOT NULL,
       kind      text NOT NULL,
       body      text NOT NULL,
       logged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       PRIMARY KEY (facility, seq)
     )`,
  ],
});
