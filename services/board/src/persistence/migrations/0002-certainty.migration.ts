import { defineMigration } from '@wardstream/persistence';

/** A bed whose latest change could not be applied here is sent as `shown` until it is: never as free. */
export const certainty = defineMigration({
  name: '0002-certainty',
  up: () => [
    'ALTER TABLE board_row ADD COLUMN shown text',
    'CREATE INDEX board_row_shown ON board_row (facility, id) WHERE shown IS NOT NULL',
  ],
});
