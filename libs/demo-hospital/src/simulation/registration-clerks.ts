import type { BedManager } from './bed-manager.js';
import type { SimulatedBed } from './bed-tracker.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { HOUR, MINUTE } from './local-time.js';
import type { Movements } from './movements.js';
import { wards } from './profile.js';
import { needsOf } from './request.js';
import { isSettled, keepUntil, type Visit } from './visit.js';

/** How long a wrong entry stands before somebody puts it right, and how long two of a kind stand side by side. */
const STANDS_MS = 7 * HOUR;
const BESIDE_MS = 20 * MINUTE;

interface Entry {
  readonly bed: SimulatedBed;
  /** Who lies there. */
  readonly patient: Visit;
  /** Whom a wrong entry put there as well; null of a wrong status. */
  readonly other: Visit | null;
  readonly rightAt: number;
}

/**
 * The clerks, who sometimes enter what is not so: a newcomer in a bed that is another's, a bed as empty in which somebody lies. At any
 * time there is one of each; before it is put right the next one is made.
 */
export class RegistrationClerks {
  private readonly draws: Draws;
  private wrongBed: Entry | null = null;
  private wrongStatus: Entry | null = null;

  constructor(
    private readonly house: House,
    private readonly movements: Movements,
    private readonly bedManager: BedManager,
  ) {
    this.draws = house.draws('clerks');
  }

  start(): void {
    const { house } = this;
    const tick = () => {
      this.wrongBed = this.renewed(
        this.wrongBed,
        () => this.enterBed(),
        (entry) => this.move(entry),
      );
      this.wrongStatus = this.renewed(
        this.wrongStatus,
        () => this.enterStatus(),
        (entry) => this.say('O', entry),
      );
      house.schedule(house.now + 10 * MINUTE, tick);
    };
    tick();
  }

  private renewed(entry: Entry | null, make: () => Entry | null, putRight: (entry: Entry) => void): Entry | null {
    const { house } = this;
    if (entry !== null && stands(entry) && house.now < entry.rightAt) return entry;
    const next = make();
    // Nobody to show it with at present: the one there is stays.
    if (next === null) return entry;
    if (entry !== null) {
      house.schedule(house.now + BESIDE_MS, () => {
        if (stands(entry)) putRight(entry);
      });
    }
    return next;
  }

  /** Patients who stay, in bays of ordinary wards, with nobody isolated near them. */
  private candidates(): { patient: Visit; bed: SimulatedBed }[] {
    const { house } = this;
    const found = Object.entries(wards).flatMap(([unit, { level }]) => {
      if (level !== 'ward' || unit === 'AMU') return [];
      return house.beds.in(unit).flatMap((bed) => {
        const patient = bed.occupant;
        if (patient === null || bed.room.beds.length === 1 || !isSettled(patient, house.now)) return [];
        const isCalm = bed.room.beds.every((b) => (b.occupant?.isolation ?? 'none') === 'none');
        return isCalm ? [{ patient, bed }] : [];
      });
    });
    return this.draws.shuffled(found);
  }

  private enterBed(): Entry | null {
    const { house, movements } = this;
    const rightAt = house.now + STANDS_MS;
    const candidates = this.candidates();
    const sex = candidates[0]?.patient.person.sex;
    if (sex === undefined) return null;
    const ofSex = candidates.filter(({ patient }) => patient.person.sex === sex);
    for (const { patient, bed } of ofSex) {
      const { unit } = bed.configuration;
      const ward = wards[unit]!;
      const person = house.people.make(house.now, ward.ages, sex);
      const asked = { ...needsOf(patient, unit), telemetry: false, equipment: [], person, toUnit: unit };
      if (house.beds.misfits(bed, asked, house.now).some((m) => m.severity === 'hard')) continue;
      const other = house.newVisit({ person, class: 'I', service: ward.service, area: null }, this.draws);
      keepUntil(patient, rightAt + HOUR);
      movements.admitInError(other, bed);
      return { bed, patient, other, rightAt };
    }
    return null;
  }

  /** The newcomer gets a bed of their own after all, or goes to another hospital where there is none. */
  private move({ bed, other }: Entry): void {
    const place = this.bedManager.bedFor(other!, bed.configuration.unit);
    if (place) this.movements.transfer(other!, place, 'NGH-ADT');
    else this.movements.discharge(other!, 'NGH-ADT', '02');
  }

  private enterStatus(): Entry | null {
    const [first] = this.candidates();
    if (first === undefined) return null;
    const rightAt = this.house.now + STANDS_MS;
    keepUntil(first.patient, rightAt + HOUR);
    const entry = { ...first, other: null, rightAt };
    this.say('U', entry);
    return entry;
  }

  private say(code: 'U' | 'O', { bed }: Entry): void {
    this.house.bedStatus(bed.spot, code, bed);
  }
}

function stands({ bed, patient, other }: Entry): boolean {
  return bed.occupant === patient && (other === null || bed.contesting === other);
}
