import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { corrections } from './testing/corrections.cases.spec.js';
import { derive, fact, summary } from './testing/facts.builder.spec.js';
import { a01, a03 } from './testing/derive-encounter.cases.spec.js';
import { type Retirement, survivorsOf } from './merges.js';

describe.each(Object.entries(corrections))('%s', (_, cases) => {
  it.each(cases)('%s', (_title, facts, expected) => {
    expect(summary(derive(...facts))).toMatchObject({ conflicts: [], ...expected });
    expect(derive(...[...facts].reverse())).toEqual(derive(...facts));
  });
});

describe('who the patient is', () => {
  const named = (at: string, family: string, more = {}): ReturnType<typeof fact> =>
    fact('person', { at, family, visit: null, ...more });

  it('is what was recorded last of the person, in a visit or apart from any', () => {
    expect(derive(a01, named('11:00', 'Wood')).patient.family).toBe('Wood');
    expect(derive(a01, named('09:00', 'Wood')).patient.family).toBe('Ward');
    expect(derive(a01, named('11:00', 'Wood')).brief.initials).toBe('AW');
  });

  it('is not what was said of another person', () => {
    expect(derive(a01, named('11:00', 'Wood', { patient: 'P2' })).patient.family).toBe('Ward');
  });

  it('stays as it was when the visit was over', () => {
    expect(derive(a01, a03, named('16:00', 'Wood')).patient.family).toBe('Ward');
    const foreseen = fact('discharge', { at: '15:00', rec: '13:00', in: '4A-1' });
    expect(derive(a01, foreseen, named('14:00', 'Wood')).patient.family).toBe('Wood');
  });

  it('goes by the surviving identifier after a merge, whoever was told first', () => {
    const merge = fact('merge-patient', { at: '11:00', visit: null, patient: 'P9', retires: 'P1', family: 'Woods' });
    expect(derive(a01, merge).patient).toMatchObject({ id: 'P9', family: 'Woods' });
    const update = fact('person', { at: '12:00', visit: null, patient: 'P1', family: 'Wood' });
    expect(derive(update, merge, a01).patient).toMatchObject({ id: 'P9', family: 'Wood' });
  });

  it('is the new patient of a visit that was moved', () => {
    const move = fact('move-visit', { at: '11:00', patient: 'P2', retires: 'P1', family: 'Wood' });
    expect(derive(a01, move).patient).toMatchObject({ id: 'P2', family: 'Wood' });
  });
});

describe('what identifiers go by', () => {
  const merged = (...all: [at: number, retired: string, survivor: string][]): Record<string, string> =>
    Object.fromEntries(
      survivorsOf(
        all.map(([at, retired, survivor]) => ({ id: `${at}${retired}`, retired, survivor, recordedAt: String(at) })),
      ),
    );

  it.each([
    ['one merge', [[1, 'a', 'b']], { a: 'b', b: 'b' }],
    [
      'two after each other',
      [
        [1, 'a', 'b'],
        [2, 'b', 'c'],
      ],
      { a: 'c', b: 'c', c: 'c' },
    ],
    [
      'into a retired one',
      [
        [1, 'a', 'b'],
        [2, 'c', 'a'],
      ],
      { a: 'b', b: 'b', c: 'b' },
    ],
    [
      'turned round',
      [
        [1, 'a', 'b'],
        [2, 'b', 'a'],
      ],
      { a: 'a', b: 'a' },
    ],
    [
      'said again later',
      [
        [1, 'a', 'b'],
        [2, 'b', 'c'],
        [3, 'a', 'b'],
      ],
      { a: 'c', b: 'c', c: 'c' },
    ],
    ['into itself', [[1, 'a', 'a']], { a: 'a' }],
  ] as [string, [number, string, string][], Record<string, string>][])('%s', (_, all, expected) => {
    expect(merged(...all)).toEqual(expected);
    expect(merged(...all.reverse())).toEqual(expected);
  });

  it('is itself a survivor, one for all that were ever merged, in any order of arrival', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const all = fc.array(
      fc.record({ id: fc.uuid(), retired: name, survivor: name, recordedAt: fc.constantFrom('1', '2', '3') }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        all.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]: [Retirement[], Retirement[]]) => {
          const survivors = survivorsOf(list);
          expect([...survivorsOf(shuffled)].sort()).toEqual([...survivors].sort());
          for (const by of survivors.values()) expect(survivors.get(by)).toBe(by);
          for (const { retired, survivor } of list) expect(survivors.get(retired)).toBe(survivors.get(survivor));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
