import { defineMigration } from '@wardstream/persistence';

/**
 * Messages that are not HL7 v2: `statement` is what was read of them when they came, as their text alone does not tell it again.
 * `bed`: the state of every bed as it was last published, for those who are told of it from here.
 */
export const formats = defineMigration({
  name: '0003-formats',
  up: () => [
    "ALTER TABLE message ADD COLUMN format text NOT NULL DEFAULT 'hl7v2', ADD COLUMN statement json",
    `CREATE TABLE bed (
       facility text NOT NULL,
       id       text NOT NULL,
       version  integer NOT NULL,
       data     json NOT NULL,
       PRIMARY KEY (facility, id)
     )`,
  ],
});
