import { defineMigration } from '@wardstream/persistence';

/** Two administrators who change somebody at once: the second is told, instead of undoing what the first did. */
export const accountVersion = defineMigration({
  name: '0002-account-version',
  up: () => ['ALTER TABLE account ADD COLUMN version integer NOT NULL DEFAULT 1'],
});
