import type { Place } from '@wardstream/events';
import { type Conflicts, history, side } from './conflicts.js';
import { type MovementEffect, said } from './movement-effect.js';
import { type Departure, sideOf } from './houses.js';
import type { Cancel, Movement } from './visit-history.js';
import { Pendings } from './pendings.js';
import { agree, type ClassInBed, liesInNoBed, placeText } from './places.js';
import { classOf, saysClass } from './stated-class.js';
import { agreesWith, saysMore, type StatedPlace } from './stated-place.js';
import { Stays } from './stays.js';

/** `expected`: nobody is in the house by what is known; plans may be. */
export type Phase = 'expected' | 'in' | 'on-leave' | 'out';

/** Where the patient of a visit is, by which class and since when, while its history is read; and how each of these changes. */
export abstract class VisitState {
  protected phase: Phase = 'expected';
  protected ofClass: ClassInBed = { class: null, inNoBed: false };
  protected classAt: string | null = null;
  protected placedAt: string | null = null;
  /** Nothing but a registration put the patient where they are. */
  protected onlyRegistered = false;
  protected inTransit = false;
  protected registeredAt: string | null = null;
  protected admittedAt: string | null = null;
  protected admittedAs: string | null = null;
  protected dischargedAt: string | null = null;
  protected readonly leaves: { from: string; to: string | null }[] = [];
  protected readonly stays = new Stays();
  protected readonly pendings = new Pendings();
  protected readonly effects = new Map<string, MovementEffect>();
  /** Of the discharge that the visit is over by. */
  protected leftFrom: Place | null = null;
  protected wentTo: Departure | null = null;

  constructor(protected readonly conflicts: Conflicts | null) {}

  protected endLeave(at: string): void {
    const last = this.leaves.at(-1);
    if (last?.to === null) last.to = at;
  }

  /** Admitted, and of a class that lies in a bed: a patient under observation (O) is for this what an inpatient is. */
  protected get isInpatient(): boolean {
    const inHouse = this.phase === 'in' || this.phase === 'on-leave';
    return inHouse && !this.onlyRegistered && this.ofClass.class !== 'E' && !liesInNoBed(this.ofClass);
  }

  protected get since(): string | null {
    return this.admittedAt ?? this.registeredAt;
  }

  /**
   * The patient goes to `place`, or to none where it is taken back (rule 23); where nothing is said of it, only the class may have
   * changed. Returns whether the place changed.
   */
  protected go({ place, deletes }: StatedPlace, at: string, id: string, by: 'transfer' | 'swap' = 'transfer'): boolean {
    const { here } = this.stays;
    if (place !== null || deletes.has('place')) this.placedAt = at;
    if (deletes.has('place')) {
      this.stays.close(at, by);
      return here !== null;
    }
    const target = place ?? here;
    return target !== null && this.stays.move(target, at, id, this.ofClass, by, deletes.has('bed'));
  }

  protected setClass(m: Movement, otherwise: string | null = null, at = m.at): void {
    if (!saysClass(m) && otherwise === null) return;
    const value = { class: m.class ?? otherwise, inNoBed: m.inNoBed };
    if (liesInNoBed(value) && this.keepsClass(m)) return this.classContradicts(m, this.ofClass.class ?? '');
    this.conflicts?.drop('class-contradicts-trigger');
    this.ofClass = value;
    this.classAt = at;
  }

  /** Moot once a later movement says a class that fits. */
  protected classContradicts(m: Movement, patientClass: string): void {
    this.report('class-contradicts-trigger', m, `class ${patientClass}`);
  }

  /** Who holds a bed gives it up by an A07, or an A08 that may say so; not by the class that a movement to a bed says beside. */
  protected keepsClass({ kind, at }: Movement): boolean {
    if (this.phase === 'expected' || this.ofClass.class === null || liesInNoBed(this.ofClass)) return false;
    const again = kind === 'admit' && this.admittedAt !== null && this.admittedAt < at;
    return again || kind === 'transfer' || kind === 'swap';
  }

  /** A movement of a visit that was never admitted creates it (rule 8). */
  protected beginUnannounced(m: Movement): void {
    if (this.phase !== 'expected') return;
    this.admissionMissing(m);
    this.phase = 'in';
    this.pendings.admitted(m.place, m.at);
  }

