import type { BedRequest } from './acts.js';
import type { PlacementNeeds, SimulatedBed } from './bed-tracker.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { HOUR, MINUTE } from './local-time.js';
import { anyWard, wards } from './profile.js';
import { needsOf, type Request } from './request.js';
import type { Visit } from './visit.js';

export interface Asking extends Pick<BedRequest, 'source' | 'toUnit' | 'priority'> {
  readonly decidedAt: number | null;
  /** Minutes until the patient may move; null if the asking department will say so itself. */
  readonly readyIn: number | null;
  /** Keep a bed for a time (theatre, other hospitals) rather than give it at once. */
  readonly reserve?: boolean;
  readonly move: (bed: SimulatedBed) => void;
}

/** Minutes after which a swab is back, and what no free bed has has been found and is brought to one. */
const RESULT_MINUTES = 150;

/** Hours of waiting that an urgency counts for when beds are given. */
const urgency = { stat: 100, urgent: 6, routine: 0 } as const;

/** Minutes of waiting after which a bed of a neighbouring ward will do, and after which one of any ward that fits. */
const patience = { neighbours: 60, anywhere: 100 } as const;

/**
 * The bed manager: reads requests when there is time, gives beds by urgency and wait, sends for the porter when bed and patient are
 * ready. Which beds fit says the product's own rule; nobody waits for long beside one that does.
 */
export class BedManager {
  private readonly draws: Draws;
  private readonly open: Request[] = [];
  private readonly reservations = new WeakSet<Request>();

  constructor(private readonly house: House) {
    this.draws = house.draws('bed-manager');
  }

  start(): void {
    const tick = () => {
      this.look();
      this.house.schedule(this.house.now + 10 * MINUTE, tick);
    };
    tick();
  }

  /** Patients who wait for a bed of this unit and have none promised. */
  waitingFor(unit: string): number {
    return this.open.filter((r) => r.toUnit === unit && !r.bed).length;
  }

  /** Who waits and has no bed promised. */
  unpromised(): readonly Request[] {
    return this.open.filter((r) => !r.bed);
  }

  /** Patients who are here and have no bed promised. */
  get unplaced(): number {
    return this.open.filter((r) => !r.bed).length;
  }

  /** Patients in the emergency department whose admission is decided. */
  get boarders(): number {
    return this.open.filter((r) => r.source === 'ED').length;
  }

  ask(visit: Visit, asking: Asking): Request {
    const { house, draws } = this;
    const toUnit = this.ableUnit(visit, asking.toUnit);
    const request: Request = {
      visit,
      source: asking.source,
      toUnit,
      priority: asking.priority,
      decisionToAdmitAt: asking.decidedAt,
      needs: needsOf(visit, toUnit),
      requestedAt: house.now,
      seen: false,
      bed: null,
      ready: false,
      moving: false,
      closed: false,
      move: asking.move,
    };
    visit.request = request;
    this.open.push(request);
    house.requestCommand(visit, request);
    const hour = house.local.hour(house.now);
    const attention = draws.lognormal(asking.priority === 'stat' ? 4 : hour < 7 || hour > 21 ? 12 : 9, 0.6);
    house.schedule(house.now + attention * MINUTE, () => {
      request.seen = true;
      this.look();
    });
    if (asking.readyIn !== null) {
      house.schedule(house.now + asking.readyIn * MINUTE, () => this.ready(request));
    }
    if (asking.reserve) this.reservations.add(request);
    return request;
  }

  /** The patient may move now. */
  ready(request: Request): void {
    if (request.closed || request.ready) return;
    request.ready = true;
    this.house.command({ on: 'bed-request', do: 'ready-to-move', visitNumber: request.visit.number }, request.visit);
    if (request.bed && this.reservations.has(request)) this.give(request, request.bed);
    this.send(request);
  }

  /**
   * A bed that fits, of the unit or where there is none of its neighbours, for somebody who does not wait for one: clean now, or `later`,
   * when one of any ward will do that is cleaned by then.
   */
  bedFor(visit: Visit, unit: string, when: 'now' | 'later' = 'now'): SimulatedBed | undefined {
    const { beds, now } = this.house;
    const asked = { ...needsOf(visit, unit), person: visit.person, toUnit: unit };
    for (const id of [unit, ...(wards[unit]?.outliers ?? []), ...(when === 'later' ? anyWard : [])]) {
      const bed = beds.best(id, asked, when === 'later', now);
      if (bed) return bed;
    }
    return undefined;
  }

  /** No bed is needed any more. */
  withdraw(request: Request): void {
    const { visit, bed } = request;
    this.close(request);
    this.house.command({ on: 'bed-request', do: 'cancel', visitNumber: visit.number }, visit);
    if (!bed) return;
    bed.heldFor = null;
    this.house.bedCommand(bed, { do: 'release', visitNumber: visit.number }, visit);
    if (bed.standing === 'free') this.house.onFree(bed);
  }

  /** A bed was cleaned, opened or released. */
  freed(bed: SimulatedBed): void {
    if (bed.heldFor) this.send(bed.heldFor);
    else this.house.schedule(this.house.now + this.draws.uniform(2, 7) * MINUTE, () => this.look());
  }

