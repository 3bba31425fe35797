import { defineMigration } from '@wardstream/persistence';

const from = (row: string): string =>
  `(${row}.status IN ('planned', 'in-progress', 'on-leave'), ${row}.merged_into IS NULL, ${row}.visit_number, ${row}.patient_id,
    ${row}.view ->> 'patient')`;

/**
 * Whether the terms of `0029` have to be made anew is asked of every encounter that is written: of what its view shows of the patient as a
 * whole. To take one name out of a view takes as long as to read all of it, and was done four times.
 */
export const termsWhenChanged = defineMigration({
  name: '0032-terms-when-changed',
  up: () => [
    `CREATE OR REPLACE TRIGGER keep_patient_terms AFTER UPDATE ON encounter FOR EACH ROW
       WHEN (${from('OLD')} IS DISTINCT FROM ${from('NEW')}) EXECUTE FUNCTION keep_patient_terms()`,
  ],
});
