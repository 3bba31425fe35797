import type { BedRequest } from './acts.js';
import type { PlacementNeeds, SimulatedBed } from './bed-book.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { HOUR, MINUTE } from './local-time.js';
import { wards } from './profile.js';
import type { Request } from './request.js';
import type { Visit } from './visit.js';

export interface Asking extends Pick<BedRequest, 'source' | 'toUnit' | 'priority'> {
  readonly decidedAt: number | null;
  /** Minutes until the patient may move; null if the asking department will say so itself. */
  readonly readyIn: number | null;
  /** Keep a bed for a time (theatre, other hospitals) rather than give it at once. */
  readonly reserve?: boolean;
  readonly move: (bed: SimulatedBed) => void;
}

/** Hours of waiting that an urgency counts for when beds are given. */
const urgency = { stat: 100, urgent: 6, routine: 0 } as const;

/** Wards with rooms of negative pressure: whoever needs one goes to any of them rather than wait. */
const isolating = ['4A', '4B', '6A', 'AMU'];

/** The bed manager: reads requests when there is time, gives beds by urgency and wait, sends for the porter when bed and patient are ready. */
export class Placement {
  private readonly draws: Draws;
  private readonly open: Request[] = [];
  private readonly reservations = new WeakSet<Request>();

  constructor(private readonly house: House) {
    this.draws = house.draws('placement');
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

  get waiting(): number {
    return this.open.length;
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

  /** A patient who needs negative pressure is asked for where there is such a room. */
  private ableUnit(visit: Visit, unit: string): string {
    const able = (id: string) => this.house.beds.in(id).some((b) => b.room.configuration.negativePressure);
    if (visit.isolation !== 'airborne' || able(unit)) return unit;
    return (wards[unit]?.outliers ?? []).find(able) ?? 'AMU';
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
    for (const request of waiting) this.place(request);
  }

  /** A patient who is ready and was promised a bed that is not, gets a clean one if there is any by now. */
  private exchange(request: Request): void {
    const { bed: old, visit } = request;
    if (!old || !request.ready || request.moving || old.standing !== 'dirty') return;
    const needs: PlacementNeeds = { ...request.needs, person: visit.person };
    const bed = this.house.beds.best(old.configuration.unit, needs, false);
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
    const waited = house.now - request.requestedAt;
    const outliers = request.needs.isolation === 'airborne' ? isolating : (wards[request.toUnit]?.outliers ?? []);
    const patience = request.toUnit === 'ICU' ? HOUR : 3 * HOUR;
    const units = [request.toUnit, ...(waited > patience ? outliers : [])];
    const needs: PlacementNeeds = { ...request.needs, person: request.visit.person };
    for (const unit of units) {
      const bed = house.beds.best(unit, needs, waited > 15 * MINUTE);
      if (!bed) continue;
      this.promise(request, bed);
      return;
    }
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
    const rush = hour >= 11 && hour < 19 ? 21 : 16;
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

function needsOf(visit: Visit, toUnit: string): BedRequest['needs'] {
  const profile = wards[toUnit];
  return {
    levelOfCare: profile?.level ?? 'ward',
    specialty: profile?.service ?? visit.service,
    isolation: visit.isolation,
    sex: profile?.level === 'icu' || profile?.level === 'step-down' ? 'any' : visit.person.sex,
    telemetry: visit.telemetry,
    equipment: [...visit.equipment],
  };
}
