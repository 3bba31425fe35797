import { describe, expect, it } from '@jest/globals';
import { notFollowed } from './beds-behind.js';

describe('beds that do not show a visit that holds them', () => {
  const occupant = (encounterId: string) => ({
    encounterId,
    since: '2026-01-13T09:00:00.000Z',
    role: 'active' as const,
  });
  const beds = new Map([
    ['W1-1', { occupants: [occupant('in')] }],
    ['W1-2', { occupants: [] }],
    ['W1-3', { occupants: [], notInBed: [{ encounterId: 'aside' }] }],
  ]);
  const found = (encounterId: string, heldBed: string | null) => notFollowed([{ encounterId, heldBed }], beds);

  it('are named with it', () => {
    expect(found('moved', 'W1-2')).toEqual([{ encounterId: 'moved', bedId: 'W1-2' }]);
    expect(found('moved', 'W1-1')).toEqual([{ encounterId: 'moved', bedId: 'W1-1' }]);
  });

  it.each([
    ['who is shown', 'in', 'W1-1'],
    ['of whom a person said that they are not there', 'aside', 'W1-3'],
    ['who holds no bed', 'none', null],
    ['in a bed that the facility does not have', 'moved', 'W9-9'],
  ])('are none for a visit %s', (_, encounterId, heldBed) => expect(found(encounterId, heldBed)).toEqual([]));
});
