import { defineMigration } from '@wardstream/persistence';

/** Beds whose last word could not be applied here, as they are marked in the facility's state: their number, to find them again. */
export const certainty = defineMigration({
  name: '0003-certainty',
  up: () => ['ALTER TABLE facility ADD COLUMN beds_in_doubt integer NOT NULL DEFAULT 0'],
});
