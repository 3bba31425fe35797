import { defineMigration } from '@wardstream/persistence';

/** Visits and patients are looked up by their number alone: a FHIR search names no facility. */
export const visitNumbers = defineMigration({
  name: '0010-visit-numbers',
  up: () => [
    'CREATE INDEX encounter_number ON encounter (visit_number)',
    'CREATE INDEX identity_by_number ON identity (number)',
    'CREATE INDEX encounter_patient_number ON encounter (patient_id) WHERE patient_id IS NOT NULL',
    // When a patient was last written, so that the next version is recorded after it.
    'ALTER TABLE fhir_resource ADD COLUMN recorded_at timestamptz',
    "CREATE INDEX fhir_patient_number ON fhir_resource (number) WHERE type = 'Patient'",
  ],
});
