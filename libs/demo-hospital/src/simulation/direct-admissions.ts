import type { Draws } from './draws.js';
import type { House } from './house.js';
import { illness } from './illness.js';
import type { Movements } from './movements.js';
import { ages } from './people.js';
import type { BedManager } from './bed-manager.js';
import { direct, maternity, wards } from './profile.js';
import type { Visit } from './visit.js';

/** Who comes neither through the emergency department nor from a theatre list: sent by doctors and clinics, or in labour. */
export class DirectAdmissions {
  private readonly draws: Draws;

  constructor(
    private readonly house: House,
    private readonly movements: Movements,
    private readonly bedManager: BedManager,
  ) {
    this.draws = house.draws('direct');
  }

  start(): void {
    const { house, draws } = this;
    const byDay = (perDay: number) => (at: number) => {
      const hour = house.local.hour(at);
      return hour < 9 || hour >= 19 ? 0 : (perDay / 10) * (house.local.isWeekend(at) ? direct.weekendFactor : 1);
    };
    house.arrivals(draws, direct.perDay / 10, byDay(direct.perDay), () => this.walkIn('AMU'));
    house.arrivals(draws, direct.clinicToCancer / 10, byDay(direct.clinicToCancer), () => this.walkIn('6A'));
    house.arrivals(
      draws,
      maternity.perDay / 24,
      () => maternity.perDay / 24,
      () => this.walkIn('MAT'),
    );
  }

  /** Comes to the unit's waiting area first; the bed is asked for there. */
  private walkIn(unit: string): void {
    const { house, draws, movements, bedManager } = this;
    const visit = this.newcomer(unit);
    // Waits in a chair of the unit: an inpatient only from the first bed on.
    movements.register(visit, unit);
    const decidedAt = house.now;
    house.later(visit, draws.lognormal(unit === 'MAT' ? 12 : 25, 0.5), () =>
      bedManager.ask(visit, {
        source: 'Direct',
        toUnit: unit,
        priority: unit === 'MAT' ? 'urgent' : 'routine',
        decidedAt,
        readyIn: draws.uniform(5, 30),
        move: (bed) => movements.transfer(visit, bed, 'NGH-ADT', visit.class === 'O'),
      }),
    );
  }

  private newcomer(unit: string): Visit {
    const { house, draws } = this;
    const profile = wards[unit];
    const person = house.people.make(house.now, profile?.ages ?? ages.medical, unit === 'MAT' ? 'female' : undefined);
    const visit = house.newVisit({ person, class: 'I', service: profile?.service ?? 'MED', area: null }, draws);
    return Object.assign(visit, illness(draws, unit, person, house.now));
  }
}
