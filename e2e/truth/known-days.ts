import fc from 'fast-check';
import { Day, type Draw, kinds, type KnownDay } from './known-day.js';
import { randomDoubts } from './known-messages.js';
import type { RandomHospital } from './random-hospital.js';

const begin = Date.parse('2026-03-02T06:00:00.000Z');
const minute = 60_000;

/** Days of senders who say what is: late, in any order, sometimes without a number, with a wrong clock, or taken back. */
export function knownDays(hospital: RandomHospital, most = 30, least = 2): fc.Arbitrary<KnownDay> {
  const draw: fc.Arbitrary<Draw> = fc.record({
    what: fc.constantFrom(...kinds),
    who: fc.nat(999),
    where: fc.nat(999),
    recordedAfter: fc.oneof(fc.constant(0), fc.nat(30), fc.nat(400)),
    isUnnumbered: fc.nat(4).map((n) => n === 0),
    doubt: fc.option(randomDoubts, { nil: null, freq: 6 }),
    flag: fc.boolean(),
  });
  return fc.array(draw, { minLength: least, maxLength: most, size: 'max' }).map((draws) => {
    const day = new Day(hospital);
    draws.forEach((of, i) => day.draw(of, begin + (i + 1) * 15 * minute + i * 1000));
    const { happenings, statements, visits, doubted } = day;
    return { happenings, statements, visits, doubted };
  });
}
