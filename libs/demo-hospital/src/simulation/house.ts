import type { FacilityData } from '@wardstream/events';
import type {
  BedAction,
  BedStatusAct,
  BedRequest,
  Command,
  CommandAct,
  DepartmentAct,
  MessageAct,
  Sender,
  Spot,
  Trigger,
} from './acts.js';
import { BedTracker, type SimulatedBed } from './bed-tracker.js';
import { drawsFor, hash32, type Draws } from './draws.js';
import { TimeQueue } from './event-queue.js';
import { IsolationCohort } from './isolation-cohort.js';
import { HOUR, LocalTime, MINUTE } from './local-time.js';
import { doctorOf, People } from './people.js';
import { expectedStay } from './profile.js';
import { spotOf, type Visit } from './visit.js';

type WithoutIndex<T> = T extends DepartmentAct ? Omit<T, 'index'> : never;

/** What a department says besides who and when. */
export interface MessageDetail {
  readonly sender: Sender;
  /** When it happened, if not now (a cancel names the time of what it cancels). */
  readonly at?: number;
  readonly location?: Spot | null;
  readonly prior?: Spot | null;
  readonly away?: Spot;
  readonly expectedAt?: number;
  readonly mistake?: MessageAct['mistake'];
  readonly disposition?: string;
  /** Beds it touches besides the one the patient is in. */
  readonly beds?: readonly SimulatedBed[];
  /** Minutes until somebody records it; drawn if not given. */
  readonly lag?: number;
}

/**
 * The running house: simulated time, what is scheduled, who is in, and the acts on their way out.
 * Departments schedule themselves here and tell it what they do; it keeps the acts of one patient and of one bed in order.
 */
export class House {
  readonly local: LocalTime;
  readonly beds: BedTracker;
  readonly people: People;
  readonly present = new Set<Visit>();
  readonly cohort: IsolationCohort;
  /** A patient has left a bed; the ward records it at `knownAt`. */
  onDirty: (bed: SimulatedBed, knownAt: number) => void = () => undefined;
  /** A dirty bed was promised to somebody. */
  onPromised: (bed: SimulatedBed) => void = () => undefined;
  /** A bed is ready for the next patient. */
  onFree: (bed: SimulatedBed) => void = () => undefined;
  /** A patient has come to lie in a bed. */
  onArrival: (visit: Visit) => void = () => undefined;
  /** A patient is about to leave the house. */
  onLeaving: (visit: Visit) => void = () => undefined;

  private readonly agenda = new TimeQueue<() => void>();
  private readonly outgoing = new TimeQueue<WithoutIndex<DepartmentAct>>();
  private readonly recording: Draws;
  private readonly expecting: Draws;
  private readonly run: string;
  private clock: number;
  private visits = 0;
  private messages = 0;

  constructor(
    readonly facility: FacilityData,
    private readonly seed: number,
    from: number,
  ) {
    this.clock = Math.floor(from / 1000) * 1000;
    this.local = new LocalTime(facility.timeZone);
    this.beds = new BedTracker(facility);
    this.cohort = new IsolationCohort(this.beds);
    const mark = hash32(`${facility.id}:${seed}:${from}`);
    this.run = mark.toString(36).toUpperCase().padStart(7, '0').slice(-4);
    this.people = new People(this.draws('people'), 1_000_000 + (mark % 8_000_000));
    this.visits = 10_000_000 + (hash32(`visits:${mark}`) % 80_000_000);
    this.recording = this.draws('recording');
    this.expecting = this.draws('expecting');
  }

  get now(): number {
    return this.clock;
  }

  draws(name: string): Draws {
    return drawsFor(this.seed, name);
  }

  schedule(at: number, run: () => void): void {
    this.agenda.push(Math.max(this.clock, Math.ceil(at / 1000) * 1000), run);
  }

  /** Runs later, unless the patient is gone or a correction made the plan void by then. */
  later(visit: Visit, minutes: number, run: () => void): void {
    const { epoch } = visit;
    this.schedule(this.clock + minutes * MINUTE, () => {
      if (!visit.gone && visit.epoch === epoch) run();
    });
  }

  /** Every day at a local hour, from the first one after now. */
  daily(hour: number, run: () => void): void {
    this.schedule(this.local.next(this.clock, hour), () => {
      run();
      this.daily(hour, run);
    });
  }

  /** A Poisson process whose rate per hour changes with time; `most` bounds the rate. */
  arrivals(draws: Draws, most: number, perHour: (at: number) => number, run: () => void): void {
    if (most <= 0) return;
    this.schedule(this.clock + draws.exponential(HOUR / most), () => {
      if (draws.chance(perHour(this.clock) / most)) run();
      this.arrivals(draws, most, perHour, run);
    });
  }

  newVisit(of: Pick<Visit, 'person' | 'class' | 'service' | 'area'>, draws: Draws): Visit {
    const visit: Visit = {
      ...of,
      number: `V${this.visits++}`,
      doctor: doctorOf(of.service, draws),
      admittedAt: this.clock,
      bed: null,
      isolation: 'none',
      telemetry: false,
      equipment: [],
      request: null,
      away: false,
      inBedSince: this.clock,
      expectedEnd: null,
      staysUntil: -Infinity,
      readyAt: Infinity,
      leaving: false,
      dischargeTold: false,
      gone: false,
      epoch: 0,
      lastSent: -Infinity,
    };
    this.present.add(visit);
    return visit;
  }

