import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameAlerts, withNameAlerts } from './name-alerts.js';

const visit = (
  encounterId: string,
  initials: string,
  ageBand: string | null = '60s',
  sex: 'male' | 'female' = 'male',
) => ({
  encounterId,
  patient: { initials, ageBand, sex },
});
const bed = (...occupants: ReturnType<typeof visit>[]) => ({ occupants, reservedFor: null });

describe('name alerts of a unit', () => {
  it.each([
    ['alike in all', [bed(visit('1', 'TM')), bed(visit('2', 'T.M.'))], ['1', '2']],
    ['one is to come', [bed(visit('1', 'TM')), { occupants: [], reservedFor: visit('2', 'TM') }], ['1', '2']],
    ['in one bed', [bed(visit('1', 'TM'), visit('2', 'TM'))], ['1', '2']],
    [
      'the same visit, in one bed and to come to another',
      [bed(visit('1', 'TM')), { occupants: [], reservedFor: visit('1', 'TM') }],
      [],
    ],
    ['another age', [bed(visit('1', 'TM')), bed(visit('2', 'TM', '50s'))], []],
    ['another sex', [bed(visit('1', 'TM')), bed(visit('2', 'TM', '60s', 'female'))], []],
    ['no names known', [bed(visit('1', '?')), bed(visit('2', '?')), bed(visit('3', '')), bed(visit('4', ''))], []],
  ])('%s', (_, beds, expected) => {
    expect([...nameAlerts(beds)].sort()).toEqual(expected);
  });

  it('are on both of a pair or on neither, whatever order the beds come in', () => {
    const visits = fc.array(
      fc.tuple(
        fc.constantFrom('TM', 'PT', '?'),
        fc.constantFrom('60s', '50s', null),
        fc.constantFrom('male' as const, 'female' as const),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(visits, (drawn) => {
        const beds = drawn.map(([initials, age, sex], i) => bed(visit(String(i), initials, age, sex)));
        const alerts = nameAlerts(beds);
        expect(nameAlerts([...beds].reverse())).toEqual(alerts);
        for (const [i, one] of drawn.entries()) {
          const alike = drawn.some((other, j) => i !== j && JSON.stringify(one) === JSON.stringify(other));
          expect(alerts.has(String(i))).toBe(alike && one[0] !== '?');
        }
      }),
    );
  });

  it('mark the visits of a bed, and no other', () => {
    const one = bed(visit('1', 'TM'), visit('2', 'PT'));
    expect(withNameAlerts(one, new Set(['1', '9'])).occupants).toEqual([
      { ...visit('1', 'TM'), nameAlert: true },
      visit('2', 'PT'),
    ]);
    expect(withNameAlerts(one, new Set())).toBe(one);
  });
});
