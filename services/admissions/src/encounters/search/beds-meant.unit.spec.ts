import { describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { bedsMeant } from './beds-meant.js';

describe('the beds that somebody means', () => {
  it.each([
    ['4A-1', ['4A-1']],
    ['4a1', ['4A-1']],
    ['4A 1', ['4A-1']],
    ['ED/3', ['ED-3']],
    // Two characters begin whole wards, and name no bed.
    ['4A', []],
    ['4A-R1', ['4A-1', '4A-2']],
    ['ward', []],
    ['', []],
    ['--', []],
  ])('by %j are %j', (q, expected) => expect(bedsMeant(q, smallHouse)).toEqual(expected));

  it('are none where what is typed begins a whole ward', () => {
    const [first] = smallHouse.beds;
    const beds = Array.from({ length: 30 }, (_, i) => ({
      ...first!,
      id: `ICU-${i + 100}`,
      unit: 'ICU',
      bed: String(i + 100),
    }));
    expect(bedsMeant('ICU', { beds })).toEqual([]);
    expect(bedsMeant('ICU-12', { beds })).toHaveLength(10);
  });
});
