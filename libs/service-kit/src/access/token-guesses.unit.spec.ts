import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenGuesses } from './token-guesses.js';

describe('TokenGuesses', () => {
  it('limits an address for the rest of its minute, and no other', () => {
    let now = 1_000;
    const guesses = new TokenGuesses(3, () => now);
    expect([1, 2, 3].map(() => guesses.add('127.0.0.1'))).toEqual([null, null, null]);
    now += 20_000;
    expect([guesses.add('127.0.0.1'), guesses.add('127.0.0.2')]).toEqual([40, null]);
    now += 39_999;
    expect(guesses.add('127.0.0.1')).toBe(1);
    now += 1;
    expect(guesses.add('127.0.0.1')).toBeNull();
  });

  it.each([
    ['IPv4 in the form of IPv6', '::ffff:127.0.0.1', '127.0.0.1', true],
    ['a network of IPv6', '2001:db8:0:1::1', '2001:db8:0:1:ffff:1:2:3', true],
    ['written otherwise', '2001:db8::1', '2001:0DB8:0:0::7', true],
    ['another network of IPv6', '2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['with a zone', 'fe80::1%lo', 'fe80::2', true],
  ])('%s: counts as one or not', (_, one, other, same) => {
    const guesses = new TokenGuesses(1, () => 0);
    guesses.add(one);
    expect(guesses.add(other) !== null).toBe(same);
  });

  it('remembers no more addresses than it may, and none beyond its minute', () => {
    let now = 0;
    const guesses = new TokenGuesses(1, () => now);
    for (let i = 0; i < 12_000; i += 1) guesses.add(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect(guesses.size).toBe(10_000);
    now = 60_000;
    guesses.add('127.0.0.1');
    expect(guesses.size).toBe(1);
  });

  it('lets as many through in each minute as it may, whatever comes', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(30_000), from: fc.constantFrom('a', 'b') }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), steps, (most, all) => {
        let now = 0;
        const guesses = new TokenGuesses(most, () => now);
        const passed = new Map<string, number[]>();
        for (const { wait, from } of all) {
          now += wait;
          const retryAfter = guesses.add(from);
          if (retryAfter !== null) expect(retryAfter).toBeGreaterThan(0);
          else passed.set(from, [...(passed.get(from) ?? []), now]);
        }
        // A window begins with its first guess, so any minute lies in two of them at most.
        for (const times of passed.values())
          for (const t of times)
            expect(times.filter((u) => u >= t && u < t + 60_000).length).toBeLessThanOrEqual(2 * most);
      }),
    );
  });
});
