import { defineMigration } from '@wardstream/persistence';

/**
 * `audit_entry`: the acts, in one chain for each facility; a partition for each month of arrival, so that what is too old goes as a whole.
 * `audit_seal`: signed: how far a chain had come from time to time, and where it was cut. Both are only added to: by triggers, whoever asks, and by the rights
 * of the service's own role (which are nothing to a superuser, as the one of the embedded server is). `audit_chain`: where each chain ends, signed with every
 * append; the row `*` seals which chains there are. Times of arrival are real.
 */
export const audit = defineMigration({
  name: '0001-audit',
  up: () => [
    `CREATE TABLE audit_entry (
       facility     text NOT NULL,
       seq          bigint NOT NULL CHECK (seq > 0),
       arrived_at   timestamptz NOT NULL,
       id           text NOT NULL,
       act          text NOT NULL,
       outcome      text NOT NULL,
       code         text,
       at           timestamptz NOT NULL,
       subject      text,
       roles        text[] NOT NULL,
       from_address text,
       service      text NOT NULL,
       encounters   text[] NOT NULL,
       bed          text,
       about        text,
       step         text,
       shown        text,
       hash         text NOT NULL,
       PRIMARY KEY (facility, seq, arrived_at)
     ) PARTITION BY RANGE (arrived_at)`,
    'CREATE INDEX audit_entry_time ON audit_entry (at, facility, seq)',
    'CREATE INDEX audit_entry_subject ON audit_entry (subject, at)',
    'CREATE INDEX audit_entry_encounters ON audit_entry USING gin (encounters)',
    'CREATE INDEX audit_entry_bed ON audit_entry (bed, at) WHERE bed IS NOT NULL',
    `CREATE TABLE audit_chain (
       facility   text PRIMARY KEY,
       seq        bigint NOT NULL,
       hash       text NOT NULL,
       arrived_at timestamptz,
       key        text,
       signature  text
     )`,
    `CREATE TABLE audit_seal (
       facility   text NOT NULL,
       kind       text NOT NULL CHECK (kind IN ('checkpoint', 'cut')),
       seq        bigint NOT NULL,
       hash       text NOT NULL,
       arrived_at timestamptz,
       key        text NOT NULL,
       signature  text NOT NULL,
       sealed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
       PRIMARY KEY (facility, kind, seq)
     )`,
    `CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION 'the audit is only added to: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
       END $$`,
    `CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION only_added_to()`,
    `CREATE TRIGGER not_emptied BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION only_added_to()`,
    `CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION only_added_to()`,
    `CREATE TRIGGER not_emptied BEFORE TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION only_added_to()`,
    'REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, audit_seal FROM PUBLIC, CURRENT_USER',
  ],
});
