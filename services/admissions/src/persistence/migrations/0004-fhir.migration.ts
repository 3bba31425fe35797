import { defineMigration } from '@wardstream/persistence';

/**
 * Visits that were written by FHIR, and the ids that clients know resources by. `fhir_visit.memory` is what the library remembers
 * of the versions taken so far; the version of a resource is `writes` and that of the derived encounter together, so it grows
 * with every write and with whatever else is heard of the visit.
 */
export const fhir = defineMigration({
  name: '0004-fhir',
  up: () => [
    // key: the encounter's id, or one made of sender and visit while the facility is not known.
    `CREATE TABLE fhir_visit (
       key         uuid PRIMARY KEY,
       facility    text,
       number      text NOT NULL,
       domain      text,
       writes      integer NOT NULL,
       memory      json NOT NULL,
       digest      text NOT NULL,
       control_id  text NOT NULL,
       message_id  uuid NOT NULL,
       recorded_at timestamptz NOT NULL,
       received_at timestamptz NOT NULL
     )`,
    // key, number, domain: of the visit or the patient. message_id: the last message; where it was placed, so is the resource.
    `CREATE TABLE fhir_resource (
       type       text NOT NULL,
       id         text NOT NULL,
       key        uuid NOT NULL,
       facility   text,
       number     text NOT NULL,
       domain     text,
       message_id uuid NOT NULL,
       PRIMARY KEY (type, id)
     )`,
    'CREATE INDEX fhir_resource_key ON fhir_resource (key)',
    // The id that patientIdOf gives a patient, so that one can be found by it.
    `CREATE FUNCTION patient_ref(facility text, domain text, number text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
       SELECT encode(set_byte(set_byte(h, 6, (get_byte(h, 6) & 15) | 128), 8, (get_byte(h, 8) & 63) | 128), 'hex')::uuid
         FROM (SELECT substring(sha256(convert_to(
                  '7:patient' || octet_length(facility) || ':' || facility || octet_length(coalesce(domain, '')) || ':'
                  || coalesce(domain, '') || octet_length(number) || ':' || number, 'UTF8')) FROM 1 FOR 16)) AS t (h)
     $$`,
    `CREATE INDEX encounter_patient_ref ON encounter (patient_ref(facility, patient_domain, patient_id))
      WHERE patient_id IS NOT NULL`,
    "CREATE INDEX encounter_open ON encounter (status, id) WHERE status IN ('planned', 'in-progress', 'on-leave')",
  ],
});
