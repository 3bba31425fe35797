import type { Draws } from './draws.js';
import type { House } from './house.js';
import { illness } from './illness.js';
import { DAY, MINUTE } from './local-time.js';
import type { Movements } from './movements.js';
import { ages } from './people.js';
import type { BedManager } from './bed-manager.js';
import { theatre as profile, wards } from './profile.js';
import type { Request } from './request.js';
import type { Visit } from './visit.js';

const UNIT = 'REC';
const SENDER = 'NGH-THEATRE';

interface Listed {
  readonly visit: Visit;
  readonly toUnit: string;
}

/** Elective lists, recovery slots, and emergency operations on patients who keep their ward bed meanwhile. */
export class Theatre {
  private readonly draws: Draws;
  private readonly forSlot: (() => boolean)[] = [];
  /** When each operating room is free again. */
  private readonly rooms: number[] = Array.from({ length: profile.rooms }, () => 0);

  constructor(
    private readonly house: House,
    private readonly movements: Movements,
    private readonly bedManager: BedManager,
  ) {
    this.draws = house.draws('theatre');
  }

  start(): void {
    const { house, draws } = this;
    this.plan(house.now, true);
    this.plan(house.now + DAY, false);
    house.daily(0.5, () => this.plan(house.now + DAY, false));
    const hourly = profile.emergencies / 13;
    house.arrivals(
      draws,
      hourly,
      (at) => (house.local.hour(at) < 9 || house.local.hour(at) >= 22 ? 0 : hourly),
      () => this.emergency(),
    );
  }

  /** A recovery slot is free again. */
  freed(): void {
    while (this.forSlot.length > 0 && this.forSlot[0]!()) this.forSlot.shift();
  }

  /** Draws up the list of the day of `at`. The pre-admissions go out the day before, those of the first day at once. */
  private plan(at: number, first: boolean): void {
    const { house, draws } = this;
    const factor = house.local.isWeekend(at) ? profile.weekendFactor : 1;
    for (const [toUnit, mean] of profile.electives) {
      for (let n = this.aDaysNumber(mean * factor); n > 0; n--) {
        const arrival = house.local.on(at, draws.chance(0.62) ? draws.uniform(6.7, 7.7) : draws.uniform(10.8, 12.2));
        const announced = first ? house.now : house.local.on(at, draws.uniform(9.5, 16.5), -1);
        if (arrival > house.now) house.schedule(announced, () => this.preAdmit(toUnit, arrival));
      }
    }
  }

  private preAdmit(toUnit: string, arrival: number): void {
    const { house, draws } = this;
    const ward = wards[toUnit];
    const maternity = toUnit === 'MAT';
    const person = house.people.make(
      house.now,
      maternity ? ages.maternity : ages.surgical,
      maternity ? 'female' : undefined,
    );
    const visit = house.newVisit({ person, class: 'P', service: ward?.service ?? 'SUR', area: null }, draws);
    const { telemetry, equipment } = illness(draws, toUnit, person, house.now);
    Object.assign(visit, { telemetry, equipment });
    house.message(visit, 'A05', { sender: 'NGH-ADT', location: { unit: toUnit }, expectedAt: arrival });
    house.schedule(arrival, () => {
      // In the lounge until the operation: an inpatient only from the first bed on.
      this.movements.register(visit, UNIT);
      if (draws.chance(profile.cancelled)) {
        house.later(visit, draws.uniform(30, 150), () => this.movements.discharge(visit, 'NGH-ADT', '01'));
      } else this.operate({ visit, toUnit });
    });
  }

  private operate({ visit, toUnit }: Listed): void {
    const { house, draws, bedManager, movements } = this;
    const earliest = Math.max(house.now + 45 * MINUTE, house.local.on(house.now, 8.4));
    let room = 0;
    for (let i = 1; i < this.rooms.length; i++) if (this.rooms[i]! < this.rooms[room]!) room = i;
    const start = Math.max(earliest, this.rooms[room]!);
    const length = draws.lognormal(profile.operation.median, profile.operation.sigma) * MINUTE;
    this.rooms[room] = start + length + 20 * MINUTE;
    house.later(visit, (start + length - house.now) / MINUTE, () => {
      const request = bedManager.ask(visit, {
        source: 'Theatre',
        toUnit,
        priority: toUnit === 'ICU' ? 'urgent' : 'routine',
        decidedAt: null,
        readyIn: null,
        reserve: true,
        move: (bed) => movements.transfer(visit, bed, SENDER),
      });
      this.recover(visit, request);
    });
  }

  private recover(visit: Visit, request: Request): void {
    const { house, draws } = this;
    const seat = (): boolean => {
      if (visit.gone) return true;
      const needs = {
        ...({ levelOfCare: 'recovery', specialty: null, isolation: 'none', sex: 'any', telemetry: false } as const),
        ...{ equipment: [], person: visit.person, toUnit: null },
      };
      const slot = house.beds.best(UNIT, needs, false, house.now);
      if (!slot) return false;
      this.movements.transfer(visit, slot, SENDER, true);
      house.later(visit, draws.lognormal(profile.recovery.median, profile.recovery.sigma), () =>
        this.bedManager.ready(request),
      );
      return true;
    };
    if (this.forSlot.length > 0 || !seat()) this.forSlot.push(seat);
  }

  /** An operation on a patient of a ward: away and back, the bed is kept. */
  private emergency(): void {
    const { house, draws } = this;
    const here = profile.emergencyFrom.flatMap((unit) => house.beds.in(unit));
    const able = here
      .map((bed) => bed.occupant)
      .filter(
        (v): v is Visit =>
          !!v && v.bed?.occupant === v && !v.away && !v.leaving && !v.request && v.staysUntil <= house.now,
      );
    if (able.length === 0) return;
    const visit = draws.pick(able);
    visit.away = true;
    house.message(visit, 'A09', { sender: SENDER, away: { unit: UNIT } });
    house.later(visit, draws.lognormal(150, 0.35), () => {
      visit.away = false;
      house.message(visit, 'A10', { sender: SENDER });
    });
  }

  private aDaysNumber(mean: number): number {
    const drawn = mean * this.draws.uniform(0.8, 1.2);
    return Math.floor(drawn) + (this.draws.chance(drawn % 1) ? 1 : 0);
  }
}
