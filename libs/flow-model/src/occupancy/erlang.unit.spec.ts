import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actAtRate, erlangB, erlangC, rateAtWait } from './erlang.js';

describe('Erlang formulas', () => {
  it.each([
    [24, 0.345, 0.597, 0.734, 0.073],
    [30, 0.296, 0.557, 0.705, 0.059],
    [60, 0.155, 0.42, 0.599, 0.027],
    [200, 0.015, 0.17, 0.365, 0.002],
  ])('%d beds give the published chances of waiting and of loss', (beds, at85, at92, at95, loss85) => {
    expect(erlangC(beds, 0.85 * beds)).toBeCloseTo(at85, 3);
    expect(erlangC(beds, 0.92 * beds)).toBeCloseTo(at92, 3);
    expect(Math.abs(erlangC(beds, 0.95 * beds) - at95)).toBeLessThan(0.001);
    expect(erlangB(beds, 0.85 * beds)).toBeCloseTo(loss85, 3);
  });

  it.each([
    [12, 85.2],
    [17, 87.6],
    [25, 89.8],
    [40, 91.9],
  ])('%d beds are to be acted on at %d %%', (beds, percent) => {
    expect(actAtRate(beds)! * 100).toBeCloseTo(percent, 1);
  });

  it('has no rate for a unit without beds, and waits for certain at full load', () => {
    expect(actAtRate(0)).toBeNull();
    expect(erlangC(10, 10)).toBe(1);
    expect(erlangC(0, 1)).toBe(1);
  });

  it('rises with the size of the unit and with the chance that is accepted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.double({ min: 0.05, max: 0.9, noNaN: true }), (beds, p) => {
        expect(rateAtWait(beds + 1, p)!).toBeGreaterThanOrEqual(rateAtWait(beds, p)!);
        expect(rateAtWait(beds, p + 0.05)!).toBeGreaterThanOrEqual(rateAtWait(beds, p)!);
        expect(erlangC(beds, rateAtWait(beds, p)! * beds)).toBeCloseTo(p, 2);
      }),
    );
  });
});
