import type { Command } from './acts.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { DAY, HOUR, MINUTE } from './local-time.js';
import type { Movements } from './movements.js';
import type { BedManager } from './bed-manager.js';
import { corrections, discharge, fromAssessment, fromCritical, wards } from './profile.js';
import type { Visit } from './visit.js';

/** Patients without a bed above whom the house begins to push. */
const CROWDED = 4;

/** The ward nurses: stays, moves between wards, rounds, when each stay is expected to end, and discharges step by step. */
export class WardNurses {
  private readonly draws: Draws;

  constructor(
    private readonly house: House,
    private readonly movements: Movements,
    private readonly bedManager: BedManager,
  ) {
    this.draws = house.draws('wards');
  }

  start(): void {
    Object.keys(wards).forEach((unit, i) => {
      this.house.daily(9.5 + (i % 6) * 0.15, () => this.expectAnew(unit));
      if (unit === 'AMU' || unit === 'ICU' || unit === 'HDU') return;
      this.house.daily(8 + (i % 5) * 0.2, () => this.round(unit));
      // A day that begins after the rounds has patients going home all the same.
      const hour = this.house.local.hour(this.house.now);
      if (hour > 8 && hour < 16) this.round(unit);
    });
  }

  /** A patient has come to lie in a bed of a ward. `stay` in milliseconds where a part of it has passed already. */
  arrived(visit: Visit, stay?: number): void {
    const unit = visit.bed?.configuration.unit ?? '';
    const profile = wards[unit];
    if (!profile) return;
    const { house, draws } = this;
    if (visit.service !== profile.service && unit !== 'ICU' && unit !== 'HDU') visit.service = profile.service;
    const left = stay ?? draws.lognormalWithMean(profile.stayDays, profile.sigma) * DAY;
    this.updates(visit, left);
    if (unit === 'AMU') house.later(visit, this.atSeniorReview(left), () => this.assessed(visit));
    else if (unit === 'ICU' || unit === 'HDU')
      house.later(visit, this.atSeniorReview(left), () => this.stepDown(visit, unit));
    else {
      visit.readyAt = house.now + left;
      const minutes = left / MINUTE;
      if (draws.chance(discharge.deaths)) {
        house.later(visit, draws.uniform(0.2, 1) * minutes, () => {
          if (this.mayLeave(visit)) this.movements.discharge(visit, 'NGH-ADT', '20');
        });
      } else if (unit !== 'MAT' && draws.chance(0.035)) {
        house.later(visit, draws.uniform(0.1, 0.9) * minutes, () => this.deteriorated(visit));
      }
    }
  }

  /** Who makes room goes sooner than planned: told so in so many minutes, and gone within the hour after. */
  sendHome(visit: Visit, inMinutes: number): void {
    const wait = this.draws.lognormal(discharge.hurried.median, discharge.hurried.sigma);
    this.leave(visit, this.house.now + inMinutes * MINUTE, wait);
  }

  /** The one who has been in a critical unit for longest goes to a ward, at any hour; false where nobody may. */
  stepDownNext(unit: 'ICU' | 'HDU'): boolean {
    const { house } = this;
    const [first] = house.beds
      .in(unit)
      .flatMap(({ occupant }) => (occupant === null ? [] : [occupant]))
      .filter((visit) => this.mayGo(visit) && house.now - visit.inBedSince > 8 * HOUR)
      .sort((a, b) => a.inBedSince - b.inBedSince);
    if (first === undefined) return false;
    this.move(first, this.draws.weighted(fromCritical.to), 'urgent', this.draws.lognormal(30, 0.4));
    return true;
  }

  /** Minutes until the decision; those that fall into the night wait for the morning. */
  private atSeniorReview(left: number): number {
    const { local, now } = this.house;
    let at = now + left;
    const hour = local.hour(at);
    if (hour < 8 || hour > 21.5) at = local.next(at, 8) + this.draws.uniform(0, 330) * MINUTE;
    return (at - now) / MINUTE;
  }

  private updates(visit: Visit, left: number): void {
    if (!this.draws.chance(Math.min(0.9, (left / DAY) * corrections.inpatientUpdatedPerDay))) return;
    this.house.later(visit, this.draws.uniform(0.05, 0.95) * (left / MINUTE), () =>
      this.house.message(visit, 'A08', { sender: 'NGH-ADT' }),
    );
  }

  private assessed(visit: Visit): void {
    const { draws } = this;
    if (visit.request || visit.leaving) return;
    if (draws.chance(fromAssessment.home + (this.bedManager.boarders > 2 * CROWDED ? 0.12 : 0))) {
      this.leave(visit, this.house.now + draws.uniform(30, 120) * MINUTE);
      return;
    }
    const toUnit = draws.weighted(fromAssessment.to);
    this.move(visit, toUnit, toUnit === 'ICU' ? 'stat' : 'routine', draws.lognormal(55, 0.5));
  }

  private stepDown(visit: Visit, unit: 'ICU' | 'HDU'): void {
    const { draws } = this;
    if (visit.request) return;
    if (unit === 'ICU' && draws.chance(fromCritical.icuDeaths)) {
      this.movements.discharge(visit, 'NGH-ADT', '20');
      return;
    }
    const toUnit = unit === 'ICU' && draws.chance(fromCritical.icuToHdu) ? 'HDU' : draws.weighted(fromCritical.to);
    this.move(visit, toUnit, 'urgent', draws.lognormal(70, 0.5));
  }

