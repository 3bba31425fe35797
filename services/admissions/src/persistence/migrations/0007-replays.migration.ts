import { defineMigration } from '@wardstream/persistence';

/**
 * Bulk replays of quarantined messages. `next_position`: all before it in intake order are done; where a restart goes on.
 * `upto_position`: what came after the replay was asked for is not part of it.
 */
export const replays = defineMigration({
  name: '0007-replays',
  up: () => [
    `CREATE TABLE replay (
       id            uuid PRIMARY KEY,
       state         text NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
       filter        json NOT NULL,
       requested_by  text NOT NULL,
       requested_at  timestamptz NOT NULL,
       finished_at   timestamptz,
       next_position bigint NOT NULL,
       upto_position bigint NOT NULL,
       total         integer NOT NULL,
       taken_up      integer NOT NULL DEFAULT 0,
       still_wrong   integer NOT NULL DEFAULT 0,
       passed_over   integer NOT NULL DEFAULT 0
     )`,
    "CREATE INDEX replay_running ON replay (requested_at) WHERE state = 'running'",
    `CREATE TABLE replay_result (
       replay_id  uuid NOT NULL REFERENCES replay (id) ON DELETE CASCADE,
       position   bigint NOT NULL,
       message_id uuid NOT NULL,
       outcome    text NOT NULL,
       faults     json NOT NULL,
       PRIMARY KEY (replay_id, position)
     )`,
  ],
});
