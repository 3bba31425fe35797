import { describe, expect, it } from '@jest/globals';
import { derive, fact, summary } from './testing/facts.builder.spec.js';

const a01 = fact('admit', { at: '10:00', in: '4A-1' });
const times = (...facts: Parameters<typeof derive>) =>
  (derive(...facts).leaves ?? []).map(({ from, to }) => `${from.slice(11, 16)}-${to?.slice(11, 16) ?? ''}`);

describe('a leave (rule 27)', () => {
  it('is told from the A21 until the A22, an admission or the discharge', () => {
    const leave = fact('leave', { at: '11:00' });
    expect(times(a01)).toEqual([]);
    expect(times(a01, leave)).toEqual(['11:00-']);
    expect(times(a01, leave, fact('return', { at: '13:00' }), fact('leave', { at: '15:00' }))).toEqual([
      ...['11:00-13:00', '15:00-'],
    ]);
    expect(times(a01, leave, fact('discharge', { at: '14:00', in: '4A-1' }))).toEqual(['11:00-14:00']);
    expect(times(a01, leave, fact('cancel-leave', { at: '11:10' }))).toEqual([]);
  });

  it('ends in the bed that the A22 names, with a conflict where that is another one', () => {
    const leave = fact('leave', { at: '11:00' });
    const back = summary(derive(a01, leave, fact('return', { at: '13:00', in: '4B-1' })));
    expect(back).toMatchObject({ is: 'in-progress 4B-1', conflicts: ['returned-to-another-bed'] });
    expect(back.stays).toEqual(['4A-1 10:00-13:00 transfer*!', '4B-1 13:00-*']);
    const same = summary(derive(a01, leave, fact('return', { at: '13:00', in: '4A-1' })));
    expect(same).toMatchObject({ is: 'in-progress 4A-1', conflicts: [] });
    expect(summary(derive(a01, fact('return', { at: '13:00', in: '4B-1' }))).is).toBe('in-progress 4B-1');
    const twice = [fact('leave', { at: '14:00' }), fact('return', { at: '15:00', in: '4B-2' })];
    const again = summary(derive(a01, leave, fact('return', { at: '13:00', in: '4B-1' }), ...twice));
    expect(again).toMatchObject({ is: 'in-progress 4B-2', conflicts: ['returned-to-another-bed'] });
  });

  it('ends in the bed that the A22 names where none was kept, without a conflict', () => {
    const leave = fact('leave', { at: '11:00' });
    const back = fact('return', { at: '13:00', in: '4B-1' });
    const inUnit = fact('transfer', { at: '12:00', in: '4B' });
    expect(summary(derive(a01, leave, inUnit, back))).toMatchObject({ is: 'in-progress 4B-1', conflicts: [] });
    const without = fact('admit', { at: '10:00' });
    expect(summary(derive(without, leave, back))).toMatchObject({ is: 'in-progress 4B-1', conflicts: [] });
  });

  it('is where it was kept once a return into another bed is taken back, after a discharge from there that was too', () => {
    const told = [
      a01,
      fact('leave', { at: '11:00' }),
      fact('return', { at: '13:00', in: '4B-1' }),
      fact('discharge', { at: '14:00', in: '4B-1' }),
      fact('cancel-discharge', { at: '14:00', rec: '14:30', in: '4B-1' }),
    ];
    expect(summary(derive(...told)).is).toBe('in-progress 4B-1');
    const undone = fact('cancel-return', { at: '13:00', rec: '15:00', in: '4A-1' });
    expect(summary(derive(...told, undone)).is).toBe('on-leave 4A-1');
  });
});