  private deteriorated(visit: Visit): void {
    if (visit.request || visit.leaving || visit.away || !this.mayLeave(visit)) return;
    const icu = this.draws.chance(0.3);
    this.move(visit, icu ? 'ICU' : 'HDU', 'stat', this.draws.lognormal(20, 0.4));
  }

  private move(visit: Visit, toUnit: string, priority: 'routine' | 'urgent' | 'stat', readyIn: number): void {
    this.bedManager.ask(visit, {
      source: 'Move',
      toUnit,
      priority,
      decidedAt: null,
      readyIn,
      move: (bed) => this.movements.transfer(visit, bed, 'NGH-ADT'),
    });
  }

  /** The morning round: who goes home today. The fuller the ward and the longer the queue, the more are sent. */
  private round(unit: string): void {
    const { house, draws, bedManager } = this;
    const profile = wards[unit];
    if (!profile) return;
    const weekend = house.local.isWeekend(house.now);
    const tonight = house.local.on(house.now, 18);
    const here = house.beds.in(unit);
    const candidates = here
      .map((bed) => bed.occupant)
      .filter((v): v is Visit => !!v && this.mayGo(v) && v.readyAt < tonight + 2.2 * DAY)
      .sort((a, b) => a.readyAt - b.readyAt);
    const fit = candidates.filter((v) => v.readyAt < tonight).length;
    const free = house.beds.count(unit, 'free', 'dirty', 'cleaning');
    const crowd = Math.max(0, bedManager.unplaced - CROWDED);
    const needed = profile.expectedIn + bedManager.waitingFor(unit) + 0.02 * here.length + 0.15 * crowd - free;
    const pressed = 0.4 * fit + 0.6 * needed;
    const wanted =
      Math.min(1.8 * fit + 2 + 0.1 * crowd, Math.max(0.5 * fit, pressed)) * (weekend ? discharge.weekendFactor : 1);
    const count = Math.min(candidates.length, Math.floor(wanted) + (draws.chance(wanted % 1) ? 1 : 0));
    for (const visit of candidates.slice(0, count)) {
      if (!this.mayGo(visit)) continue;
      const hour = Math.min(17, Math.max(9.6, draws.normal(discharge.confirmHour, discharge.confirmDeviation)));
      this.leave(visit, house.local.on(house.now, hour));
    }
  }

  /** Whether a patient who lies in a ward may be sent home, as far as nothing else is under way. */
  mayGo(visit: Visit): boolean {
    const isBusy = visit.leaving || visit.request !== null || visit.gone || visit.away;
    return !isBusy && this.mayLeave(visit);
  }

  /** Whether nothing is to be seen of this patient for which they have to stay. */
  private mayLeave(visit: Visit): boolean {
    return visit.staysUntil <= this.house.now && this.house.cohort.mayLeave(visit);
  }

  /** Whose stay was to end by tonight and does not, is expected to leave on another day: an A08 says which. */
  private expectAnew(unit: string): void {
    const { house, draws } = this;
    const tonight = house.local.on(house.now, 20);
    for (const { occupant: visit } of house.beds.in(unit)) {
      if (!visit || visit.leaving || visit.away || visit.expectedEnd === null || visit.expectedEnd > tonight) continue;
      visit.expectedEnd = house.endOfStay(house.now, draws.uniform(0.8, 2.4));
      house.message(visit, 'A08', { sender: 'NGH-ADT' });
    }
  }

  /** One patient's way out: announced, confirmed, waiting for something, gone. */
  private leave(
    visit: Visit,
    confirmAt: number,
    wait = this.draws.lognormal(discharge.leaving.median, discharge.leaving.sigma),
  ): void {
    const { house, draws } = this;
    visit.leaving = true;
    const minutes = (confirmAt - house.now) / MINUTE;
    const { number: visitNumber } = visit;
    const announced = draws.chance(discharge.announced);
    const slips = announced && draws.chance(discharge.slips);
    if (announced) {
      const quarter = 15 * MINUTE;
      const expectedAt = Math.ceil((confirmAt + 90 * MINUTE) / quarter) * quarter;
      house.later(visit, draws.uniform(0.05, 0.5) * minutes, () =>
        this.report(visit, { on: 'discharge-plan', do: 'pending', visitNumber, expectedAt }),
      );
    }
    if (slips) {
      house.later(visit, minutes, () => {
        visit.leaving = false;
        visit.readyAt = house.now + draws.uniform(0.4, 1.2) * DAY;
        this.movements.withdrawDischarge(visit);
        if (visit.bed?.configuration.unit === 'AMU') house.later(visit, 20 * 60, () => this.assessed(visit));
      });
      return;
    }
    if (draws.chance(discharge.confirmed)) {
      const waitingFor = draws.weighted(discharge.waitingFor);
      house.later(visit, minutes, () =>
        this.report(visit, { on: 'discharge-plan', do: 'confirm', visitNumber, waitingFor }),
      );
    }
    const latest = house.local.on(confirmAt, draws.uniform(20, 21.5));
    const at = Math.max(confirmAt + 10 * MINUTE, Math.min(latest, confirmAt + wait * MINUTE));
    house.later(visit, (at - house.now) / MINUTE, () => this.depart(visit));
  }

  private report(visit: Visit, command: Command): void {
    visit.dischargeTold = true;
    this.house.command(command, visit);
  }

  private depart(visit: Visit): void {
    if (visit.request) {
      visit.leaving = false;
      this.movements.withdrawDischarge(visit);
      return;
    }
    if (visit.away) this.house.later(visit, HOUR / MINUTE, () => this.depart(visit));
    else this.movements.discharge(visit, 'NGH-ADT', this.draws.chance(0.88) ? '01' : '03');
  }
}
