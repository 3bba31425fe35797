import { defineMigration } from '@wardstream/persistence';

/**
 * `board_entry`: what people see, one row for each thing, written behind from memory; `log_topic` and `log_offset` say where in the log what
 * is shown changed last. `board_row`, `stream_head` and `stream_log` are of versions before this one, which may run beside it: they are
 * left to them, and dropped by a later version.
 */
export const entries = defineMigration({
  name: '0004-entries',
  up: () => [
    `CREATE TABLE board_entry (
       facility   text NOT NULL,
       kind       text NOT NULL,
       id         text NOT NULL,
       version    bigint NOT NULL,
       ended_at   timestamptz,
       body       text NOT NULL,
       log_topic  text,
       log_offset bigint,
       changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       PRIMARY KEY (facility, kind, id)
     ) WITH (fillfactor = 50)`,
    'CREATE INDEX board_entry_ended ON board_entry (changed_at) WHERE ended_at IS NOT NULL',
  ],
});
