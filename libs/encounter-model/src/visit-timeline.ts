import type { Pending, Place, PlannedBed } from '@wardstream/events';
import { type Conflicts, side } from './conflicts.js';
import { type MovementEffect, movementEffect, said } from './movement-effect.js';
import { comesBack, type Departure } from './houses.js';
import { Instant } from './instant.js';
import type { Cancel, Movement, Update } from './visit-history.js';
import { agree, placeText, unitOf } from './places.js';
import { classOf, isAmbulatory, isOutpatient, sameClass, saysClass } from './stated-class.js';
import { agreesWith, differInNulls, nothing, saysPlace } from './stated-place.js';
import type { Stays } from './stays.js';
import { type Step, stepsOf, type TimelineInput } from './steps.js';
import { type Phase, VisitState } from './visit-state.js';

/** What the history of a visit amounts to. */
export interface Timeline {
  readonly phase: Phase;
  readonly class: string | null;
  readonly inNoBed: boolean;
  readonly inTransit: boolean;
  readonly here: Place | null;
  /** When a movement last said the place, and the class. */
  readonly placedAt: string | null;
  readonly classAt: string | null;
  readonly registeredAt: string | null;
  readonly admittedAt: string | null;
  readonly dischargedAt: string | null;
  /** The house the patient went to, where they left for it and nothing told of them here since. */
  readonly wentTo: Departure | null;
  readonly leaves: readonly { readonly from: string; readonly to: string | null }[];
  readonly stays: Stays;
  readonly pendings: readonly Pending[];
  readonly plannedBeds: readonly PlannedBed[];
  /** By movement, and by cancel where a cancel moved the patient; in the order they happened. */
  readonly effects: ReadonlyMap<string, MovementEffect>;
}

function isGoing(step: Step): step is Step & { readonly type: 'movement' } {
  return step.type === 'movement' && goingKinds.has(step.movement.kind);
}

/** Reads a visit's movements in the order of their event times. Pure; without `conflicts` it only finds the way. */
export function readTimeline(input: TimelineInput, conflicts: Conflicts | null): Timeline {
  return new VisitTimeline(input, conflicts).run();
}

const goingKinds: ReadonlySet<string> = new Set([
  ...['register', 'admit', 'to-inpatient', 'to-outpatient', 'transfer', 'swap', 'discharge'],
]);

class VisitTimeline extends VisitState {
  private readonly steps: readonly Step[];

  constructor(input: TimelineInput, conflicts: Conflicts | null) {
    super(conflicts);
    const { steps, retimed } = stepsOf(input);
    this.steps = steps;
    const byId = new Map(input.movements.map((m) => [m.id, m]));
    for (const [id, winner] of retimed.superseded) {
      const other = byId.get(id)!;
      if (other.at !== winner.at)
        conflicts?.open('discharged-twice', id, side(other, said(other)), side(winner, said(winner)));
    }
  }

  run(): Timeline {
    for (let i = 0; i < this.steps.length;) {
      const { at } = this.steps[i]!;
      let end = i + 1;
      while (this.steps[end]?.at === at) end += 1;
      this.instant(this.steps.slice(i, end), at);
      i = end;
    }
    const { phase, stays } = this;
    return {
      phase,
      ...this.ofClass,
      inTransit: this.inTransit && (phase === 'in' || phase === 'on-leave'),
      here: stays.here,
      placedAt: this.placedAt,
      classAt: this.classAt,
      registeredAt: this.registeredAt,
      admittedAt: this.admittedAt,
      dischargedAt: this.dischargedAt,
      wentTo: this.wentTo,
      leaves: this.leaves,
      stays,
      pendings: this.pendings.list(),
      plannedBeds: this.pendings.plannedBeds(),
      effects: this.effects,
    };
  }

  /** Steps of one instant. Those that say where the patient goes, one after the other, may follow each other otherwise than recorded. */
  private instant(steps: readonly Step[], at: string): void {
    const going = steps.flatMap((step) => (isGoing(step) ? [step.movement] : []));
    const instant = going.length > 1 ? new Instant(going) : null;
    const updates: Update[] = [];
    for (const step of steps) {
      if (step.type === 'updated') updates.push(step.update);
      else if (isGoing(step)) this.act(instant?.next(this.stays.here) ?? step.movement, at);
      else this.take(step);
    }
    for (const tied of instant?.ties() ?? []) {
      const about = tied.map((m) => m.id).sort();
      this.conflicts?.open('same-time-movements', about.join(' '), ...tied.map((m) => side(m, said(m))));
    }
    // What moves the patient at the same time comes first: that an update says otherwise is then a conflict.
    if (updates.length > 0) this.update(updates);
  }

