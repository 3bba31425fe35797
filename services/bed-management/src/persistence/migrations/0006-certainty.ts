import { defineMigration } from '@wardstream/persistence';

/**
 * Since when what a bed shows is not certain, because something told of it could not be applied; of a facility, where the beds cannot
 * be told. `message_failure`: messages that admissions took and could not process. `left_at` of a bed that is not listed any more:
 * when the last patient left it; it stays in use until then.
 */
export const certainty = defineMigration({
  name: '0006-certainty',
  up: () => [
    'ALTER TABLE bed ADD COLUMN doubt_since timestamptz',
    'CREATE INDEX bed_in_doubt ON bed (facility) WHERE doubt_since IS NOT NULL',
    'ALTER TABLE facility ADD COLUMN doubt_since timestamptz, ADD COLUMN doubt_version integer NOT NULL DEFAULT 0',
    `CREATE TABLE message_failure (
       message_id    text PRIMARY KEY,
       facility      text NOT NULL,
       version       integer NOT NULL,
       encounter_ids text[] NOT NULL,
       beds          text[] NOT NULL,
       units         text[] NOT NULL,
       settled_at    timestamptz
     )`,
    'CREATE INDEX message_failure_open ON message_failure (facility) WHERE settled_at IS NULL',
  ],
});
