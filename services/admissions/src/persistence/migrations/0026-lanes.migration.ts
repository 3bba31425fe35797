import { defineMigration } from '@wardstream/persistence';

/**
 * The lane in which a message waits, so that processes share the work, and whether nothing was ever taken from it, so that no facts of
 * it need to be looked for. A version before this one leaves both out: such a row is for whoever has the first lane, and is read anew.
 */
export const lanes = defineMigration({
  name: '0026-lanes',
  up: () => [
    'ALTER TABLE pending_message ADD COLUMN lane smallint NOT NULL DEFAULT 0, ADD COLUMN fresh boolean NOT NULL DEFAULT false',
  ],
});
