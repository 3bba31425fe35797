import { defineMigration } from '@wardstream/persistence';

/**
 * That no two active claims on a bed overlap is kept by the bed's number instead of its facility and id: the same rule, and a
 * quarter of the work for the index that keeps it.
 */
export const claimsByNumber = defineMigration({
  name: '0004-claims-by-number',
  up: () => [
    'ALTER TABLE bed ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE',
    'ALTER TABLE bed_claim ADD COLUMN bed_number bigint',
    'UPDATE bed_claim c SET bed_number = b.number FROM bed b WHERE b.facility = c.facility AND b.id = c.bed_id',
    `ALTER TABLE bed_claim
       ALTER COLUMN bed_number SET NOT NULL,
       DROP CONSTRAINT bed_claim_one_active,
       ADD CONSTRAINT bed_claim_one_active
         EXCLUDE USING gist (bed_number WITH =, during WITH &&) WHERE (role = 'active')`,
  ],
});
