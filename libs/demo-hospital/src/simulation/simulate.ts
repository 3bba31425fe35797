import type { FacilityData } from '@wardstream/events';
import type { DepartmentAct } from './acts.js';
import { SiteTeam } from './site-team.js';
import { takeCensus } from './census.js';
import { CleaningCrews } from './cleaning-crews.js';
import { DirectAdmissions } from './direct-admissions.js';
import { EmergencyDepartment } from './emergency-department.js';
import { Estates } from './estates.js';
import { House } from './house.js';
import { InterfaceFaults } from './interface-faults.js';
import { Leave } from './leave.js';
import { Movements } from './movements.js';
import { BedMeeting } from './bed-meeting.js';
import { BedManager } from './bed-manager.js';
import { OtherHospitals } from './other-hospitals.js';
import { wards } from './profile.js';
import { RegistrationClerks } from './registration-clerks.js';
import { Theatre } from './theatre.js';
import { WardNurses } from './ward-nurses.js';

/** Grows whenever the same seed would give other acts than before, so that a cursor of an older run is not continued. */
export const SIMULATION_REVISION = 4;

export interface SimulationInput {
  /** Units, rooms and beds. Needs the units of the house that is simulated: see `missingUnits`. */
  readonly hospital: FacilityData;
  readonly seed: number;
  /** When the simulation begins, in milliseconds since the epoch. */
  readonly from: number;
}

/** Units that the simulation plays and the facility lacks; empty if it can run there. */
export function missingUnits(hospital: FacilityData): string[] {
  const there = new Set(hospital.beds.map((b) => b.unit));
  return ['ED', 'REC', ...Object.keys(wards)].filter((unit) => !there.has(unit));
}

/**
 * Plays a general hospital for ever: the acts of its departments in the order in which they are sent, beginning with
 * the census of those already in. Open loop and pure: the same input gives the same acts, whatever anybody answers.
 */
export function* simulate({ hospital, seed, from }: SimulationInput): Generator<DepartmentAct, never, void> {
  const missing = missingUnits(hospital);
  if (missing.length > 0)
    throw new Error(`the simulation needs units that ${hospital.id} does not have: ${missing.join(', ')}`);
  const house = new House(hospital, seed, from);
  const movements = new Movements(house);
  const bedManager = new BedManager(house);
  const cleaning = new CleaningCrews(house);
  const units = new WardNurses(house, movements, bedManager);
  const emergency = new EmergencyDepartment(house, movements, bedManager);
  const theatre = new Theatre(house, movements, bedManager);

  house.onDirty = (bed, knownAt) => cleaning.left(bed, knownAt);
  house.onPromised = (bed) => cleaning.hurry(bed);
  house.onArrival = (visit) => units.arrived(visit);
  house.onLeaving = (visit) => {
    if (visit.request) bedManager.withdraw(visit.request);
  };
  house.onFree = (bed) => {
    if (bed.configuration.unit === 'ED') emergency.seat();
    else if (bed.configuration.unit === 'REC') theatre.freed();
    else bedManager.freed(bed);
  };

  takeCensus(house, units);
  for (const part of [
    cleaning,
    bedManager,
    units,
    emergency,
    theatre,
    new DirectAdmissions(house, movements, bedManager),
    new OtherHospitals(house, movements, bedManager),
    new Estates(house),
    new SiteTeam(house, bedManager),
    new BedMeeting(house, bedManager, units),
    new RegistrationClerks(house, movements, bedManager),
    new Leave(house),
    new InterfaceFaults(house),
  ]) {
    part.start();
  }

  for (let index = 0; ; index++) yield { ...house.nextAct(), index };
}
