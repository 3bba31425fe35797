import { defineMigration } from '@wardstream/persistence';

/** Visits that were merged. `made_for` is the encounter a request was made for, `encounter_id` the one that this goes by now. */
export const merges = defineMigration({
  name: '0002-merges',
  up: () => [
    'ALTER TABLE encounter ADD COLUMN merged_into text',
    'CREATE INDEX encounter_merged_into ON encounter (merged_into) WHERE merged_into IS NOT NULL',
    'ALTER TABLE bed_request ADD COLUMN made_for text',
    'UPDATE bed_request SET made_for = encounter_id',
    'ALTER TABLE bed_request ALTER COLUMN made_for SET NOT NULL',
    'CREATE INDEX bed_request_made_for ON bed_request (made_for)',
  ],
});
