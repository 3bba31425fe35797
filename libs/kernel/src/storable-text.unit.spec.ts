import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isStorableText, unfitIn } from './index.js';

describe('what can be kept of a JSON value', () => {
  it('is every text that is the same when it was written as UTF-8 and read, without U+0000', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) }),
        (text) => {
          const kept = Buffer.from(text, 'utf8').toString('utf8') === text && !text.includes('\0');
          expect(isStorableText(text)).toBe(kept);
        },
      ),
    );
  });

  it('is all of it, or the first place where it is not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('\0', 'x\0', '\ud800', '\udc00y'), (value, wrong) => {
        const texts = JSON.stringify(value);
        const fits = !/\\u0000|\\ud[89a-f]/.test(texts);
        expect(unfitIn(value) === null).toBe(fits);
        if (fits) expect(unfitIn({ a: [value, { b: wrong }] })).toEqual({ path: 'a.1.b', fault: 'text' });
        if (fits) expect(unfitIn({ [wrong]: value })).toEqual({ path: '', fault: 'text' });
      }),
    );
  });

  it('is nothing that is nested beyond use, and nothing is walked through by recursion', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(unfitIn(deep)).toMatchObject({ fault: 'depth' });
  });
});
