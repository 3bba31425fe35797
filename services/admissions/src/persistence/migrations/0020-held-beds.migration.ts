import { defineMigration } from '@wardstream/persistence';

/**
 * Since when a visit holds the bed it holds, beside its view: whether one patient is in several beds is then asked of the few visits
 * that say so, and not of all that the patient ever had.
 */
export const heldBeds = defineMigration({
  name: '0020-held-beds',
  up: () => [
    'ALTER TABLE encounter ADD COLUMN bed_since text COLLATE "C"',
    // What is written here for encounters that there are is what `bedSince` says of those that are saved from now on.
    `UPDATE encounter SET bed_since = (
       SELECT s ->> 'from' FROM json_array_elements(view -> 'stays') AS t (s)
        WHERE s ->> 'to' IS NULL AND (s ->> 'holdsBed')::boolean LIMIT 1)
      WHERE status IN ('in-progress', 'on-leave') AND ended_at = 'infinity'`,
    'CREATE INDEX encounter_held_bed ON encounter (facility, patient_id, bed_since, id) WHERE bed_since IS NOT NULL',
  ],
});
