import { describe, expect, it } from '@jest/globals';
import { migrationFaults } from './migration-rules.js';
import type { Migration } from './migration.js';

const released = new Set(['0.1.0']);
const faults = (statements: string | string[], of: Partial<Migration> = {}): string[] =>
  migrationFaults({ name: '0001', up: () => [statements].flat(), ...of }, 'ward', released);

describe('a step of a schema that others use meanwhile', () => {
  it.each([
    ['drops a table', 'DROP TABLE bed', /drops/],
    ['drops a column', 'ALTER TABLE bed DROP COLUMN told', /drops/],
    ['drops a default', 'ALTER TABLE bed ALTER COLUMN told DROP DEFAULT', /drops/],
    ['drops an index', 'DROP INDEX bed_state', /drops/],
    ['drops beside what it adds', ['ALTER TABLE bed ADD COLUMN a text', 'DROP FUNCTION f()'], /drops/],
    ['renames a table', 'ALTER TABLE bed RENAME TO beds', /renames/],
    ['renames a column', 'ALTER TABLE bed RENAME COLUMN a TO b', /renames/],
    ['changes a type', 'ALTER TABLE bed ALTER COLUMN n TYPE bigint', /type/],
    ['changes a type in longer words', 'alter table bed alter n set data type bigint', /type/],
    ['demands a value', 'ALTER TABLE ward.bed ALTER COLUMN n SET NOT NULL', /value/],
    ['adds a column that demands a value', 'ALTER TABLE bed ADD COLUMN n int NOT NULL', /value/],
    ['adds it without the word COLUMN', 'ALTER TABLE bed ADD n int NOT NULL', /value/],
    ['adds it behind another', 'ALTER TABLE bed ADD COLUMN a numeric(4, 2), ADD COLUMN n int NOT NULL', /value/],
    ['adds an identity', 'ALTER TABLE bed ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY', /whole table/],
    ['adds a default of each row', 'ALTER TABLE bed ADD COLUMN t timestamptz DEFAULT clock_timestamp()', /whole table/],
    ['adds a check', 'ALTER TABLE bed ADD CONSTRAINT c CHECK (n > 0)', /all rows/],
    ['adds a column with a check', 'ALTER TABLE bed ADD COLUMN n int CHECK (n > 0)', /all rows/],
    ['adds a key', 'ALTER TABLE bed ADD PRIMARY KEY (id)', /all rows/],
    ['makes an index', 'CREATE INDEX bed_state ON bed (state)', /CONCURRENTLY/],
    ['makes a unique index', 'CREATE UNIQUE INDEX bed_one ON ward.bed USING btree (state)', /CONCURRENTLY/],
    [
      'makes an index of an old table beside a new one',
      ['CREATE TABLE x (id int)', 'CREATE INDEX i ON bed (n)'],
      /CONCURRENTLY/,
    ],
    ['moves rows', 'UPDATE bed SET n = 1', /batches/],
    ['removes rows', 'DELETE FROM bed WHERE n = 1', /batches/],
    ['empties a table', 'TRUNCATE bed', /batches/],
    ['makes an index concurrently in a transaction', 'CREATE INDEX CONCURRENTLY i ON bed (n)', /step of its own/],
  ])('is refused where it %s', (_, statements, fault) => {
    expect(faults(statements)).toEqual([expect.stringMatching(fault)]);
  });

  it.each([
    [
      'makes a table with all it needs',
      ['CREATE TABLE x (id int NOT NULL)', 'CREATE INDEX x_id ON x (id)', 'ALTER TABLE x ADD COLUMN n int NOT NULL'],
    ],
    ['adds a column', 'ALTER TABLE bed ADD COLUMN n int, ADD COLUMN m text COLLATE "C"'],
    [
      'adds a column with a default',
      "ALTER TABLE bed ADD COLUMN n int NOT NULL DEFAULT 0, ADD s text NOT NULL DEFAULT 'rename it; drop it'",
    ],
    ['demands a value no more', 'ALTER TABLE bed ALTER COLUMN n DROP NOT NULL'],
    ['adds a check for what comes', 'ALTER TABLE bed ADD CONSTRAINT c CHECK (n > 0) NOT VALID'],
    ['sets how a table is kept', 'ALTER TABLE bed SET (fillfactor = 50)'],
    [
      'makes a function that drops',
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE t; UPDATE x SET n = 1; END $$',
    ],
    ['says so in a comment', '-- DROP TABLE bed\nALTER TABLE bed ADD COLUMN n int /* RENAME */'],
  ])('is taken where it %s', (_, statements) => expect(faults(statements)).toEqual([]));

  it('may take away what a release before has replaced, if it says which', () => {
    expect(faults('DROP TABLE bed', { contracts: { expandedIn: '0.1.0' } })).toEqual([]);
    expect(faults('DROP TABLE bed', { contracts: { expandedIn: '0.2.0' } })).toEqual([
      expect.stringMatching(/no release/),
    ]);
    expect(faults('CREATE INDEX i ON bed (n)', { contracts: { expandedIn: '0.1.0' } })).toHaveLength(1);
  });

  it('makes indexes concurrently in a step that does nothing else', () => {
    const one = 'CREATE UNIQUE INDEX CONCURRENTLY i ON bed (n)';
    expect(faults(one, { concurrently: true })).toEqual([]);
    expect(faults([one, 'ALTER TABLE bed ADD COLUMN n int'], { concurrently: true })).toHaveLength(1);
  });
});
