import { describe, expect, it } from '@jest/globals';
import { factKinds } from '@wardstream/events';
import fc from 'fast-check';
import { derive, fact, type FactInput } from './testing/facts.builder.spec.js';
import { compare } from './movements.js';
import { placeKey } from './places.js';
import type { VisitFact } from './visit-fact.js';

const time = fc.integer({ min: 8, max: 15 }).map((h) => `${String(h).padStart(2, '0')}:00`);
const place = fc.constantFrom('ED-1', '4A-1', '4A-2', '4B-1', '4A', '4B^R9^77', null);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });

const said: fc.Arbitrary<FactInput> = fc.record({
  at: time,
  rec: maybe(time),
  recv: maybe(time),
  in: place,
  from: maybe(fc.constantFrom('ED-1', '4A-1', '4B-1')),
  to: maybe(fc.constantFrom('4A-2', '4B-1')),
  class: fc.constantFrom('I', 'E', 'O', null),
  evn6: fc.boolean(),
  zbe: fc.option(fc.constantFrom('m1', 'm2', 'm3'), { nil: undefined, freq: 6 }),
  action: fc.constantFrom('insert' as const, 'update' as const, 'cancel' as const),
  patient: fc.constantFrom('P1', 'P1', 'P1', 'P2'),
  family: fc.constantFrom('Ward', 'Wood'),
  visit: fc.constantFrom('V1', 'V1', 'V1', 'V2', 'V3'),
  source: fc.constantFrom('ADT1', 'ADT2'),
  changes: maybe(fc.subarray(['place' as const, 'class' as const, 'admission' as const, 'discharge' as const])),
  began: maybe(time),
  ended: maybe(time),
  how: maybe(fc.constantFrom('01', '20')),
});

/** Histories of any kinds, and likely ones: the first kinds of the list make up most of a real feed. */
const kind = fc.oneof(
  fc.constantFrom(...factKinds),
  fc.constantFrom('admit', 'transfer', 'discharge', 'cancel-transfer', 'cancel-discharge', 'cancel-admit', 'register'),
  fc.constantFrom('admit', 'transfer', 'discharge', 'merge-visit', 'merge-patient', 'delete', 'person'),
  fc.constantFrom('admit', 'transfer', 'update', 'update', 'cancel-admit'),
) as fc.Arbitrary<(typeof factKinds)[number]>;
const historyOf = fc
  .array(fc.tuple(kind, said), { minLength: 1, maxLength: 12 })
  .map((all) => all.map(([k, s]) => fact(k, { ...s, ...retiring(k, s) })));

/** What a merge retires: another visit, or another patient. */
function retiring(kind: (typeof factKinds)[number], { to }: FactInput): Pick<FactInput, 'retires'> {
  if (kind === 'merge-visit') return { retires: to === undefined ? 'V2' : 'V3' };
  return kind === 'merge-patient' || kind === 'move-visit' ? { retires: to === undefined ? 'P2' : 'P3' } : {};
}

