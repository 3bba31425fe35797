import type { Draws } from './draws.js';
import type { House } from './house.js';
import { HOUR, MINUTE } from './local-time.js';
import { isSettled, keepUntil, type Visit } from './visit.js';

/** Wards whose patients go home for a day to try how they manage. */
const UNITS = ['4C', '3C', '3B'] as const;

/** Patients on leave: one goes in the morning, and is back the next day when another has gone. The bed is kept. */
export class Leave {
  private readonly draws: Draws;

  constructor(private readonly house: House) {
    this.draws = house.draws('leave');
  }

  start(): void {
    const { house } = this;
    // The first one as soon as somebody may go; then each morning.
    house.schedule(house.now + 15 * MINUTE, () => this.go());
    house.daily(10.5, () => this.go());
  }

  private go(): void {
    const { house, draws } = this;
    const able = UNITS.flatMap((unit) => house.beds.in(unit)).flatMap(({ occupant }) => {
      const may = occupant !== null && isSettled(occupant, house.now) && occupant.isolation === 'none';
      return may ? [occupant] : [];
    });
    if (able.length === 0) {
      house.schedule(house.now + 10 * MINUTE, () => this.go());
      return;
    }
    const visit: Visit = draws.pick(able);
    const backAt = house.local.on(house.now, 11.25 + draws.uniform(0, 1), 1);
    visit.away = true;
    keepUntil(visit, backAt + HOUR);
    house.message(visit, 'A21', { sender: 'NGH-ADT', expectedAt: backAt, lag: 0 });
    house.schedule(backAt, () => {
      visit.away = false;
      house.message(visit, 'A22', { sender: 'NGH-ADT', lag: 0 });
    });
  }
}
