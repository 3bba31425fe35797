import type { SimulatedBed } from './bed-book.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { HOUR, MINUTE } from './local-time.js';
import type { Placement } from './placement.js';
import { capacity as profile, wards } from './profile.js';

/** Beds out of use: blocked for a reason, closed when the shift is short; and surge beds opened when the house is full. */
export class Capacity {
  private readonly draws: Draws;

  constructor(
    private readonly house: House,
    private readonly placement: Placement,
  ) {
    this.draws = house.draws('capacity');
  }

  start(): void {
    const { house, draws } = this;
    house.arrivals(
      draws,
      profile.blocksPerDay / 24,
      () => profile.blocksPerDay / 24,
      () => this.block(),
    );
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

  private block(): void {
    const { house, draws } = this;
    const able = Object.keys(wards)
      .flatMap((unit) => this.idle(unit))
      .filter((b) => !b.configuration.surge);
    if (able.length === 0) return;
    const bed = draws.pick(able);
    const [reason, note] = draws.pick(profile.blockReasons);
    const end = house.now + draws.lognormal(profile.blockHours.median, profile.blockHours.sigma) * HOUR;
    bed.standing = 'blocked';
    house.bedCommand(bed, { do: 'block', reason, note, until: end + 6 * HOUR });
    house.schedule(end, () => {
      bed.standing = 'free';
      house.bedCommand(bed, { do: 'unblock' });
      house.onFree(bed);
    });
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
    const { house, placement } = this;
    let wanted = Math.ceil((placement.boarders - 5) / 2);
    const shut = house.beds.all.filter((b) => b.standing === 'shut');
    shut.sort((a, b) => placement.waitingFor(b.configuration.unit) - placement.waitingFor(a.configuration.unit));
    for (const bed of shut) {
      if (wanted-- <= 0 || placement.waitingFor(bed.configuration.unit) === 0) return;
      bed.standing = 'free';
      house.bedCommand(bed, { do: 'open-surge' });
      house.onFree(bed);
    }
  }

  private closeSurge(): void {
    const { house, placement } = this;
    const hour = house.local.hour(house.now);
    if (hour < 21 && hour > 11) return;
    for (const bed of house.beds.all) {
      const { unit, surge } = bed.configuration;
      if (!surge || bed.standing !== 'free' || bed.heldFor || bed.keptFor) continue;
      if (placement.waitingFor(unit) > 0) continue;
      bed.standing = 'shut';
      house.bedCommand(bed, { do: 'close-surge' });
    }
  }
}
