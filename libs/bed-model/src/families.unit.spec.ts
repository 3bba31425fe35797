import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StayInBed } from './bed-facts.js';
import { deriveBed } from './derive-bed.js';

const setup = { facility: 'NGH', bedId: 'MAT-1', staffed: true, surge: false };
const stay = (encounterId: string, from: number, more: Partial<StayInBed> = {}): StayInBed => ({
  ...{
    encounterId,
    movementId: `m-${encounterId}`,
    from,
    to: null,
    leavesDirty: true,
    endedBy: null,
    person: encounterId,
  },
  ...more,
});
const mother = stay('mother', 100);
const newborn = stay('newborn', 200, { mother: 'mother' });
const twin = stay('twin', 300, { mother: 'mother' });
const stranger = stay('stranger', 400);

const derive = (stays: readonly StayInBed[]) =>
  deriveBed({ setup, checkpoint: null, stays, facts: [], holds: [] }, { now: 1_000 });
const disputes = (stays: readonly StayInBed[]) => derive(stays).fold.conflicts.filter((c) => c.kind === 'bed-disputed');

describe('a mother and her newborn in one bed', () => {
  it('are no dispute, nor are two newborns of hers, whoever came first', () => {
    const family = [mother, newborn, twin];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(family, { minLength: 2 }),
        fc.array(fc.nat(900), { minLength: 3, maxLength: 3 }),
        (in_, at) => {
          const stays = in_.map((s, i) => ({ ...s, from: at[i]! }));
          expect(disputes(stays)).toEqual([]);
          expect(derive(stays).fold.occupants).toHaveLength(stays.length);
        },
      ),
    );
  });

  it('are one with somebody else', () => {
    expect(disputes([mother, newborn, stranger])).toHaveLength(1);
    expect(disputes([newborn, stranger])).toHaveLength(1);
    expect(disputes([mother, stay('other', 200, { mother: 'another' })])).toHaveLength(1);
    // Two visits of one person are, too: nobody said that one is a newborn.
    expect(disputes([mother, stay('again', 200, { person: 'mother' })])).toHaveLength(1);
  });

  it('leave the bed to the one who stays', () => {
    const left = { to: 500, endedBy: 'discharge' };
    const { fold } = derive([{ ...mother, ...left }, newborn]);
    expect(fold.occupants.map((o) => o.encounterId)).toEqual(['newborn']);
    expect(fold.job).toBeNull();
  });
});
