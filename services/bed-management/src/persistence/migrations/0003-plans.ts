import { defineMigration } from '@wardstream/persistence';

/**
 * Holds that follow from plans, and visits that were merged. `made_for` is the encounter a hold was made for, `encounter_id` the
 * one that this goes by now. Checkpoints of an older derivation are no start for a newer one.
 */
export const plans = defineMigration({
  name: '0003-plans',
  up: () => [
    'ALTER TABLE encounter ADD COLUMN merged_into text',
    `ALTER TABLE bed_hold
       ADD COLUMN made_for text,
       ADD COLUMN plan text,
       ADD COLUMN expected_at timestamptz,
       ADD COLUMN plan_ended_at timestamptz,
       ADD COLUMN timed boolean NOT NULL DEFAULT false`,
    'UPDATE bed_hold SET made_for = encounter_id',
    'ALTER TABLE bed_hold ALTER COLUMN made_for SET NOT NULL',
    'CREATE INDEX bed_hold_made_for ON bed_hold (made_for)',
    'DELETE FROM bed_checkpoint',
  ],
});
