import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FIRST_INSTANT, heldInstant, instantOf, LAST_INSTANT } from './index.js';

const anyMs = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.constantFrom(Infinity, -Infinity, -0, 8.64e15, 1e308),
);

describe('an instant as text', () => {
  it('is always one that can be kept and that sorts by time, whatever was added to it', () => {
    fc.assert(
      fc.property(anyMs, anyMs, (a, b) => {
        const [x, y] = [instantOf(a), instantOf(b)];
        expect(x).toMatch(/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(x >= FIRST_INSTANT && x <= LAST_INSTANT).toBe(true);
        if (Math.trunc(a) < Math.trunc(b)) expect(x <= y).toBe(true);
      }),
    );
  });

  it.each([
    ['0000-01-01T00:00:00.000Z', FIRST_INSTANT],
    ['+010000-01-01T00:00:00.000Z', LAST_INSTANT],
    ['2026-03-02T08:00:00.000Z', '2026-03-02T08:00:00.000Z'],
    ['2026-03-02T08:00:00Z', '2026-03-02T08:00:00Z'],
    ['no time', 'no time'],
  ])('%s is held as %s', (text, held) => expect(heldInstant(text)).toBe(held));
});
