import { defineMigration } from '@wardstream/persistence';

/** Rows are replaced again and again: with room left on its page a row's next version needs no entry in any index. */
export const roomForUpdates = defineMigration({
  name: '0009-room-for-updates',
  up: () => ['ALTER TABLE bed SET (fillfactor = 40)', 'ALTER TABLE encounter SET (fillfactor = 60)'],
});
