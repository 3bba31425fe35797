import { describe, expect, it } from '@jest/globals';
import type { SentPlace } from '@wardstream/events';
import fc from 'fast-check';
import { faultOf, PlaceMap, type PlaceRule } from './place-rules.js';

function sent(text: string): SentPlace {
  const [unit = null, room = null, bed = null, facility = null] = text.split('^').map((part) => part || null);
  return { unit, room, bed, facility };
}

function text(place: SentPlace | null): string {
  if (place === null) return 'no place';
  return [place.unit, place.room, place.bed].map((part) => part ?? '').join('^');
}

function mapped(place: string, ...rules: [string, string][]): string {
  return text(new PlaceMap(rules.map(([from, to]) => ({ from, to }))).map(sent(place)));
}

describe('a place by its rules', () => {
  it.each<[string, string, [string, string][], string]>([
    ['is itself without a rule', 'CCU^1^A', [], 'CCU^1^A'],
    ['of a renamed unit keeps room and bed', 'CCU^1^A', [['CCU', 'ICU']], 'ICU^1^A'],
    ['of another unit stays', 'CCU2^1^A', [['CCU', 'ICU']], 'CCU2^1^A'],
    [
      'is the one that is named, before its unit',
      'CCU^1^A',
      [
        ['CCU', 'ICU'],
        ['CCU^1^A', 'HDU^^01'],
      ],
      'HDU^^01',
    ],
    ['without a room is named so', 'CCU^^A', [['CCU^^A', 'HDU^^01']], 'HDU^^01'],
    ['in a room is not the one without', 'CCU^1^A', [['CCU^^A', 'HDU^^01']], 'CCU^1^A'],
    ['counts its facility where a rule says so', '4A^^1^NORTH', [['4A^^1^NORTH', 'N4A^^1']], 'N4A^^1'],
    ['of another facility stays', '4A^^1^SOUTH', [['4A^^1^NORTH', 'N4A^^1']], '4A^^1'],
    ['has any facility where no rule says so', '4A^^1^X', [['4A', '4B']], '4B^^1'],
    ['follows a pattern', 'W4^R2^B7', [['{u}^R{r}^B{b}', '{u}^{r}^{b}']], 'W4^2^7'],
    ['has its zeros', '4A^^1', [['{u}^^{b:digits}', '{u}^^{b:2}']], '4A^^01'],
    ['has them once', '4A^^01', [['{u}^^{b:digits}', '{u}^^{b:2}']], '4A^^01'],
    ['loses none that it needs', '4A^^000', [['{u}^^{b:digits}', '{u}^^{b:1}']], '4A^^0'],
    ['of letters is no digits', '4A^^B', [['{u}^^{b:digits}', '{u}^^{b:2}']], '4A^^B'],
    ['may be in one part', 'W4-R2-B7', [['{u}-{r}-{b}', '{u}^{r}^{b}']], 'W4^R2^B7'],
    ['may leave its room out', '4A^12^3', [['*^*^*', '*^^*']], '4A^^3'],
    [
      'is by the first pattern that fits',
      'A1^^2',
      [
        ['A{x}', 'X'],
        ['{y}', 'Y'],
      ],
      'X^^2',
    ],
    [
      'is named before any pattern',
      'A1^^2',
      [
        ['A{x}', 'X'],
        ['A1', 'Y'],
      ],
      'Y^^2',
    ],
    ['may be no place at all', 'HOME', [['HOME', '']], 'no place'],
    ['may lose all it says', 'Z^^', [['Z', '^']], 'no place'],
    ['has its dots and stars as they are', 'A.1^^*', [['A.1^^{b}', 'B^^{b}']], 'B^^*'],
    ['is not what a dot would match', 'AX1^^2', [['A.1^^{b}', 'B^^{b}']], 'AX1^^2'],
    ['with dollars is written as it is', '4A^^$&', [['{u}^^{b}', '{u}^^x{b}']], '4A^^x$&'],
  ])('%s', (_, place, rules, expected) => {
    expect(mapped(place, ...rules)).toBe(expected);
  });

  it('is always some place or none, whatever the rules and whatever is sent', () => {
    const part = fc.oneof(
      fc.constantFrom('', '4A', 'ICU', '01', 'B7', '*', '{', '$&', '^'),
      fc.string({ maxLength: 120 }),
    );
    const place = fc.record({
      unit: fc.option(part),
      room: fc.option(part),
      bed: fc.option(part),
      facility: fc.option(part),
    });
    const piece = fc.constantFrom('4A', '*', '{u}', '{b:digits}', 'B{b}', '', 'R.{r}+', '{a}-{c}');
    const rule = fc.record({
      from: fc.array(piece, { minLength: 1, maxLength: 4 }).map((p) => p.join('^')),
      to: fc
        .array(fc.constantFrom('ICU', '*', '', '{u}', '{b:2}', '{r}', '{a}{c}'), { maxLength: 3 })
        .map((p) => p.join('^')),
    });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), place, (rules, at) => {
        const sound = rules.filter((r) => faultOf(r) === null);
        const map = new PlaceMap(sound);
        const once = map.map(at);
        expect(map.map(at)).toEqual(once);
        expect(new PlaceMap(sound).map(at)).toEqual(once);
        if (once !== null) expect(once.facility).toBe(at.facility);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays as it is mapped where no target is a source of another rule', () => {
    const source = fc.constantFrom('CCU', 'CCU^1', 'CCU^1^A', 'W{n:digits}', '{u:digits}^^B{b}');
    const target = fc.constantFrom('ICU', 'ICU^^01', 'ICU^1', 'HDU^^02');
    const rules = fc.array(fc.record({ from: source, to: target }), { maxLength: 5 });
    const place = fc.constantFrom('CCU^1^A', 'CCU^^2', 'W7^^B1', '12^^B3', 'ICU^^01', 'X^Y^Z').map(sent);
    fc.assert(
      fc.property(rules, place, (list, at) => {
        const map = new PlaceMap(list);
        const once = map.map(at);
        expect(map.map(once!)).toEqual(once);
      }),
    );
  });
});

describe('a rule', () => {
  it.each<[string, string, RegExp]>([
    ['^^', 'ICU', /every place/],
    ['*^*', 'ICU', /every place/],
    ['A^B^C^D^E', 'ICU', /more than unit, room, bed and facility/],
    ['A', 'A^B^C^D', /more than unit, room and bed/],
    ['{u', 'A', /brace/],
    ['A*', 'A', /must stand alone/],
    ['{U}', 'A', /brace/],
    ['{u:words}', 'A', /may only be/],
    ['{u}^{u}', 'A', /twice/],
    ['{u}{b}', '{u}', /where one placeholder ends/],
    ['{u}', '{b}', /has no \{b\}/],
    ['{b}', '{b:2}', /must be \{b:digits\}/],
    ['{b:digits}', '{b:digits}', /how many digits/],
  ])('%s to %s is refused', (from, to, expected) => {
    expect(faultOf({ from, to } satisfies PlaceRule)).toMatch(expected);
  });

  it.each([
    ['CCU', 'ICU'],
    ['{u}^{r}^B{b:digits}', '{u}^{r}^{b:2}'],
    ['*^*^{b:digits}', '*^^{b:2}'],
    ['HOME', ''],
  ])('%s to %s is sound', (from, to) => {
    expect(faultOf({ from, to })).toBeNull();
  });
});
