import { describe, expect, it } from '@jest/globals';
import { type Permission, permissions, givingRoles } from './permissions.js';
import { roles } from './roles.js';
import { coversPatient, coversUnit, unitsOf } from './units.js';

describe('the units of somebody', () => {
  it.each([
    ['all', null, 'NGH', '4A', true],
    ['all, of what is of none', null, 'NGH', null, true],
    ['its own', ['NGH/4A'], 'NGH', '4A', true],
    ['another', ['NGH/4A'], 'NGH', '5B', false],
    ['one that is called alike in another facility', ['NGH/4A'], 'SGH', '4A', false],
    ['one that begins alike', ['NGH/4A'], 'NGH', '4', false],
    ['some, of what is of none', ['NGH/4A'], 'NGH', null, false],
    ['none', [], 'NGH', '4A', false],
  ] as const)('%s', (_, units, facility, unit, expected) => expect(coversUnit(units, facility, unit)).toBe(expected));

  it.each([
    ['in one of their units', ['NGH/4A'], '4A', true],
    ['in another unit', ['NGH/4A'], '5B', false],
    ['in no unit yet', ['NGH/4A'], null, true],
    ['in no unit, of a facility that none of the units is of', ['SGH/4A', 'NGHX/1'], null, false],
    ['in no unit, for somebody of none', [], null, false],
    ['in no unit, for somebody of all', null, null, true],
  ] as const)('cover a patient who is %s or not', (_, units, unit, expected) =>
    expect(coversPatient(units, 'NGH', unit)).toBe(expected),
  );

  it('count for what only roles of units give, and for nothing that another role gives as well', () => {
    const own = ['NGH/4A'];
    expect(unitsOf(['ward-nurse'], own)).toEqual(own);
    expect(unitsOf(['ward-nurse', 'bed-manager'], own)).toBeNull();
    expect(unitsOf(givingRoles(['ward-nurse', 'auditor'], 'bed.block'), own)).toEqual(own);
    expect(unitsOf(givingRoles(['ward-nurse', 'bed-manager'], 'bed.reserve'), own)).toBeNull();
  });

  it('are never widened by a role that does not give what is done', () => {
    for (const permission of Object.keys(permissions) as Permission[])
      for (const other of roles) {
        const giving = givingRoles(['ward-nurse', other], permission);
        if (giving.length === 1 && giving[0] === 'ward-nurse') expect(unitsOf(giving, [])).toEqual([]);
      }
  });
});
