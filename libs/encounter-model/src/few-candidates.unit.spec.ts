import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resolveCancels } from './cancels.js';
import { directory, fact, type FactInput } from './testing/facts.builder.spec.js';
import { mergedVisits } from './merges.js';
import { gather, inRecordedOrder } from './movements.js';

const time = fc.integer({ min: 8, max: 13 }).map((h) => `${String(h).padStart(2, '0')}:00`);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });
const kind = fc.constantFrom(
  ...(['admit', 'transfer', 'transfer', 'swap', 'discharge', 'register', 'update', 'merge-visit'] as const),
  ...(['cancel-transfer', 'cancel-transfer', 'cancel-discharge', 'cancel-admit', 'delete'] as const),
  ...(['pending-transfer', 'cancel-pending-transfer'] as const),
);
const said: fc.Arbitrary<FactInput> = fc.record({
  at: time,
  rec: maybe(time),
  in: fc.constantFrom('ED-1', '4A-1', '4A-2', '4B-1', '4A', '4B^R9^77', null),
  from: maybe(fc.constantFrom('ED-1', '4A-1', '4A', '4B-1')),
  evn6: fc.boolean(),
  zbe: fc.option(fc.constantFrom('m1', 'm2'), { nil: undefined, freq: 5 }),
  action: fc.constantFrom('insert' as const, 'insert' as const, 'update' as const, 'cancel' as const),
  visit: fc.constantFrom('V1', 'V1', 'V2', 'V3'),
  source: fc.constantFrom('ADT1', 'ADT2'),
  changes: maybe(fc.constant(['place' as const])),
});
const historyOf = fc
  .array(fc.tuple(kind, said), { minLength: 2, maxLength: 20 })
  .map((all) => all.map(([k, s]) => fact(k, { ...s, ...(k === 'merge-visit' ? { retires: 'V2' } : {}) })));

describe('what cancels name', () => {
  it('is the same whether each looks at all movements or at lists of them', () => {
    let cancels = 0;
    fc.assert(
      fc.property(historyOf, (history) => {
        const facts = inRecordedOrder(history);
        const merged = mergedVisits(facts);
        const statements = gather(facts, directory);
        const few = resolveCancels(statements, merged, Infinity);
        expect(few).toEqual(resolveCancels(statements, merged, 0));
        cancels += few.named.size;
      }),
      { numRuns: 3_000 },
    );
    expect(cancels).toBeGreaterThan(2_000);
  });
});
