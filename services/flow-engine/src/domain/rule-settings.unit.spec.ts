import { describe, expect, it } from '@jest/globals';
import { ruleOverrides } from './rule-settings.js';

describe('rule overrides', () => {
  it('are none unless given', () => expect(ruleOverrides.parse(undefined)).toEqual([]));

  it('take limits, margin and time to clear for a facility or a unit', () => {
    const list = [
      {
        rule: 'ed-boarding',
        facility: 'NGH',
        steps: [
          { severity: 'warn', at: 90 },
          { severity: 'critical', at: 360 },
        ],
      },
      { rule: 'unit-occupancy', facility: 'NGH', unit: 'ICU', steps: [{ severity: 'warn', at: 0.3 }], margin: 4 },
      { rule: 'bed-turn', clearAfterMinutes: 0, steps: [] },
    ];
    expect(ruleOverrides.parse(JSON.stringify(list))).toEqual(list);
  });

  it.each([
    ['no JSON', 'warn at 90'],
    ['an unknown rule', '[{"rule":"ed-bording"}]'],
    ['an unknown key', '[{"rule":"ed-boarding","limit":90}]'],
    ['steps that fall', '[{"rule":"ed-boarding","steps":[{"severity":"warn","at":90},{"severity":"high","at":80}]}]'],
    ['a severity twice', '[{"rule":"ed-boarding","steps":[{"severity":"warn","at":90},{"severity":"warn","at":99}]}]'],
    ['a rate for a chance', '[{"rule":"unit-occupancy","steps":[{"severity":"warn","at":90}]}]'],
  ])('are refused with %s', (_, text) => expect(ruleOverrides.safeParse(text).success).toBe(false));
});
