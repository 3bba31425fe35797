import { defineMigration } from '@wardstream/persistence';
import { patientTermsOf } from './0029-patient-terms.migration.js';

/** The terms of encounters that were there before `0029`: a step of its own, so that nobody waits for its triggers meanwhile. */
export const patientTermsOfBefore = defineMigration({
  name: '0030-patient-terms-of-before',
  up: (schema) => [
    `INSERT INTO patient_term ${patientTermsOf(schema, 'encounter')} ON CONFLICT DO NOTHING`,
    'ANALYZE patient_term',
  ],
});
