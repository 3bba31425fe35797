import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clock, derive, fact } from './testing/facts.builder.spec.js';
import { a01 } from './testing/derive-encounter.cases.spec.js';

const a05 = fact('preadmit', { at: '09:00', in: '4A-1' });

describe('a cancelled visit', () => {
  it.each([
    ['when its admission was cancelled', '11:00', [a01, fact('cancel-admit', { at: '11:00' })]],
    [
      'when that was recorded, where it gives the time of the admission',
      '11:30',
      [a01, fact('cancel-admit', { at: '10:00', rec: '11:30', evn6: true })],
    ],
    [
      'when the last of what was said of it was taken back',
      '12:00',
      [...[a05, fact('cancel-preadmit', { at: '12:00' })], ...[a01, fact('cancel-admit', { at: '11:00' })]],
    ],
  ] as const)('was cancelled %s', (_, at, facts) => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...facts], { minLength: facts.length }), (order) => {
        expect(derive(...order)).toMatchObject({ status: 'cancelled', cancelledAt: clock(at) });
      }),
    );
  });

  it('is none while anything that was said of it stands', () => {
    const facts = [a05, fact('cancel-preadmit', { at: '11:00' }), fact('attending', { at: '12:00' })];
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (order) => {
        const derived = derive(...order);
        expect(derived).toMatchObject({ status: 'planned', pendings: [] });
        expect(derived).not.toHaveProperty('cancelledAt');
      }),
    );
  });

  it('says nothing of a cancellation once it is none', () => {
    expect(derive(a01)).not.toHaveProperty('cancelledAt');
  });

  it.each([
    ['an A05', fact('preadmit', { at: '12:00', in: '4A-1' })],
    ['an A14', fact('pending-admit', { at: '12:00', to: '4A-1' })],
  ])('is planned again by %s that comes after the A11 of its A01, in any order', (_, plan) => {
    const facts = [a01, fact('cancel-admit', { at: '11:00' }), plan];
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (order) => {
        const derived = derive(...order);
        expect(derived).toMatchObject({ status: 'planned', location: null });
        expect(derived).not.toHaveProperty('cancelledAt');
        expect(derived.pendings).toHaveLength(1);
      }),
    );
  });
});
