import { defineMigration } from '@wardstream/persistence';

/** Finds the open conflicts about messages that are not applied. */
export const messageFailures = defineMigration({
  name: '0019-message-failures',
  up: () => [
    `CREATE INDEX conflict_of_failure ON conflict (id) WHERE closed_at IS NULL AND data ->> 'kind' = 'message-not-processed'`,
  ],
});
