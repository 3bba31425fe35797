import { defineMigration } from '@wardstream/persistence';

/**
 * Visits whose movements name another house by PV1-6.4, with the visit of the same number there: what is told of the one may tell that the
 * patient left the other. Rows stay as they are: what they mean follows from the facts.
 */
export const houseMoves = defineMigration({
  name: '0022-house-moves',
  up: () => [
    `CREATE TABLE house_move (
       encounter_id uuid NOT NULL,
       facility text NOT NULL,
       named text NOT NULL,
       left_id uuid NOT NULL,
       left_facility text NOT NULL,
       PRIMARY KEY (encounter_id, named)
     )`,
    'CREATE INDEX house_move_left ON house_move (left_id)',
  ],
});