  private take(step: Exclude<Step, { type: 'updated' }>): void {
    switch (step.type) {
      case 'movement':
        return this.act(step.movement, step.at);
      case 'undone':
        return this.passBy(step.movement, step.restores);
      case 'planned':
        return this.plan(step.movement);
      case 'withdrawn':
        return this.pendings.withdraw(step.movement.id, step.at);
      case 'believed':
        return this.believe(step.cancel, step.at, step.isKnown);
      case 'back':
        return this.comeBack(step.cancel, step.movement, step.at);
      case 'went':
        return this.leaveFor(step.departure);
      default:
        step satisfies never;
    }
  }

  private act(m: Movement, at: string): void {
    const here = this.stays.here;
    this.effects.set(m.id, movementEffect(m, here));
    if (this.wentTo !== null && comesBack.has(m.kind) && !this.isBack(m.place)) return;
    switch (m.kind) {
      case 'preadmit':
      case 'pending-admit':
        this.plan(m);
        if (this.phase === 'expected') this.setClass(m);
        return;
      case 'pending-transfer':
      case 'pending-discharge':
        return this.plan(m);
      case 'register':
      case 'admit':
      case 'to-inpatient':
        return this.begin(m);
      case 'to-outpatient':
        return this.toOutpatient(m);
      case 'transfer':
      case 'swap':
        return this.transfer(m, at);
      case 'discharge':
        return this.discharge(m, at);
      case 'attending':
        return;
      case 'depart':
        if (this.phase !== 'expected') this.inTransit = true;
        return;
      case 'arrive':
        this.inTransit = false;
        return;
      case 'leave':
        if (this.phase !== 'in') return;
        this.phase = 'on-leave';
        this.leaves.push({ from: at, to: null });
        return;
      case 'return':
        return this.returnFromLeave(m);
      default:
        m.kind satisfies never;
    }
  }

  /** The bed that a return names is where the patient is, also if it is not the one that was kept. */
  private returnFromLeave(m: Movement): void {
    if (this.phase !== 'on-leave' && this.phase !== 'in') return;
    this.phase = 'in';
    this.endLeave(m.at);
    const here = this.stays.here;
    if (!saysPlace(m)) return;
    if (!agreesWith(m, here)) {
      // Back from a second leave into yet another bed: where the first one ended is moot.
      this.conflicts?.drop('returned-to-another-bed');
      this.report('returned-to-another-bed', m, `in ${placeText(here)}`);
    }
    if (this.go(m, m.at, m.id)) this.effects.set(m.id, { from: here, to: m.place });
  }

  /** Plans of a patient who is gone are none, nor are plans to admit one who is admitted. */
  private plan(m: Movement): void {
    const here = this.stays.here;
    this.effects.set(m.id, movementEffect(m, here));
    const admits = m.kind === 'preadmit' || m.kind === 'pending-admit';
    if (this.phase !== 'out' && (!admits || this.admittedAt === null)) this.pendings.announce(m, here);
  }

  /**
   * A movement that did not happen tells where it would have led from. A cancelled transfer or discharge of a visit that is not
   * known otherwise tells more: the patient is in the house, where it would have begun.
   */
  private passBy(m: Movement, restores: Cancel | null): void {
    const begins =
      this.phase === 'expected' && m.cameFrom === null && (m.kind === 'transfer' || m.kind === 'discharge');
    if (begins && restores !== null) {
      this.beginUnannounced(m);
      this.setClass(m);
      const place = m.kind === 'transfer' ? (restores.place ?? m.prior) : m.place;
      this.go({ place, deletes: nothing }, m.at, restores.id);
    }
    this.effects.set(m.id, movementEffect(m, this.stays.here));
  }

  private begin(m: Movement): void {
    const registers = m.kind === 'register';
    const here = this.stays.here;
    if (registers && this.isInpatient) return this.registeredAsInpatient(m);
    if (this.phase === 'out') {
      // Admitted the moment they left the ED: the house was not left at all.
      const isExpected = this.wentTo !== null || (this.dischargedAt === m.at && agree(m.prior, this.leftFrom));
      this.wentTo = null;
      if (!isExpected) this.report('readmitted-after-discharge', m, `discharged at ${this.dischargedAt ?? ''}`);
      this.dischargedAt = null;
      this.admittedAt = null;
    } else if (this.admittedAt !== null && m.kind === 'admit' && !agree(m.place, here)) {
      const merged = this.admittedAs !== null && this.admittedAs !== m.visit;
      this.report(merged ? 'merged-visits-both-admitted' : 'admitted-again', m, `in ${placeText(here)}`);
    }
    if (m.kind === 'to-inpatient') this.checkOrigin(m);
    // Another class for a patient on leave brings nobody back.
    if (m.kind !== 'to-inpatient' || this.phase !== 'on-leave') {
      this.phase = 'in';
      this.endLeave(m.at);
    }
    this.inTransit = false;
    if (registers) this.pendings.registered(m.place, m.at);
    else this.pendings.admitted(m.place ?? here, m.at);
    this.onlyRegistered = registers && this.admittedAt === null;
    if (registers) this.registeredAt ??= m.at;
    else {
      this.admittedAt ??= m.at;
      this.admittedAs = m.visit;
    }
    if (m.kind !== 'to-inpatient') this.setClass(m);
    else {
      this.setClass(m.class !== null && isAmbulatory(m.class) ? { ...m, class: 'I', inNoBed: false } : m, 'I');
      if (m.class !== null && isOutpatient(m.class)) this.classContradicts(m, m.class);
    }
    this.go(m, m.at, m.id);
  }

