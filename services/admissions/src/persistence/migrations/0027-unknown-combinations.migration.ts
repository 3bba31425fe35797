import { defineMigration } from '@wardstream/persistence';

/**
 * What is not known of stored messages is asked for by combination, from one to the next: an index by what a combination is. The codes
 * themselves may be longer than an index holds.
 */
export const unknownCombinations = defineMigration({
  name: '0027-unknown-combinations',
  concurrently: true,
  up: () => [
    `CREATE INDEX CONCURRENTLY message_unknown_combination
         ON message (sender_application, sender_facility, facility, md5(unknown::text))
      WHERE unknown IS NOT NULL AND facility IS NOT NULL`,
  ],
});
