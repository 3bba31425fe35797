import { defineMigration } from '@wardstream/persistence';

/**
 * Identifiers that FHIR Encounters have beside the number of their visit, as the own one of a part: the visit is found by them, too. `key`
 * as in `fhir_resource`. Kept as long as what it is the key of.
 */
export const fhirNumbers = defineMigration({
  name: '0023-fhir-numbers',
  up: () => [
    `CREATE TABLE fhir_number (
       key    uuid NOT NULL,
       number text NOT NULL,
       domain text
     )`,
    "CREATE UNIQUE INDEX fhir_number_once ON fhir_number (key, number, coalesce(domain, ''))",
    'CREATE INDEX fhir_number_number ON fhir_number (number)',
  ],
});
