import type { House } from './house.js';
import { illness } from './illness.js';
import { DAY, HOUR } from './local-time.js';
import { wards } from './profile.js';
import type { Wards } from './wards.js';

/**
 * Fills the wards as the first moment finds them: each bed with its unit's usual chance, each patient somewhere in a
 * stay drawn with the bias to long ones that a census has. Their admissions are messages like any other, only dated back.
 */
export function takeCensus(house: House, units: Wards): void {
  const draws = house.draws('census');
  const roomSex = new Map<string, 'female' | 'male'>();
  for (const bed of house.beds.all) {
    const { unit, room } = bed.configuration;
    const profile = wards[unit];
    if (
      !profile ||
      bed.standing !== 'free' ||
      !draws.chance(bed.room.configuration.negativePressure ? 0.5 : profile.initial)
    )
      continue;
    const key = `${unit}/${room}`;
    const rule = bed.room.configuration.sex;
    let sex = unit === 'MAT' ? 'female' : rule !== 'any' ? rule : roomSex.get(key);
    if (!sex) {
      sex = draws.chance(0.51) ? 'female' : 'male';
      if (!['icu', 'step-down'].includes(bed.level)) roomSex.set(key, sex);
    }
    const biased =
      profile.stayDays * Math.exp((profile.sigma * profile.sigma) / 2) * Math.exp(profile.sigma * draws.normal());
    const stay = Math.max(0.2, Math.min(biased, 8 * profile.stayDays)) * DAY;
    const passed = Math.max(HOUR, stay * draws.uniform(0.02, 0.98));
    const person = house.people.make(house.now, profile.ages, sex);
    const visit = house.newVisit({ person, class: 'I', service: profile.service, area: null }, draws);
    Object.assign(visit, illness(draws, unit, person, house.now));
    const { negativePressure } = bed.room.configuration;
    if (negativePressure || visit.isolation === 'airborne') visit.isolation = negativePressure ? 'airborne' : 'none';
    visit.admittedAt = Math.floor((house.now - passed) / 1000) * 1000;
    visit.bed = bed;
    bed.occupant = visit;
    bed.standing = 'occupied';
    house.message(visit, 'A01', { sender: 'NGH-ADT', at: visit.admittedAt, lag: 0 });
    units.arrived(visit, Math.max(2 * HOUR, stay - passed));
  }
}
