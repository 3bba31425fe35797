import { defineMigration } from '@wardstream/persistence';

/**
 * `recorded_at`, `end_recorded_at`: when it was recorded that the stay began and ended. `leaves`: when the patient of a stay was away and the bed kept for them. `former`: units and rooms that the configuration had once
 * and has no more; beds of theirs stay while somebody is in them. Checkpoints of an older derivation are no start for a newer one.
 */
export const leavesAndFormerPlaces = defineMigration({
  name: '0008-leaves-and-former-places',
  up: () => [
    `ALTER TABLE stay
       ADD COLUMN leaves jsonb,
       ADD COLUMN recorded_at timestamptz,
       ADD COLUMN end_recorded_at timestamptz`,
    `ALTER TABLE facility ADD COLUMN former jsonb NOT NULL DEFAULT '{"units":[],"rooms":[]}'`,
    'DELETE FROM bed_checkpoint',
  ],
});
