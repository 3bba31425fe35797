import { defineMigration } from '@wardstream/persistence';

const kinds = `'person', 'delete-person', 'merge-patient', 'merge-visit', 'to-inpatient', 'to-outpatient'`;
const said = (key: string): string => `patient ->> '${key}' IS NOT NULL`;
const takesBack = (key: string): string => `coalesce((f.content -> 'deletes')::jsonb ? '${key}', false)`;
const bit = (value: number, condition: string): string => `CASE WHEN ${condition} THEN ${value} ELSE 0 END`;
/** What a fact says of a person apart from any visit: 1 the name, 2 the date of birth, 4 the sex, 8 the mother. */
const tells = `CASE WHEN kind IN ('person', 'merge-patient') THEN ${[
  bit(1, `${said('family')} OR ${said('given')} OR ${takesBack('name')}`),
  bit(2, `${said('birthDate')} OR ${takesBack('birthDate')}`),
  bit(4, `patient ->> 'sex' <> 'unknown' OR ${takesBack('sex')}`),
  bit(8, said('mother')),
].join(' + ')} ELSE 0 END`;
const rowOf = (schema: string, source: string): string =>
  `SELECT f.id, f.encounter_id, coalesce(i.survivor, f.encounter_id), f.content ->> 'at', f.content ->> 'recordedAt',
          coalesce(f.content ->> 'sentAt', f.content ->> 'recordedAt'), f.received_at, f.content ->> 'retires' IS NOT NULL, kind = 'delete-person', ${tells}
     FROM ${source} LEFT JOIN ${schema}.identity i ON i.id = f.encounter_id,
          LATERAL (VALUES (f.content ->> 'kind', f.content -> 'patient')) AS c (kind, patient)
    WHERE kind IN (${kinds}) AND (kind LIKE '%person' OR f.content ->> 'retires' IS NOT NULL)`;

/**
 * Facts that tell of persons and of what identifiers go by, with what all of theirs go by now: so that what the last of them say is
 * found without reading all. The database keeps it with the facts themselves, whichever version of the service writes these.
 */
export const identityFacts = defineMigration({
  name: '0021-identity-facts',
  // A connection of another search path may store facts, too.
  up: (schema) => [
    `CREATE TABLE identity_fact (
       id          uuid PRIMARY KEY REFERENCES fact ON DELETE CASCADE,
       identity    uuid NOT NULL,
       survivor    uuid NOT NULL,
       at          text COLLATE "C" NOT NULL,
       recorded_at text COLLATE "C" NOT NULL,
       sent_at     text COLLATE "C" NOT NULL,
       received_at timestamptz NOT NULL,
       retires     boolean NOT NULL,
       deletes     boolean NOT NULL,
       tells       integer NOT NULL
     )`,
    'CREATE INDEX identity_fact_of ON identity_fact (identity)',
    'CREATE INDEX identity_fact_retires ON identity_fact (survivor, recorded_at, id) WHERE retires',
    'CREATE INDEX identity_fact_deletes ON identity_fact (survivor) WHERE deletes',
    'CREATE INDEX identity_fact_tells ON identity_fact (survivor, recorded_at, sent_at, received_at) WHERE tells <> 0',
    'CREATE INDEX identity_fact_mother ON identity_fact (survivor, recorded_at, sent_at, received_at) WHERE tells & 8 <> 0',
    `INSERT INTO identity_fact ${rowOf(schema, 'fact f')}`,
    `CREATE FUNCTION keep_identity_fact() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         INSERT INTO ${schema}.identity_fact ${rowOf(schema, '(SELECT NEW.*) f')};
         RETURN NULL;
       END $$`,
    `CREATE TRIGGER keep_identity_fact AFTER INSERT ON fact FOR EACH ROW
       WHEN (NEW.content ->> 'kind' IN (${kinds})) EXECUTE FUNCTION keep_identity_fact()`,
    `CREATE FUNCTION regroup_identity_facts() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         UPDATE ${schema}.identity_fact SET survivor = NEW.survivor WHERE identity = NEW.id AND survivor <> NEW.survivor;
         RETURN NULL;
       END $$`,
    `CREATE TRIGGER regroup_identity_facts AFTER INSERT OR UPDATE OF survivor ON identity FOR EACH ROW
       EXECUTE FUNCTION regroup_identity_facts()`,
    // What is shown of the patient, so that visits that show the same are looked at once.
    `CREATE INDEX encounter_shown ON encounter (facility, patient_id, md5(view ->> 'patient')) WHERE merged_into IS NULL`,
  ],
});