  /** Puts a message on its way; answers when its sender sends it. */
  message(visit: Visit, trigger: Trigger, detail: MessageDetail): number {
    const at = detail.at ?? this.clock;
    const location = detail.location === undefined ? spotOf(visit) : detail.location;
    const beds = visit.bed ? [visit.bed, ...(detail.beds ?? [])] : (detail.beds ?? []);
    const sendAt = this.sendingTime(this.clock + (detail.lag ?? this.lag()) * MINUTE, visit, beds);
    const act: Omit<MessageAct, 'index'> = {
      type: 'message',
      sender: detail.sender,
      trigger,
      controlId: this.controlId(),
      sendAt,
      at,
      keys: keysOf(visit, beds),
      visit: {
        number: visit.number,
        person: visit.person,
        class: visit.class,
        service: visit.service,
        doctor: visit.doctor,
        admittedAt: trigger === 'A05' ? null : visit.admittedAt,
        dischargedAt: trigger === 'A03' ? at : null,
        disposition: detail.disposition ?? null,
      },
      location,
      prior: detail.prior ?? null,
      away: detail.away ?? null,
      expectedAt: detail.expectedAt ?? null,
      expectedEnd: tellsOfStay.has(trigger) && visit.class === 'I' ? visit.expectedEnd : null,
      ...(detail.mistake === undefined ? {} : { mistake: detail.mistake }),
    };
    this.outgoing.push(sendAt, act);
    return sendAt;
  }

  /** An A20 about a bed of the house, or about one that it does not have. */
  bedStatus(spot: Spot, code: BedStatusAct['code'], bed?: SimulatedBed): void {
    const sendAt = this.sendingTime(this.clock, undefined, bed ? [bed] : []);
    const act: Omit<BedStatusAct, 'index'> = {
      type: 'bed-status',
      sender: 'NGH-ADT',
      controlId: this.controlId(),
      spot,
      code,
      sendAt,
      at: this.clock,
      keys: bed ? [`bed:${bed.id}`] : [`place:${spot.unit}`],
    };
    this.outgoing.push(sendAt, act);
  }

  /** When the stay of an inpatient of this unit is expected to end, unless somebody has said so already. */
  expectEnd(visit: Visit, unit: string): void {
    if (visit.class !== 'I' || visit.expectedEnd !== null) return;
    const days = expectedStay(unit);
    if (days !== null) visit.expectedEnd = this.endOfStay(this.clock, days * this.expecting.uniform(0.7, 1.25));
  }

  /** An hour of day at which patients go home, so many days after `from`; tomorrow at the earliest. */
  endOfStay(from: number, days: number): number {
    const hour = this.expecting.pick([11, 12, 14, 16]);
    const end = this.local.on(from, hour, Math.max(1, Math.round(days)));
    return end > this.clock + 2 * HOUR ? end : this.local.on(this.clock, hour, 1);
  }

  bedCommand(bed: SimulatedBed, action: BedAction, visit?: Visit): void {
    this.command({ on: 'bed', bedId: bed.id, ...action }, visit, [bed]);
  }

  /** Asks for a bed: now, or as of an earlier time. */
  requestCommand(visit: Visit, request: BedRequest, at?: number): void {
    const { source, toUnit, priority, needs, decisionToAdmitAt } = request;
    this.command(
      {
        on: 'bed-request',
        do: 'request',
        visitNumber: visit.number,
        ...{ source, toUnit, priority, needs, decisionToAdmitAt },
      },
      visit,
      [],
      at,
    );
  }

  command(
    command: Command,
    visit: Visit | undefined,
    beds: readonly SimulatedBed[] = [],
    at: number = this.clock,
  ): void {
    const sendAt = this.sendingTime(this.clock, visit, beds);
    const act: Omit<CommandAct, 'index'> = {
      type: 'command',
      command,
      sendAt,
      at,
      keys: keysOf(visit, beds),
    };
    this.outgoing.push(sendAt, act);
  }

  /** Lives on until something is to be sent before everything that may still be scheduled, and hands it out. */
  nextAct(): WithoutIndex<DepartmentAct> {
    while (this.outgoing.nextAt > this.agenda.nextAt || this.outgoing.size === 0) {
      this.clock = this.agenda.nextAt;
      const run = this.agenda.pop();
      if (!run) throw new Error('nothing is scheduled any more');
      run();
    }
    return this.outgoing.pop()!;
  }

  private controlId(): string {
    return `${this.run}-${String(++this.messages).padStart(8, '0')}`;
  }

  private sendingTime(wanted: number, visit: Visit | undefined, beds: readonly SimulatedBed[]): number {
    let sendAt = Math.ceil(wanted / 1000) * 1000;
    if (visit) sendAt = Math.max(sendAt, visit.lastSent + 1000);
    for (const bed of beds) sendAt = Math.max(sendAt, bed.lastSent + 1000);
    if (visit) visit.lastSent = sendAt;
    for (const bed of beds) bed.lastSent = sendAt;
    return sendAt;
  }

  /** Most movements are recorded at once, some when the nurse is back at the desk, a few after the shift's rush. */
  private lag(): number {
    const { recording } = this;
    const [low, high] = recording.weighted<readonly [number, number]>([
      [[0, 2], 80],
      [[2, 9], 15],
      [[9, 22], 4.5],
      [[22, 50], 0.5],
    ]);
    return recording.uniform(low, high);
  }
}

/** Messages by which the ward says when the stay is expected to end. */
const tellsOfStay: ReadonlySet<Trigger> = new Set(['A01', 'A02', 'A06', 'A08']);

function keysOf(visit: Visit | undefined, beds: readonly SimulatedBed[]): readonly string[] {
  const keys = beds.map((bed) => `bed:${bed.id}`);
  if (visit) keys.push(`visit:${visit.number}`);
  return [...new Set(keys)];
}
