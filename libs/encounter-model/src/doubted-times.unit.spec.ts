import { describe, expect, it } from '@jest/globals';
import { derive, fact, type FactInput } from './testing/facts.builder.spec.js';
import { a01 } from './testing/derive-encounter.cases.spec.js';
import type { VisitFact } from './visit-fact.js';

const sent = '2611-04-09T00:00:00.000Z';

/** A fact whose time of happening was sent as one that cannot be. */
function doubted(kind: VisitFact['fact']['kind'], said: FactInput): VisitFact {
  const stated = fact(kind, said);
  const doubtedTimes = [{ of: 'at' as const, field: 'EVN-2', sent: '261104090000', at: sent }];
  return { ...stated, id: `${stated.id} doubted`, fact: { ...stated.fact, atFrom: 'MSH-7', doubtedTimes } };
}
const timeConflicts = (...facts: VisitFact[]) =>
  derive(...facts).conflicts.filter(({ kind }) => kind === 'time-not-credible');

describe('a time that cannot be', () => {
  const moved = doubted('transfer', { at: '11:00', in: '4A-2' });

  it('is a conflict between what was sent and what counts, and the movement counts', () => {
    const encounter = derive(a01, moved, fact('transfer', { at: '12:00', in: '4A-3' }));
    expect(encounter.location).toMatchObject({ unit: '4A', bed: '3' });
    expect(encounter.conflicts).toEqual([
      expect.objectContaining({
        ...{ kind: 'time-not-credible', severity: 'medium' },
        sides: [
          expect.objectContaining({ says: 'transfer, 4A 2 happened at 261104090000 by EVN-2', at: sent }),
          expect.objectContaining({ says: 'at 2026-03-01T11:00:00.000Z (MSH-7)', at: '2026-03-01T11:00:00.000Z' }),
        ],
      }),
    ]);
    const shown = encounter.movements.find((m) => m.kind === 'transfer' && m.at === '2026-03-01T11:00:00.000Z');
    expect(shown).toMatchObject({ doubtedTimes: [{ sent: '261104090000' }] });
  });

  it('is none any more once the movement is cancelled, or its time corrected', () => {
    expect(timeConflicts(a01, moved, fact('cancel-transfer', { at: '11:30' }))).toEqual([]);
    const numbered = doubted('transfer', { at: '11:00', in: '4A-2', zbe: 'M2' });
    expect(timeConflicts(a01, numbered)).toHaveLength(1);
    const corrected = fact('transfer', { at: '10:50', rec: '11:40', in: '4A-2', zbe: 'M2', action: 'update' });
    expect(timeConflicts(a01, numbered, corrected)).toEqual([]);
  });

  it('of many updates is told once', () => {
    const updates = ['10:10', '10:20', '10:30'].map((at) => doubted('update', { at, in: '4A-1' }));
    expect(timeConflicts(a01, ...updates)).toHaveLength(1);
  });
});
