import { defineMigration } from '@wardstream/persistence';

/**
 * What was told of a feed, apart from what is counted of it: whoever tells it locks no row that a message's acknowledgement waits for.
 * `published_received` and `gaps` of `feed` are what a version before this one told; a row here takes them over when it is made.
 */
export const feedsTold = defineMigration({
  name: '0025-feeds-told',
  up: () => [
    `CREATE TABLE feed_told (
       facility text NOT NULL,
       feed     text NOT NULL,
       received bigint NOT NULL,
       gaps     real[] NOT NULL,
       PRIMARY KEY (facility, feed)
     ) WITH (fillfactor = 50)`,
  ],
});
