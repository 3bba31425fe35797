import type { BedManager } from './bed-manager.js';
import type { SimulatedBed } from './bed-tracker.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { HOUR, MINUTE } from './local-time.js';
import { anyWard, meeting as profile, wards } from './profile.js';
import type { Request } from './request.js';
import type { Visit } from './visit.js';
import type { WardNurses } from './ward-nurses.js';

const critical = ['ICU', 'HDU'] as const;

/**
 * The bed meetings: in the afternoon they see to it that there are beds for those who come by night, when nobody goes home; and at any
 * hour that room is made for whoever waits too long, by those nearest to leaving or by beds that are opened.
 */
export class BedMeeting {
  private readonly draws: Draws;
  private readonly relievedAt = new WeakMap<Request, number>();

  constructor(
    private readonly house: House,
    private readonly bedManager: BedManager,
    private readonly nurses: WardNurses,
  ) {
    this.draws = house.draws('bed-meeting');
  }

  start(): void {
    const { house } = this;
    for (const hour of profile.hours) house.daily(hour, () => this.beforeTheNight());
    const tick = () => {
      for (const request of this.bedManager.unpromised()) this.relieve(request);
      house.schedule(house.now + 10 * MINUTE, tick);
    };
    tick();
  }

  private beforeTheNight(): void {
    const { house, bedManager } = this;
    for (const sex of ['female', 'male'] as const) {
      const beds = anyWard.flatMap((unit) => house.beds.in(unit)).filter((bed) => takesSex(bed, sex));
      const waiting = bedManager
        .unpromised()
        .filter((r) => r.needs.levelOfCare === 'ward' && r.visit.person.sex === sex).length;
      this.free(beds, profile.free.ward + waiting);
    }
    this.free(house.beds.in('MAT'), profile.free.maternity + bedManager.waitingFor('MAT'));
    for (const unit of critical) {
      const free = house.beds.in(unit).filter(willBeHad).length;
      for (let n = free; n < profile.free.critical; n++) if (!this.nurses.stepDownNext(unit)) break;
    }
  }

  /** Sends those home who are nearest to it until so many of the beds are free, or will be by the evening. */
  private free(beds: readonly SimulatedBed[], wanted: number): void {
    let free = beds.filter(willBeHad).length;
    for (const visit of this.nearestToLeaving(beds)) {
      if (free >= wanted) return;
      this.nurses.sendHome(visit, this.draws.uniform(10, 70));
      free++;
    }
  }

  /** Room for one who waits too long; once, and again where that did not help for hours. */
  private relieve(request: Request): void {
    const { house, nurses } = this;
    const { levelOfCare } = request.needs;
    const since = Math.max(request.requestedAt, this.relievedAt.get(request) ?? -Infinity);
    if (house.now - since < profile.patience[levelOfCare === 'ward' ? 'ward' : 'special'] * MINUTE) return;
    this.relievedAt.set(request, house.now);
    if (levelOfCare === 'icu') nurses.stepDownNext('ICU');
    else if (levelOfCare === 'step-down') nurses.stepDownNext('HDU');
    else {
      const units = new Set([request.toUnit, ...(wards[request.toUnit]?.outliers ?? []), ...anyWard]);
      const beds = [...units]
        .filter((unit) => wards[unit]?.level === levelOfCare)
        .flatMap((unit) => house.beds.in(unit))
        .filter((bed) => this.fits(bed, request));
      const hour = house.local.hour(house.now);
      const [first] = hour > profile.goHome.from && hour < profile.goHome.until ? this.nearestToLeaving(beds) : [];
      if (first !== undefined) nurses.sendHome(first, this.draws.uniform(5, 25));
      else this.open(beds);
    }
  }

  private fits(bed: SimulatedBed, { needs, visit, toUnit }: Request): boolean {
    const asked = { ...needs, person: visit.person, toUnit };
    return !this.house.beds.misfits(bed, asked, this.house.now).some((m) => m.severity === 'hard');
  }

  /** By night a bed that was closed, or is kept for such nights, is opened. */
  private open(beds: readonly SimulatedBed[]): void {
    const bed =
      beds.find((b) => b.standing === 'shut') ??
      beds.find((b) => b.standing === 'closed' && b.configuration.staffed && !b.heldFor);
    if (bed === undefined) return;
    this.house.bedCommand(bed, { do: bed.standing === 'shut' ? 'open-surge' : 'open' });
    bed.standing = 'free';
    this.house.onFree(bed);
  }

  private nearestToLeaving(beds: readonly SimulatedBed[]): Visit[] {
    const latest = this.house.now + profile.daysEarly * 24 * HOUR;
    return beds
      .flatMap(({ occupant, contesting }) => (occupant === null || contesting !== null ? [] : [occupant]))
      .filter((visit) => visit.readyAt < latest && this.nurses.mayGo(visit))
      .sort((a, b) => a.readyAt - b.readyAt);
  }
}

/** Whether somebody may be put here by the evening. */
function willBeHad({ standing, heldFor, keptFor, occupant }: SimulatedBed): boolean {
  if (heldFor || keptFor) return false;
  return occupant === null ? standing === 'free' || standing === 'dirty' || standing === 'cleaning' : occupant.leaving;
}

/** Of single rooms each counts for those who were in it last, since about as many of them come. */
function takesSex({ room, occupant, configuration }: SimulatedBed, sex: Visit['person']['sex']): boolean {
  const rule = room.configuration.sex;
  if (rule !== 'any') return rule === sex;
  if (occupant !== null) return occupant.person.sex === sex;
  return (Number(configuration.bed.replace(/\D/g, '')) % 2 === 0) === (sex === 'female');
}
