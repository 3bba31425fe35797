import { describe, expect, it } from '@jest/globals';
import { directory, sent } from './testing/facts.builder.spec.js';
import { emptyDirectory } from './directory.js';

describe('the directory of a facility (rule 14)', () => {
  it.each([
    ['4A^4A-R1^1', { unit: '4A', room: '4A-R1', bed: '1', bedId: '4A-1' }],
    ['4A^R1^1', { unit: '4A', room: '4A-R1', bed: '1', bedId: '4A-1' }],
    ['4A^^3', { unit: '4A', room: '4A-R2', bed: '3', bedId: '4A-3' }],
    ['4A^^4A-3', { unit: '4A', room: '4A-R2', bed: '3', bedId: '4A-3' }],
    ['^^4A-3', { unit: '4A', room: '4A-R2', bed: '3', bedId: '4A-3' }],
    ['4A^^', { unit: '4A', room: null, bed: null, bedId: null }],
    ['4A^4A-R2^', { unit: '4A', room: '4A-R2', bed: null, bedId: null }],
    ['4A^R2^', { unit: '4A', room: '4A-R2', bed: null, bedId: null }],
    ['4A^R2^1', { unit: '4A', room: 'R2', bed: '1', bedId: null, asSent: '4A^R2^1' }],
    ['4A^R9^', { unit: '4A', room: 'R9', bed: null, bedId: null, asSent: '4A^R9^' }],
    ['4B^^4A-3', { unit: '4B', room: null, bed: '4A-3', bedId: null, asSent: '4B^^4A-3' }],
    ['ZZ^1^1', { unit: 'ZZ', room: '1', bed: '1', bedId: null, asSent: 'ZZ^1^1' }],
    ['^^3', { unit: null, room: null, bed: '3', bedId: null, asSent: '^^3' }],
  ])('%s', (said, place) => {
    expect(directory.resolve(sent(said)!)).toEqual(place);
  });

  it('says what of a place it does not know', () => {
    const unknown = (said: string): string | null => directory.unknownPart(sent(said)!);
    expect([unknown('4A^R1^1'), unknown('4A^R1^9'), unknown('ZZ^1^1'), unknown('^^3')]).toEqual([
      null,
      'bed',
      'unit',
      'bed',
    ]);
  });

  it('keeps every place as sent while nothing is configured', () => {
    expect(emptyDirectory.resolve(sent('4A-1')!)).toMatchObject({ bedId: null, asSent: '4A^^1' });
  });
});
