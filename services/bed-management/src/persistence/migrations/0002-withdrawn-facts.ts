import { defineMigration } from '@wardstream/persistence';

/** Decisions of persons that were taken back: they stay on record and count no more. */
export const withdrawnFacts = defineMigration({
  name: '0002-withdrawn-facts',
  up: () => ['ALTER TABLE bed_fact ADD COLUMN withdrawn_at timestamptz, ADD COLUMN withdrawn_by text'],
});
