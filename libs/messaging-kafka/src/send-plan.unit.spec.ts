import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '@wardstream/messaging';
import fc from 'fast-check';
import { planRequests } from './send-plan.js';

const record = fc.record({
  topic: fc.constant('t'),
  key: fc.constantFrom('a', 'b', 'c'),
  headers: fc.constant({ ce_id: 'x' }),
  value: fc.nat({ max: 900 }).map((n) => 'ä'.repeat(n)),
});
const bytes = (records: LogRecord[]) => records.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);

describe('planRequests', () => {
  it('keeps all records in their order', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        expect(planRequests(records, ({ key }) => key, 2_000).flat()).toEqual(records);
      }),
    );
  });

  it('puts no more into a request for one partition than the limit, unless it is one record', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        for (const request of planRequests(records, ({ key }) => key, 2_000)) {
          expect(request.length).toBeGreaterThan(0);
          for (const key of ['a', 'b', 'c']) {
            const own = request.filter((each) => each.key === key);
            if (own.length > 1) expect(bytes(own)).toBeLessThanOrEqual(2_000);
          }
        }
      }),
    );
  });

  it('sends what fits as one', () => {
    const small = Array.from({ length: 500 }, () => ({ topic: 't', key: 'a', headers: {}, value: 'x'.repeat(900) }));
    expect(planRequests(small, ({ key }) => key)).toHaveLength(1);
  });
});
