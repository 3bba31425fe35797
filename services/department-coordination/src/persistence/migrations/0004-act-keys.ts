import { defineMigration } from '@wardstream/persistence';

/** Acts that were taken, by the key that their sender gave them: kept for two days, in which a phone may send one again. */
export const actKeys = defineMigration({
  name: '0004-act-keys',
  up: () => [
    `CREATE TABLE act_key (
       facility text NOT NULL,
       key      uuid NOT NULL,
       act      text NOT NULL,
       taken_at timestamptz NOT NULL,
       PRIMARY KEY (facility, key)
     )`,
    'CREATE INDEX act_key_taken ON act_key (taken_at)',
  ],
});
