import type { SimulatedBed } from './bed-tracker.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { MINUTE } from './local-time.js';
import { capacity as profile, wards } from './profile.js';

/** So many beds are blocked at any time. */
const LEAST = 2;

/** Estates and the others who block a bed for a reason, with a ticket and an end; a bed is given back a little before that. */
export class Estates {
  private readonly draws: Draws;
  private readonly blocked = new Set<SimulatedBed>();
  private ticket: number;

  constructor(private readonly house: House) {
    this.draws = house.draws('estates');
    this.ticket = this.draws.whole(20_000, 60_000);
  }

  start(): void {
    const { house, draws } = this;
    const hourly = profile.blocksPerDay / 24;
    house.arrivals(
      draws,
      hourly,
      () => hourly,
      () => this.block(),
    );
    const tick = () => {
      while (this.blocked.size < LEAST && this.block());
      house.schedule(house.now + 10 * MINUTE, tick);
    };
    tick();
  }

  private block(): boolean {
    const { house, draws } = this;
    const able = Object.keys(wards)
      .flatMap((unit) => house.beds.in(unit))
      .filter((b) => b.standing === 'free' && !b.heldFor && !b.keptFor && !b.configuration.surge);
    if (able.length === 0) return false;
    const bed = draws.pick(able);
    const { reason, note, ticket } = draws.pick(profile.blockReasons);
    const hours = draws.lognormal(profile.blockHours.median, profile.blockHours.sigma);
    this.blocked.add(bed);
    this.keep(
      bed,
      reason,
      `${note}, ticket ${ticket}-${++this.ticket}`,
      Math.min(profile.blockHours.most, Math.max(2, hours)),
    );
    return true;
  }

  /** Blocks the bed for so many hours, and for more where it is one of the last. */
  private keep(bed: SimulatedBed, reason: string, note: string, hours: number): void {
    const { house, blocked } = this;
    const end = house.now + Math.round(hours * 60) * MINUTE;
    bed.standing = 'blocked';
    house.bedCommand(bed, { do: 'block', reason, note, until: end + 10 * MINUTE });
    house.schedule(end, () => {
      while (blocked.size <= LEAST && this.block());
      if (blocked.size <= LEAST) return this.keep(bed, reason, note, 1);
      blocked.delete(bed);
      bed.standing = 'free';
      house.bedCommand(bed, { do: 'unblock' });
      house.onFree(bed);
    });
  }
}
