import type { Need } from '@wardstream/events';
import type { SimulatedBed } from './bed-tracker.js';
import type { House } from './house.js';
import { illness } from './illness.js';
import { DAY, HOUR, MINUTE } from './local-time.js';
import { wards } from './profile.js';
import { needsOf } from './request.js';
import type { Visit } from './visit.js';
import type { WardNurses } from './ward-nurses.js';

/**
 * Fills the wards as the first moment finds them: each bed with its unit's usual chance, each patient somewhere in a
 * stay drawn with the bias to long ones that a census has. Their admissions are messages like any other, only dated back.
 */
export function takeCensus(house: House, units: WardNurses): void {
  const draws = house.draws('census');
  const roomSex = new Map<string, 'female' | 'male'>();
  for (const bed of house.beds.all) {
    const { unit, room } = bed.configuration;
    const profile = wards[unit];
    if (
      !profile ||
      bed.standing !== 'free' ||
      (bed.room !== house.cohort.room && !draws.chance(bed.room.configuration.negativePressure ? 0.5 : profile.initial))
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
    suit(visit, bed);
    if (bed.room === house.cohort.room) visit.isolation = house.cohort.kind;
    visit.admittedAt = Math.floor((house.now - passed) / 1000) * 1000;
    visit.bed = bed;
    bed.occupant = visit;
    bed.standing = 'occupied';
    visit.inBedSince = visit.admittedAt;
    visit.expectedEnd = house.endOfStay(visit.admittedAt, (stay / DAY) * draws.uniform(0.8, 1.25));
    house.message(visit, 'A01', { sender: 'NGH-ADT', at: visit.admittedAt, lag: 0 });
    if (visit.isolation !== 'none' || visit.telemetry || visit.equipment.length > 0) askedFor(house, visit, unit);
    units.arrived(visit, Math.max(2 * HOUR, stay - passed));
  }
}

/** A census finds each patient where they fit: what the bed does not give, this one does not need. */
function suit(visit: Visit, bed: SimulatedBed): void {
  const { attributes } = bed.configuration;
  const has = (need: Need): boolean => attributes.includes(need);
  const { negativePressure } = bed.room.configuration;
  const isApart = bed.room.beds.length === 1 || (visit.isolation !== 'none' && has(visit.isolation));
  if (negativePressure) visit.isolation = 'airborne';
  else if (visit.isolation === 'airborne' || !isApart) visit.isolation = 'none';
  visit.telemetry &&= has('telemetry');
  visit.equipment = visit.equipment.filter((need) => need === 'falls' || need === 'watch' || has(need));
}

/** What the patient's bed was asked for, when that was. */
function askedFor(house: House, visit: Visit, toUnit: string): void {
  const needs = needsOf(visit, toUnit);
  const request = { source: 'Direct', toUnit, priority: 'routine', needs, decisionToAdmitAt: null } as const;
  house.requestCommand(visit, request, visit.admittedAt - 30 * MINUTE);
}
