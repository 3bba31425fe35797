import { describe, expect, it } from '@jest/globals';
import type { Me } from '@wardstream/api-contract';
import { isOwn, ownUnit, timeOf, type WardPicture } from './ward-picture.js';

const me = (roles: Me['roles'], units: string[] | null): Me => ({
  subject: 's',
  name: 'Nia',
  roles,
  facilities: [],
  units,
});

describe('whose unit it is', () => {
  it('is that of a nurse who has one, and nobody is asked to choose it', () => {
    const nurse = me(['ward-nurse'], ['NGH/4A', 'OTH/1']);
    expect([ownUnit(nurse, 'NGH'), ownUnit(nurse, 'XX'), ownUnit(me(['ward-nurse'], null), 'NGH')]).toEqual([
      '4A',
      null,
      null,
    ]);
    expect(isOwn(nurse, 'NGH', '4A', 'discharge.plan')).toBe(true);
    expect(isOwn(nurse, 'NGH', '4B', 'discharge.plan')).toBe(false);
  });

  it('is every unit for what another role gives', () => {
    const both = me(['ward-nurse', 'bed-manager'], ['NGH/4A']);
    expect(isOwn(both, 'NGH', '4B', 'discharge.plan')).toBe(true);
    expect(isOwn(me(['ward-nurse'], null), 'NGH', '4B', 'discharge.plan')).toBe(true);
  });
});

describe('the time of a picture that was kept', () => {
  it('goes on by the clock of the device, as fast as the facility, and never back', () => {
    const picture = { asOf: 1_000, deviceMs: 50, speed: 10 } as WardPicture;
    expect([timeOf(picture, 50), timeOf(picture, 60), timeOf(picture, 0)]).toEqual([1_000, 1_100, 1_000]);
  });
});
