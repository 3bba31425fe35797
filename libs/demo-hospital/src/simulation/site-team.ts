import type { SimulatedBed } from './bed-tracker.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { MINUTE } from './local-time.js';
import type { BedManager } from './bed-manager.js';
import { capacity as profile } from './profile.js';

/** The site team: beds closed when the shift is short, and surge beds opened when the house is full. */
export class SiteTeam {
  private readonly draws: Draws;

  constructor(
    private readonly house: House,
    private readonly bedManager: BedManager,
  ) {
    this.draws = house.draws('capacity');
  }

  start(): void {
    const { house } = this;
    for (const [unit, most] of profile.shortStaffed) {
      this.close(unit, most);
      house.daily(7.2, () => this.close(unit, most));
    }
    house.daily(13, () => this.openSurge());
    house.daily(14.5, () => this.openSurge());
    house.daily(16.5, () => this.openSurge());
    const tick = () => {
      this.closeSurge();
      house.schedule(house.now + 60 * MINUTE, tick);
    };
    tick();
  }

  private idle(unit: string): SimulatedBed[] {
    return this.house.beds.in(unit).filter((b) => b.standing === 'free' && !b.heldFor && !b.keptFor);
  }

  private close(unit: string, most: number): void {
    const { house, draws } = this;
    const closed = this.house.beds.in(unit).filter((b) => b.standing === 'closed' && b.configuration.staffed);
    for (const bed of closed) {
      if (draws.chance(0.4)) {
        bed.standing = 'free';
        house.bedCommand(bed, { do: 'open' });
        house.onFree(bed);
      }
    }
    const wanted = draws.whole(0, most) - closed.length;
    for (const bed of this.idle(unit)
      .filter((b) => !b.configuration.surge)
      .slice(0, Math.max(0, wanted))) {
      bed.standing = 'closed';
      house.bedCommand(bed, { do: 'close', reason: 'staffing', until: null });
    }
  }

  private openSurge(): void {
    const { house, bedManager } = this;
    let wanted = Math.ceil((bedManager.boarders - 5) / 2);
    const shut = house.beds.all.filter((b) => b.standing === 'shut');
    shut.sort((a, b) => bedManager.waitingFor(b.configuration.unit) - bedManager.waitingFor(a.configuration.unit));
    for (const bed of shut) {
      if (wanted-- <= 0 || bedManager.waitingFor(bed.configuration.unit) === 0) return;
      bed.standing = 'free';
      house.bedCommand(bed, { do: 'open-surge' });
      house.onFree(bed);
    }
  }

  private closeSurge(): void {
    const { house, bedManager } = this;
    const hour = house.local.hour(house.now);
    if (hour < 21 && hour > 11) return;
    for (const bed of house.beds.all) {
      const { unit, surge } = bed.configuration;
      if (!surge || bed.standing !== 'free' || bed.heldFor || bed.keptFor) continue;
      if (bedManager.waitingFor(unit) > 0) continue;
      bed.standing = 'shut';
      house.bedCommand(bed, { do: 'close-surge' });
    }
  }
}
