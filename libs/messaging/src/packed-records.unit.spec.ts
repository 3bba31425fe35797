import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LogRecord } from './event-log.js';
import { cutForPacking, packRecords, unpackRecords } from './packed-records.js';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const anyRecord: fc.Arbitrary<LogRecord> = fc.record({
  topic: fc.constantFrom('wardstream.bed-management.bed.v1', 'wardstream.admissions.encounter.v1'),
  key: fc.oneof(fc.constantFrom('NGH', 'SGH'), text),
  headers: fc.dictionary(
    fc.oneof(fc.constantFrom('ce_id', 'ce_type', 'ce_source', '__proto__', 'constructor'), text),
    fc.oneof(fc.constant('a'), text),
  ),
  value: fc.oneof(text, fc.json(), fc.string({ minLength: 200, maxLength: 4_000, unit: 'binary' })),
});
const plain = (records: readonly LogRecord[]) =>
  records.map(({ headers, ...rest }) => ({ ...rest, headers: Object.entries(headers).sort() }));

describe('packed records', () => {
  it('are the same, in the same order, when they are unpacked', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 12 }), (records) => {
        expect(plain(unpackRecords(packRecords(records)))).toEqual(plain(records));
      }),
    );
  });

  it('have no header that another record of them has alone', () => {
    const record = (headers: Record<string, string>) => ({ topic: 't', key: 'k', headers, value: '' });
    const records = [record({ a: '1', b: '2' }), record({ a: '1', c: '' }), record({})];
    expect(unpackRecords(packRecords(records))).toEqual(records);
  });

  it('take a fraction of what they have in common', () => {
    const records = Array.from({ length: 40 }, (_, i) => ({
      topic: 'wardstream.bed-management.bed.v1',
      key: 'NGH',
      headers: {
        ce_specversion: '1.0',
        ce_source: 'bed-management',
        ce_type: 'bed-management.bed-changed',
        ce_id: `${i}`,
      },
      value: JSON.stringify({ facility: 'NGH', bed: `4A-${i}`, state: 'occupied', occupants: [], asOf: `10:${i}` }),
    }));
    const size = records.reduce((sum, each) => sum + JSON.stringify(each).length, 0);
    expect(packRecords(records).length).toBeLessThan(size / 8);
  });

  it('are refused in a form that is not known', () => {
    expect(() => unpackRecords(Buffer.from([99, 1, 2]))).toThrow('were written by a later version');
  });

  it('are cut where they become too many or too long, in their order, and never within a record', () => {
    const limits = fc.record({
      mostRecords: fc.integer({ min: 1, max: 5 }),
      mostCharacters: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 30 }), limits, (records, most) => {
        const groups = cutForPacking(records, most);
        expect(groups.flat()).toEqual(records);
        const lengthOf = (group: readonly LogRecord[]) => group.reduce((sum, { value }) => sum + value.length, 0);
        for (const [i, group] of groups.entries()) {
          expect(group.length).toBeGreaterThan(0);
          expect(group.length).toBeLessThanOrEqual(most.mostRecords);
          if (group.length > 1) expect(lengthOf(group)).toBeLessThanOrEqual(most.mostCharacters);
          const next = groups[i + 1];
          if (next === undefined || group.length === most.mostRecords) continue;
          expect(lengthOf([...group, next[0]!])).toBeGreaterThan(most.mostCharacters);
        }
      }),
    );
  });
});
