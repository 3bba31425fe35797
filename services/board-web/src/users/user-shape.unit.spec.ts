import { describe, expect, it } from '@jest/globals';
import { toggled, unitsWithin, type User, usersNamed } from './user-shape.js';

const user = (name: string, login: string): User => ({ name, login }) as User;

describe('users', () => {
  it('are found by a part of the name or of the sign-in name, whatever the case', () => {
    const all = [user('Ruth Okonjo', 'r.okonjo'), user('Lab', 'lab-system')];
    expect(usersNamed(all, ' OKON ').map(({ login }) => login)).toEqual(['r.okonjo']);
    expect(usersNamed(all, 'SYSTEM').map(({ login }) => login)).toEqual(['lab-system']);
    expect(usersNamed(all, '')).toHaveLength(2);
  });

  it('have one more or one less of what can be chosen, in its order', () => {
    expect(toggled(['a', 'b', 'c'], ['c'], 'a')).toEqual(['a', 'c']);
    expect(toggled(['a', 'b', 'c'], ['a', 'c'], 'a')).toEqual(['c']);
  });

  it('keep no unit of a facility that they are not for, and none becomes all', () => {
    expect(unitsWithin(['NGH/4A', 'SGH/1'], ['NGH'])).toEqual(['NGH/4A']);
    expect(unitsWithin(['SGH/1'], ['NGH'])).toEqual([]);
    expect(unitsWithin(['NGH/4A'], null)).toEqual(['NGH/4A']);
    expect(unitsWithin(null, ['NGH'])).toBeNull();
  });
});