  protected admissionMissing(stated: Movement | Cancel): void {
    if ('cameFrom' in stated && stated.cameFrom !== null) return;
    this.conflicts?.open('admission-missing', 'visit', side(stated, said(stated)), history('no admission is known'));
  }

  /** Nobody is in the house from `at` on; `said` is when they are said to have left. */
  protected goOut(from: Place | null, at: string, said = at): void {
    this.leftFrom = from;
    this.stays.close(at, 'discharge');
    this.phase = 'out';
    this.endLeave(at);
    this.dischargedAt = said;
    this.inTransit = false;
    this.pendings.discharged(at);
  }

  /**
   * Another house says that the patient came there (rule 37). They leave the bed that it says they left, or a place nobody knows here; of
   * one who is known to be in another bed it is a conflict alone.
   */
  protected leaveFor(departure: Departure): void {
    if (this.phase !== 'in' && this.phase !== 'on-leave') return;
    const here = this.stays.here;
    this.conflicts?.open('moved-to-another-house', departure.id, history(`in ${placeText(here)}`), sideOf(departure));
    if (here !== null && here.bedId !== null && departure.prior?.bedId !== here.bedId) return;
    this.goOut(here, departure.at);
    this.wentTo = departure;
  }

  /** Whether what says a place of this house brings back who went to another one; a place that nobody knows here may be there. */
  protected isBack(place: Place | null): boolean {
    if (this.wentTo === null) return true;
    if (place === null || place.asSent !== undefined) return false;
    this.wentTo = null;
    this.phase = 'in';
    this.dischargedAt = null;
    return true;
  }

  /** Rule 15. Moot once a later movement leaves from where it should. */
  protected checkOrigin(m: Movement): void {
    this.conflicts?.drop('transfer-origin-differs');
    this.conflicts?.drop('returned-to-another-bed');
    if (!agree(m.prior, this.stays.here)) {
      const left = side(m, `left ${placeText(m.prior)} at ${m.at}`);
      this.conflicts?.open('transfer-origin-differs', m.id, history(`in ${placeText(this.stays.here)}`), left);
    }
  }

  /** The history knows better where the patient is, but a bed that a movement puts somebody into is no clean one. */
  protected wasIn(place: Place | null, at: string, movementId: string, by: 'transfer' | 'discharge'): void {
    if (place !== null) this.stays.touch(place, at, movementId, this.ofClass, by);
  }

  protected report(kind: Parameters<Conflicts['open']>[0], m: Movement, known: string): void {
    this.conflicts?.open(kind, m.id, history(known), side(m, said(m)));
  }

  /**
   * An A12 or A13 of nothing known: its place is believed. Either tells of a patient who is in the house, also where nothing is known
   * of the visit (rules 8, 16).
   */
  protected believe(cancel: Cancel, at: string, isKnown: boolean): void {
    this.isBack(cancel.place);
    if (this.phase === 'out' || (isKnown && this.phase !== 'expected')) return;
    if (this.phase === 'expected') this.beginByCancel(cancel);
    const from = this.stays.here;
    if (this.go(cancel, at, cancel.id)) this.effects.set(cancel.id, { from, to: cancel.place });
  }

  /** The patient is where an A13 says, whatever was told of them since the discharge that it takes back (rules 5, 17). */
  protected comeBack(cancel: Cancel, discharge: Movement, at: string): void {
    this.isBack(cancel.place);
    if (this.phase === 'out') return;
    if (this.phase === 'expected') this.beginByCancel(cancel);
    const from = this.stays.here;
    if (from !== null && !saysMore(cancel, from)) return;
    const since = this.stays.since;
    // Nothing tells of them since the discharge: then the bed was left.
    if (since !== null && since <= discharge.at) this.stays.close(discharge.at, 'transfer');
    else if (since !== null && !agreesWith(cancel, from)) {
      const known = history(`in ${placeText(from)} since ${since}`);
      this.conflicts?.open('cancel-place-differs', cancel.id, side(cancel, said(cancel)), known);
    }
    if (this.go(cancel, at, cancel.id)) this.effects.set(cancel.id, { from, to: cancel.place });
  }

  protected beginByCancel(cancel: Cancel): void {
    this.admissionMissing(cancel);
    this.phase = 'in';
    if (cancel.class !== null) this.ofClass = classOf(cancel);
  }
}
