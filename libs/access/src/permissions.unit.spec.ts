import { describe, expect, it } from '@jest/globals';
import { covers } from './facilities.js';
import { allowedRoles, may, type Permission, permissions, refusalOf } from './permissions.js';
import { roles } from './roles.js';

const all = Object.keys(permissions) as Permission[];

describe('the table of permissions', () => {
  it.each(all)('%s: is for roles that there are, each once, and says what it is', (permission) => {
    const allowed = allowedRoles(permission);
    expect(allowed.length).toBeGreaterThan(0);
    expect(new Set(allowed).size).toBe(allowed.length);
    expect(allowed.filter((role) => !roles.includes(role))).toEqual([]);
    expect(permissions[permission].does).toMatch(/^[a-z][a-z, ]+$/);
  });

  it('gives to somebody with several roles what any of them may, and nothing for a role that is none', () => {
    for (const permission of all) {
      for (const one of roles)
        for (const other of roles)
          expect(may([one, other], permission)).toBe(may([one], permission) || may([other], permission));
      expect(may([], permission)).toBe(false);
      expect(may(['superuser', 'constructor'], permission)).toBe(false);
      expect(refusalOf(permission, [])).toBe(`Your role cannot ${permissions[permission].does}.`);
      expect(refusalOf(permission, allowedRoles(permission))).toBeNull();
    }
  });

  it('lets an auditor change nothing, and a machine see no name', () => {
    const changes = all.filter((p) => !/\.(read|find)/.test(p));
    expect(changes.filter((p) => may(['auditor'], p))).toEqual([]);
    expect(may(['department-system'], 'patient.read-names')).toBe(false);
    for (const role of ['housekeeper', 'housekeeping-supervisor', 'interface-engineer'])
      expect(may([role], 'patient.read-names')).toBe(false);
  });
});

describe('the facilities of a token', () => {
  it.each([
    ['all', null, 'NGH', true],
    ['all, of what belongs to none', null, null, true],
    ['its own', ['NGH'], 'NGH', true],
    ['another', ['NGH'], 'SGH', false],
    ['one that is called alike', ['NGH'], 'ngh', false],
    ['some, of what belongs to none', ['NGH'], null, false],
    ['none', [], 'NGH', false],
  ] as const)('%s', (_, facilities, facility, expected) => expect(covers(facilities, facility)).toBe(expected));
});
