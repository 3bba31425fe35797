import { defineMigration } from '@wardstream/persistence';

/** People and systems, what they sign in by, and what the issuer of tokens must remember. */
export const identity = defineMigration({
  name: '0001-identity',
  up: () => [
    `CREATE TABLE account (
       id uuid PRIMARY KEY,
       kind text NOT NULL CHECK (kind IN ('person', 'system')),
       login text NOT NULL,
       name text NOT NULL,
       password text,
       must_change boolean NOT NULL DEFAULT false,
       roles text[] NOT NULL,
       facilities text[],
       units text[],
       disabled_at timestamptz,
       created_at timestamptz NOT NULL DEFAULT now(),
       changed_at timestamptz NOT NULL DEFAULT now(),
       signed_in_at timestamptz)`,
    'CREATE UNIQUE INDEX account_login ON account (lower(login))',
    `CREATE TABLE system_key (
       digest text PRIMARY KEY,
       account_id uuid NOT NULL REFERENCES account,
       made_at timestamptz NOT NULL DEFAULT now(),
       ends_at timestamptz)`,
    'CREATE INDEX system_key_account ON system_key (account_id)',
    `CREATE TABLE failed_sign_in (
       id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       login_digest text NOT NULL,
       network text NOT NULL,
       at timestamptz NOT NULL DEFAULT now())`,
    'CREATE INDEX failed_sign_in_login ON failed_sign_in (login_digest, at)',
    'CREATE INDEX failed_sign_in_network ON failed_sign_in (network, at)',
    'CREATE INDEX failed_sign_in_at ON failed_sign_in (at)',
    `CREATE TABLE known_place (
       login_digest text NOT NULL,
       network text NOT NULL,
       at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (login_digest, network))`,
    'CREATE INDEX known_place_at ON known_place (at)',
    `CREATE TABLE issuer_payload (
       kind text NOT NULL,
       id text NOT NULL,
       payload jsonb NOT NULL,
       grant_id text,
       uid text,
       consumed_at timestamptz,
       expires_at timestamptz NOT NULL,
       PRIMARY KEY (kind, id))`,
    'CREATE INDEX issuer_payload_grant ON issuer_payload (grant_id) WHERE grant_id IS NOT NULL',
    'CREATE INDEX issuer_payload_uid ON issuer_payload (uid) WHERE uid IS NOT NULL',
    'CREATE INDEX issuer_payload_end ON issuer_payload (expires_at)',
    `CREATE TABLE signing_key (
       kid text PRIMARY KEY,
       sealed text NOT NULL,
       made_at timestamptz NOT NULL DEFAULT now())`,
    `CREATE TABLE sign_out (
       id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       account_id uuid NOT NULL,
       at timestamptz NOT NULL DEFAULT now(),
       next_try_at timestamptz NOT NULL DEFAULT now())`,
    'CREATE INDEX sign_out_next ON sign_out (next_try_at)',
  ],
});
