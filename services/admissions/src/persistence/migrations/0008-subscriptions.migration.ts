import { defineMigration } from '@wardstream/persistence';

/** Subscriptions (FHIR R4, rest-hook). `headers` may hold a secret of the subscriber and is read by nothing but what sends. */
export const subscriptions = defineMigration({
  name: '0008-subscriptions',
  up: () => [
    `CREATE TABLE subscription (
       id         uuid PRIMARY KEY,
       version    integer NOT NULL,
       status     text NOT NULL CHECK (status IN ('requested', 'active', 'error', 'off')),
       owner      text NOT NULL,
       created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       updated_at timestamptz NOT NULL,
       deleted_at timestamptz,
       hook       json NOT NULL,
       headers    json NOT NULL,
       error      text
     )`,
  ],
});
