import type { BedManager } from './bed-manager.js';
import type { SimulatedBed } from './bed-tracker.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { HOUR, MINUTE } from './local-time.js';
import type { Movements } from './movements.js';
import { direct, wards } from './profile.js';
import type { Visit } from './visit.js';

/** So many transfers are agreed and on their way, as far as there are beds; each has one reserved until a little after its hour. */
const WANTED = 3;

/** Other hospitals: a transfer of somebody who needs nothing special is agreed for an hour of the day, a bed is reserved with an end, and the patient comes into it. */
export class OtherHospitals {
  private readonly draws: Draws;
  private agreed = 0;

  constructor(
    private readonly house: House,
    private readonly movements: Movements,
    private readonly bedManager: BedManager,
  ) {
    this.draws = house.draws('other-hospitals');
  }

  start(): void {
    const { house } = this;
    const tick = () => {
      while (this.agreed < WANTED && this.agree());
      house.schedule(house.now + 10 * MINUTE, tick);
    };
    tick();
  }

  private agree(): boolean {
    const { house, draws } = this;
    const unit = draws.weighted(direct.hospitals);
    const ward = wards[unit]!;
    const person = house.people.make(house.now, ward.ages);
    const visit = house.newVisit({ person, class: 'P', service: ward.service, area: null }, draws);
    const bed = this.bedManager.bedFor(visit, unit, 'later');
    if (!bed) {
      house.present.delete(visit);
      return false;
    }
    this.agreed++;
    bed.keptFor = visit;
    const arrival = this.hourOfDay(house.now + draws.uniform(6, 12) * HOUR);
    house.message(visit, 'A05', { sender: 'NGH-ADT', location: { unit }, expectedAt: arrival, lag: 0 });
    this.expect(visit, bed, arrival);
    return true;
  }

  /** Reserves the bed for then. Who comes before it is clean, or would leave no other transfer to be seen, sets off later. */
  private expect(visit: Visit, bed: SimulatedBed, arrival: number): void {
    const { house } = this;
    const until = Math.round(arrival) + 90 * MINUTE;
    house.bedCommand(bed, { do: 'reserve', visitNumber: visit.number, until }, visit);
    house.schedule(arrival, () => {
      while (this.agreed <= WANTED && this.agree());
      if (bed.standing !== 'free' || this.agreed < WANTED) return this.expect(visit, bed, house.now + 40 * MINUTE);
      this.agreed--;
      visit.class = 'I';
      this.movements.admit(visit, bed);
    });
  }

  /** Nobody is brought at night. */
  private hourOfDay(at: number): number {
    const { local } = this.house;
    const hour = local.hour(at);
    return hour >= 8 && hour < 22 ? at : local.next(at, 8) + this.draws.uniform(0, 120) * MINUTE;
  }
}