  /** The unit that is asked for: the one the doctors want, or where the patient needs what that has not, one that has it. */
  private ableUnit(visit: Visit, unit: string): string {
    const able = (id: string) =>
      this.house.beds.couldTake(id, { ...needsOf(visit, id), person: visit.person, toUnit: id }, this.house.now);
    if (able(unit)) return unit;
    const other = [...(wards[unit]?.outliers ?? []), ...anyWard].find(able);
    if (other !== undefined) return other;
    // No bed of the house has all of it: what can be brought to a bed is.
    visit.telemetry = false;
    visit.equipment = [];
    return unit;
  }

  private close(request: Request): void {
    request.closed = true;
    if (request.visit.request === request) request.visit.request = null;
    if (request.bed?.heldFor === request) request.bed.heldFor = null;
    const i = this.open.indexOf(request);
    if (i >= 0) this.open.splice(i, 1);
  }

  private look(): void {
    const waiting = this.open.filter((r) => r.seen && !r.bed && !r.closed);
    const rank = (r: Request) => r.requestedAt - urgency[r.priority] * HOUR;
    waiting.sort((a, b) => rank(a) - rank(b));
    for (const request of this.open) this.exchange(request);
    for (const request of waiting) {
      this.place(request);
      if (!request.bed && this.wouldDoWithLess(request)) this.askAnew(request);
    }
  }

  /** A patient who is ready and was promised a bed that is not, gets a clean one if there is any by now. */
  private exchange(request: Request): void {
    const { bed: old, visit } = request;
    if (!old || !request.ready || request.moving || old.standing !== 'dirty') return;
    const bed = this.house.beds.best(old.configuration.unit, this.asked(request), false, this.house.now);
    if (!bed) return;
    old.heldFor = null;
    this.house.bedCommand(old, { do: 'release', visitNumber: visit.number }, visit);
    this.promise(request, bed);
  }

  private promise(request: Request, bed: SimulatedBed): void {
    bed.heldFor = request;
    request.bed = bed;
    this.give(request, bed);
    if (bed.standing === 'dirty') this.house.onPromised(bed);
    this.send(request);
  }

  private place(request: Request): void {
    const { house } = this;
    const waited = (house.now - request.requestedAt) / MINUTE;
    const neighbours = waited > patience.neighbours ? (wards[request.toUnit]?.outliers ?? []) : [];
    const anywhere = waited > patience.anywhere ? anyWard : [];
    const { cohort } = house;
    const together = cohort.wants(request.visit, request.needs.levelOfCare) ? [cohort.unit] : [];
    for (const unit of new Set([...together, request.toUnit, ...neighbours, ...anywhere])) {
      const bed = house.beds.best(unit, this.asked(request), waited > 15, house.now);
      if (!bed) continue;
      this.promise(request, bed);
      return;
    }
  }

  /** Whether there is a free bed for who waits long, were it not for what that bed has not. */
  private wouldDoWithLess({ needs, visit, ready, requestedAt, toUnit }: Request): boolean {
    const { house } = this;
    const waited = (house.now - requestedAt) / MINUTE;
    if (!ready || waited < RESULT_MINUTES || needs.isolation === 'protective') return false;
    if (needs.isolation === 'none' && !needs.telemetry && needs.equipment.length === 0) return false;
    const less = {
      ...needs,
      isolation: 'none' as const,
      telemetry: false,
      equipment: [],
      person: visit.person,
      toUnit,
    };
    const units = needs.levelOfCare === 'ward' ? anyWard : [toUnit, ...(wards[toUnit]?.outliers ?? [])];
    return units.some((unit) => house.beds.best(unit, less, true, house.now));
  }

  /** The same wait for a bed that needs less: the request is taken back, and another one made. */
  private askAnew(request: Request): void {
    const { visit, source, toUnit, priority, decisionToAdmitAt: decidedAt, move } = request;
    this.withdraw(request);
    visit.isolation = 'none';
    visit.telemetry = false;
    visit.equipment = [];
    this.ask(visit, { source, toUnit, priority, decidedAt, readyIn: 1, move });
  }

  private asked({ needs, visit, toUnit }: Request): PlacementNeeds {
    return { ...needs, person: visit.person, toUnit };
  }

  private give(request: Request, bed: SimulatedBed): void {
    const { number: visitNumber } = request.visit;
    const reserve = this.reservations.has(request) && !request.ready;
    this.house.bedCommand(
      bed,
      reserve ? { do: 'reserve', visitNumber, until: this.house.now + 8 * HOUR } : { do: 'assign', visitNumber },
      request.visit,
    );
  }

  /** Sends for the porter once the bed is clean and the patient ready. */
  private send(request: Request): void {
    const { bed, visit } = request;
    if (!bed || !request.ready || request.moving || request.closed || bed.standing !== 'free') return;
    request.moving = true;
    const { house, draws } = this;
    const hour = house.local.hour(house.now);
    const rush = hour >= 11 && hour < 19 ? 25 : 16;
    const minutes = draws.lognormal(request.priority === 'stat' ? 9 : rush, 0.5);
    house.schedule(house.now + minutes * MINUTE, () => {
      request.moving = false;
      if (request.closed || visit.gone || bed.heldFor !== request || bed.standing !== 'free') return;
      if (visit.away) {
        house.schedule(house.now + 15 * MINUTE, () => this.send(request));
        return;
      }
      this.close(request);
      request.move(bed);
    });
  }
}
