import { defineMigration } from '@wardstream/persistence';

/**
 * The state is folded in memory and its rows are written behind, so nobody asks any more what changed since a number; without that
 * index a row's next version stays on its page and needs no entry in any index. `aggregate.seq` is still written, and a version
 * before this one that still runs finds what it asks for by the key, if more slowly. `facility.beds_in_doubt` and `tick_lease` are
 * for such a version alone; a later one takes them away.
 */
export const writtenBehind = defineMigration({
  name: '0004-written-behind',
  up: () => ['DROP INDEX aggregate_seq', 'ALTER TABLE aggregate SET (fillfactor = 60)'],
});