  /** A registration is no transfer: of an inpatient it comes late, or speaks of something else. It fetches nobody out of bed. */
  private registeredAsInpatient(m: Movement): void {
    const here = this.stays.here;
    this.report('registered-after-admission', m, `in ${placeText(here)}`);
    if (m.place !== null && !agree(m.place, here)) this.stays.touch(m.place, m.at, m.id, m, 'transfer');
  }

  private toOutpatient(m: Movement): void {
    if (this.phase === 'out') return this.afterDischarge(m);
    this.beginUnannounced(m);
    this.checkOrigin(m);
    this.setClass(m, 'O');
    if (m.class === 'I') this.classContradicts(m, m.class);
    if (m.place !== null || m.deletes.has('place')) this.go(m, m.at, m.id);
    else this.getUp(m.at, m.id);
  }

  /** An A07 that names no place: the patient is in the house still, and in no bed. */
  private getUp(at: string, id: string): void {
    const here = this.stays.here;
    if (here === null) return;
    const unit = unitOf(here);
    if (unit === null) this.stays.close(at, 'class-change');
    else this.stays.move(unit, at, id, this.ofClass, 'class-change', true);
    this.placedAt = at;
  }

  /** `at`: when it acts, which is later than it says where it was dated before its admission (rule 18). */
  private transfer(m: Movement, at: string): void {
    if (this.phase === 'out') return this.afterDischarge(m, at);
    const unannounced = this.phase === 'expected';
    this.beginUnannounced(m);
    this.setClass(m, null, at);
    this.onlyRegistered = false;
    if (unannounced && m.kind === 'transfer') this.wasIn(m.prior, at, m.id, 'transfer');
    this.checkOrigin(m);
    if (at !== m.at) this.report('transfer-before-admission', m, `in the house from ${this.since ?? at}`);
    const from = this.stays.here ?? m.prior;
    this.go(m, at, m.id, m.kind === 'swap' ? 'swap' : 'transfer');
    this.pendings.transferred(from, m.place, at);
    // Taken to a ward as an inpatient: admitted, whether an A01 or A06 says so or not.
    if (this.admittedAt === null && this.ofClass.class === 'I') this.pendings.admitted(m.place, at);
    this.inTransit = false;
  }

  private discharge(m: Movement, at: string): void {
    if (this.phase === 'expected') {
      this.admissionMissing(m);
      this.setClass(m);
      this.wasIn(m.place, m.at, m.id, 'discharge');
    } else if (!agree(m.place, this.stays.here)) {
      this.report('discharge-place-differs', m, `in ${placeText(this.stays.here)}`);
      this.wasIn(m.place, at, m.id, 'discharge');
    }
    if (at !== m.at) {
      this.report('discharge-before-admission', m, `in the house from ${this.since ?? at}`);
    }
    this.conflicts?.drop('transfer-origin-differs');
    this.goOut(m.place ?? this.stays.here, at, m.at);
  }

  /**
   * Updates of one instant, in the order they were recorded, that may change place or class (rule 11). The last one counts; what a
   * movement of that instant or a later one says counts before it, and so does that the visit is over or has not begun.
   */
  private update(updates: readonly Update[]): void {
    if (this.phase !== 'in' && this.phase !== 'on-leave') return;
    const classed = updates.findLast((u) => u.changes.includes('class') && saysClass(u));
    if (classed !== undefined && (this.classAt ?? '') < classed.at && !sameClass(classed, this.ofClass)) {
      this.ofClass = classOf(classed);
      this.classAt = classed.at;
      this.go({ place: null, deletes: nothing }, classed.at, classed.id);
    }
    const placing = updates.filter((u) => u.changes.includes('place') && saysPlace(u));
    const placed = placing.at(-1);
    if (placed === undefined || (this.placedAt ?? '') >= placed.at) return;
    const tied = placing.filter((u) => !agree(u.place, placed.place) || differInNulls(u, placed));
    if (tied.length > 0) {
      const all = [...tied, placed];
      const about = all.map((u) => u.id).sort();
      this.conflicts?.open('same-time-movements', about.join(' '), ...all.map((u) => side(u, said(u))));
    }
    const from = this.stays.here;
    if (!this.go(placed, placed.at, placed.id)) return;
    this.effects.set(placed.id, { from, to: placed.place });
    this.pendings.transferred(from, placed.place, placed.at);
    this.inTransit = false;
  }

  private afterDischarge(m: Movement, at = m.at): void {
    this.report('moved-after-discharge', m, `discharged at ${this.dischargedAt ?? ''}`);
    this.wasIn(m.place, at, m.id, 'transfer');
  }
}
