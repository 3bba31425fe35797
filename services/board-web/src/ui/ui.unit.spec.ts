import { describe, expect, it } from '@jest/globals';
import { loadStep, percent } from './load.js';
import { sparkShape } from './spark.js';
import { conflictLabel, initialsOf, initialsShown, sentence, withNumbers } from './labels.js';

describe('loadStep', () => {
  it.each([
    [0.84, 1],
    [0.85, 2],
    [0.89, 3],
    [0.92, 4],
    [0.955, 5],
  ])('%f against 0.9 is step %i', (rate, step) => expect(loadStep(rate, 0.9)).toBe(step));

  it("is relative to the unit's own act-at rate", () => {
    expect([loadStep(0.9, 0.9), loadStep(0.9, 0.84)]).toEqual([3, 5]);
    expect(loadStep(0.99, null)).toBe(1);
  });

  it('writes a rate with one decimal', () => expect(percent(0.9067)).toBe('90.7'));
});

describe('sparkShape', () => {
  it('breaks the line where an hour is not known', () => {
    const shape = sparkShape([0.8, 0.9, null, 0.85, 0.95], 0.9, 56, 24);
    expect(shape.lines).toHaveLength(2);
    expect(shape.dot).not.toBeNull();
  });

  it('draws no dot where now is not known, and nothing for an empty trend', () => {
    expect(sparkShape([0.8, null], 0.9, 56, 24).dot).toBeNull();
    expect(sparkShape([], null, 56, 24)).toEqual({ lines: [], actAtY: null, dot: null });
  });

  it('stays in its box for any rate', () => {
    const [line = ''] = sparkShape([0, 1.4], null, 56, 24).lines;
    const ys = line.split(' ').map((p) => Number(p.split(',')[1]));
    expect(ys).toEqual([22, 2]);
  });
});

describe('words', () => {
  it('sets the numbers of a reason apart, but not those of a bed', () => {
    const strong = (text: string) =>
      withNumbers(text)
        .filter((r) => r.strong)
        .map((r) => r.text);
    expect(strong('Waits 494 min, limit 480.')).toEqual(['494 min', '480']);
    expect(strong('4A-14: 96.4 % since 14:05')).toEqual(['96.4 %', '14:05']);
    expect(withNumbers('no numbers')).toEqual([{ text: 'no numbers', strong: false }]);
  });

  it('writes initials with dots, however they came', () => {
    expect(['TM', 'T.M.', 'ÅÖ', '', 'van T'].map((initials) => initialsShown({ initials }))).toEqual([
      'T.M.',
      'T.M.',
      'Å.Ö.',
      '?',
      'van T',
    ]);
  });

  it('makes initials of a name', () => {
    expect([initialsOf('M. Okafor'), initialsOf('bed-manager'), initialsOf('x')]).toEqual(['MO', 'BM', 'X']);
  });

  it('says a known conflict in words and reads an unknown one out', () => {
    expect(conflictLabel('bed-disputed')).toBe('Two patients in one bed');
    expect(sentence('bed-held-for-two')).toBe('Bed held for two');
  });
});