describe('an encounter is a function of the set of its facts', () => {
  it('in whatever order they come, and however often', () => {
    const arrivals = historyOf.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc
          .array(fc.nat(facts.length - 1), { maxLength: 6 })
          .chain((again) =>
            fc.shuffledSubarray([...facts, ...again.map((i) => facts[i]!)], { minLength: facts.length + again.length }),
          ),
      ),
    );
    fc.assert(
      fc.property(arrivals, ([facts, arrived]) => {
        expect(derive(...arrived)).toEqual(derive(...facts));
      }),
      { numRuns: 2000 },
    );
  });

  it('that never contradicts itself', () => {
    fc.assert(
      fc.property(historyOf, (facts) => {
        const { status, location, stays, conflicts, movements, pendings, plannedBeds } = derive(...facts);
        const inHouse = status === 'in-progress' || status === 'on-leave';
        const open = stays.filter((s) => s.to === null);
        expect(open.length).toBeLessThanOrEqual(1);
        if (inHouse) expect(placeKey(open[0]?.place ?? null)).toBe(placeKey(location));
        else expect([location, open.length]).toEqual([null, 0]);
        for (const stay of stays) if (stay.to !== null) expect(stay.to >= stay.from).toBe(true);
        const spans = stays.filter((s) => s.to === null || s.to > s.from).sort((a, b) => compare(a.from, b.from));
        spans.forEach((s, i) => {
          if (i > 0) expect((spans[i - 1]!.to ?? '9') <= s.from).toBe(true);
        });
        expect(new Set(conflicts.map((c) => c.id)).size).toBe(conflicts.length);
        expect(new Set(movements.map((m) => m.id)).size).toBe(movements.length);
        expect(new Set(pendings.map((p) => p.kind)).size).toBe(pendings.length);
        const kept = plannedBeds.filter((p) => p.endedAt === null);
        for (const { bedId, kind } of kept)
          expect(pendings).toContainEqual(expect.objectContaining({ kind, place: expect.objectContaining({ bedId }) }));
        expect(new Set(kept.map((p) => p.kind)).size).toBe(kept.length);
        for (const { at, endedAt } of plannedBeds) if (endedAt !== null) expect(endedAt > at).toBe(true);
        if (!inHouse && status !== 'planned') expect(kept).toEqual([]);
        if (status === 'cancelled') expect(stays.every((s) => s.from === s.to)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('where a cancel and what it names leave the rest as if neither had been', () => {
    const cancelOf = {
      transfer: 'cancel-transfer',
      discharge: 'cancel-discharge',
      leave: 'cancel-leave',
      depart: 'cancel-depart',
    } as const;
    const base = [fact('admit', { at: '08:00', rec: '08:00', in: '4A-1' })];
    const named = fc.constantFrom(...(Object.keys(cancelOf) as (keyof typeof cancelOf)[]));
    fc.assert(
      fc.property(named, time, fc.constantFrom('ED-1', '4B-1'), (what, at, to) => {
        const doing = fact(what, { at, rec: '15:00', in: to, class: null });
        const undoing = fact(cancelOf[what], { at, rec: '15:30', evn6: true, class: null });
        const without = derive(...base);
        const undone = derive(...base, doing, undoing);
        expect({ ...undone, movements: [] }).toEqual({ ...without, movements: [] });
      }),
      { numRuns: 300 },
    );
  });

  const beds = ['4A-1', '4A-2', '4A-3', '4B-1', '4B-2', '4B-3', 'ED-1'] as const;
  const at = (n: number): string =>
    `${String(10 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
  /** An admission to the first of these beds and transfers through the others. */
  const wayOf = (places: readonly string[], saysPrior: boolean): VisitFact[] =>
    places.map((place, i) =>
      fact(i === 0 ? 'admit' : 'transfer', {
        ...{ at: at(i), in: place },
        ...(saysPrior && i > 0 ? { from: places[i - 1]! } : {}),
      }),
    );
  const ways = fc.shuffledSubarray([...beds], { minLength: 2 });

  it('where transfers undone in turn leave the patient where the first of them began, without a word', () => {
    fc.assert(
      fc.property(
        ways,
        fc.nat(5),
        fc.boolean(),
        fc.constantFrom('place', 'time', 'neither'),
        (places, n, says, how) => {
          const undone = Math.min(1 + n, places.length - 1);
          const cancels = Array.from({ length: undone }, (_, i) => {
            const last = places.length - 1 - i;
            const named = how === 'time' ? { at: at(last), rec: at(30 + i), evn6: true } : { at: at(30 + i) };
            return fact('cancel-transfer', { ...named, ...(how === 'neither' ? {} : { in: places[last - 1]! }) });
          });
          const { location, conflicts, stays } = derive(...wayOf(places, says), ...cancels);
          expect([location?.bedId, conflicts]).toEqual([places[places.length - 1 - undone], []]);
          expect(stays.filter((s) => s.to === null).map((s) => s.place.bedId)).toEqual([location?.bedId]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('where an A12 from a place that no transfer left, or an A13, leaves the patient in the place it says', () => {
    const cancel = fc.constantFrom('cancel-transfer' as const, 'cancel-discharge' as const);
    fc.assert(
      fc.property(ways, fc.boolean(), fc.constantFrom(...beds), cancel, (places, says, place, kind) => {
        fc.pre(kind === 'cancel-discharge' || !places.slice(0, -1).includes(place));
        const left = kind === 'cancel-discharge' ? [fact('discharge', { at: at(20), in: places.at(-1)! })] : [];
        const { location } = derive(...wayOf(places, says), ...left, fact(kind, { at: at(30), in: place }));
        expect(location?.bedId).toBe(place);
      }),
      { numRuns: 500 },
    );
  });
});
