import { defineMigration } from '@wardstream/persistence';

/** The mother of a newborn, by identifier: a merge of it concerns the visit of the newborn. */
export const mothers = defineMigration({
  name: '0015-mothers',
  up: () => [
    'ALTER TABLE encounter ADD COLUMN mother_id text, ADD COLUMN mother_domain text',
    'CREATE INDEX encounter_mother ON encounter (facility, mother_id) WHERE mother_id IS NOT NULL',
  ],
});
