import { defineMigration } from '@wardstream/persistence';

/**
 * People's sessions at the origin. `id` is a digest of what the browser holds, so that whoever reads the table has no session. `tokens` are
 * those of the issuer, sealed.
 */
export const sessions = defineMigration({
  name: '0005-sessions',
  up: () => [
    `CREATE TABLE session (
       id text PRIMARY KEY,
       issuer text NOT NULL,
       subject text NOT NULL,
       issuer_session text,
       name text,
       roles text[] NOT NULL,
       facilities text[],
       units text[],
       tokens text,
       version int NOT NULL DEFAULT 1,
       began_at timestamptz NOT NULL DEFAULT now(),
       seen_at timestamptz NOT NULL DEFAULT now(),
       renewed_at timestamptz NOT NULL DEFAULT now(),
       ends_at timestamptz NOT NULL)`,
    'CREATE INDEX session_of_subject ON session (issuer, subject)',
    'CREATE INDEX session_end ON session (ends_at)',
  ],
});
