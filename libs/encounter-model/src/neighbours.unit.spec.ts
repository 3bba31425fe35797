import { describe, expect, it } from '@jest/globals';
import { derive, fact, summary } from './testing/facts.builder.spec.js';
import { a01, a02, a03 } from './testing/derive-encounter.cases.spec.js';
import { neighbours } from './testing/neighbours.cases.spec.js';

describe.each(Object.entries(neighbours))('%s', (_, cases) => {
  it.each(cases)('%s', (_title, facts, expected) => {
    expect(summary(derive(...facts))).toMatchObject({ conflicts: [], ...expected });
    expect(derive(...[...facts].reverse())).toEqual(derive(...facts));
  });
});

describe('beds that plans name', () => {
  const time = (at: string | null): string => (at === null ? '' : at.slice(11, 16));
  const beds = (...facts: ReturnType<typeof fact>[]): string[] =>
    derive(...facts).plannedBeds.map(
      (p) => `${p.kind} ${p.bedId} ${time(p.at)}-${time(p.endedAt)} ${p.endedBy ?? 'open'}`,
    );
  const a15 = fact('pending-transfer', { at: '11:00', to: '4B-2', expected: '14:00' });

  it.each([
    ['an A15 keeps its target', [a01, a15], ['transfer 4B-2 11:00- open']],
    ['until the patient goes anywhere', [a01, a15, a02], ['transfer 4B-2 11:00-12:00 fulfilled']],
    [
      'and again where that is taken back',
      [a01, a15, a02, fact('cancel-transfer', { at: '13:00' })],
      ['transfer 4B-2 11:00- open'],
    ],
    ['until the patient leaves', [a01, a15, a03], ['transfer 4B-2 11:00-15:00 discharged']],
    [
      'and again where the discharge is taken back',
      [a01, a15, a03, fact('cancel-discharge', { at: '16:00' })],
      ['transfer 4B-2 11:00- open'],
    ],
    [
      'until the A26',
      [a01, a15, fact('cancel-pending-transfer', { at: '11:30' })],
      ['transfer 4B-2 11:00-11:30 withdrawn'],
    ],
    [
      'until the A26 was recorded, where that names the A15 by its time',
      [a01, a15, fact('cancel-pending-transfer', { at: '11:00', rec: '11:40', evn6: true })],
      ['transfer 4B-2 11:00-11:40 withdrawn'],
    ],
    [
      'until another A15',
      [a01, a15, fact('pending-transfer', { at: '11:20', to: '4B-1' })],
      ['transfer 4B-2 11:00-11:20 replaced', 'transfer 4B-1 11:20- open'],
    ],
    [
      'an A14 until the admission',
      [fact('pending-admit', { at: '08:00', to: '4A-2' }), a01],
      ['admit 4A-2 08:00-10:00 fulfilled'],
    ],
    ['an A05 keeps none', [fact('preadmit', { at: '08:00', in: '4A-2' })], []],
    ['nor does an A15 without a bed', [a01, fact('pending-transfer', { at: '11:00', to: '4B' })], []],
    ['nor one that an A11 took along', [a01, a15, fact('cancel-admit', { at: '13:00' })], []],
  ])('%s', (_, facts, expected) => {
    expect(beds(...facts)).toEqual(expected);
    expect(beds(...[...facts].reverse())).toEqual(expected);
  });
});
