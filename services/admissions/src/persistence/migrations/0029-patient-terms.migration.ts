import { defineMigration } from '@wardstream/persistence';

const isOpen = (row: string): string => `${row}.status IN ('planned', 'in-progress', 'on-leave')`;
const found = (row: string): string =>
  `(${isOpen(row)}, ${row}.merged_into IS NULL, ${row}.visit_number, ${row}.patient_id,
    ${row}.view -> 'patient' ->> 'family', ${row}.view -> 'patient' ->> 'given')`;

/** The terms by which the visits of `source` are found. */
export const patientTermsOf = (schema: string, source: string): string =>
  `SELECT e.facility, t.kind, ${isOpen('e')}, left(t.term, 100), e.id
     FROM ${source} e, LATERAL (
       SELECT 'visit-number' AS kind, ${schema}.folded(e.visit_number) AS term
       UNION SELECT 'mrn', ${schema}.folded(e.patient_id)
       UNION SELECT 'name', unnest(${schema}.name_words(concat_ws(' ', e.view -> 'patient' ->> 'family', e.view -> 'patient' ->> 'given')))
     ) AS t
    WHERE e.merged_into IS NULL AND t.term <> ''`;

/**
 * By what a person looks for a patient: visit number, MRN and each word of the name, without case and accents. The database keeps them
 * with the encounters themselves, whichever version of the service writes these; they go with what they are of, and hold nothing that
 * the encounter does not.
 *
 * Umlauts are found both ways: senders write Müller, Mueller and Muller of one person.
 */
export const patientTerms = defineMigration({
  name: '0029-patient-terms',
  up: (schema) => [
    `CREATE TABLE patient_term (
       facility     text NOT NULL,
       kind         text NOT NULL,
       open         boolean NOT NULL,
       term         text COLLATE "C" NOT NULL,
       encounter_id uuid NOT NULL REFERENCES encounter ON DELETE CASCADE,
       PRIMARY KEY (encounter_id, kind, term)
     )`,
    'CREATE INDEX patient_term_of ON patient_term (facility, kind, open, term)',
    `CREATE FUNCTION folded(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
       SELECT translate(replace(replace(replace(replace(
                regexp_replace(lower(normalize(said, NFKD) COLLATE "pg_c_utf8"), '[\\u0300-\\u036f''’ʼ\`´]', '', 'g'),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'øłđðı', 'olddi')
     $$`,
    `CREATE FUNCTION name_words(said text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
       SELECT coalesce(array_agg(DISTINCT word), '{}')
         FROM unnest(ARRAY[
                ${schema}.folded(said),
                ${schema}.folded(replace(replace(replace(lower(normalize(said, NFKC) COLLATE "pg_c_utf8"), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'))
              ]) AS v (variant), regexp_split_to_table(variant COLLATE "pg_c_utf8", '[^[:alnum:]]+') AS w (word)
        WHERE word <> ''
     $$`,
    `CREATE FUNCTION keep_patient_terms() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' THEN
           DELETE FROM ${schema}.patient_term WHERE encounter_id = NEW.id;
         END IF;
         INSERT INTO ${schema}.patient_term ${patientTermsOf(schema, '(SELECT NEW.*)')} ON CONFLICT DO NOTHING;
         RETURN NULL;
       END $$`,
    `CREATE TRIGGER make_patient_terms AFTER INSERT ON encounter FOR EACH ROW EXECUTE FUNCTION keep_patient_terms()`,
    `CREATE TRIGGER keep_patient_terms AFTER UPDATE ON encounter FOR EACH ROW
       WHEN (${found('OLD')} IS DISTINCT FROM ${found('NEW')}) EXECUTE FUNCTION keep_patient_terms()`,
  ],
});
