import { defineMigration } from '@wardstream/persistence';

/**
 * Visits that were merged, and patients of whom something was said outside any visit. `survivor` is what each goes by; one that
 * was never merged goes by itself, and a visit that was never merged has no row at all.
 */
export const identities = defineMigration({
  name: '0002-identities',
  up: () => [
    `CREATE TABLE identity (
       id       uuid PRIMARY KEY,
       facility text NOT NULL,
       number   text NOT NULL,
       domain   text,
       survivor uuid NOT NULL
     )`,
    'CREATE INDEX identity_survivor ON identity (survivor)',
    'CREATE INDEX identity_number ON identity (facility, number)',
    // The visit that this one was merged into: what is left of it here has no stays, and is in no list.
    'ALTER TABLE encounter ADD COLUMN merged_into uuid',
    'DROP INDEX encounter_open',
    'CREATE INDEX encounter_patient ON encounter (facility, patient_id)',
  ],
});
