import { defineMigration } from '@wardstream/persistence';

/** Whose stay it is, and whose newborn they are: a mother and her newborn share a bed without dispute. */
export const families = defineMigration({
  name: '0007-families',
  up: () => ['ALTER TABLE stay ADD COLUMN person text, ADD COLUMN mother text'],
});
