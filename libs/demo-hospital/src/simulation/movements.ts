import type { Sender } from './acts.js';
import type { SimulatedBed } from './bed-tracker.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { MINUTE } from './local-time.js';
import { corrections } from './profile.js';
import { needsOf } from './request.js';
import { spotOf, type Visit } from './visit.js';

/** Moves patients in the hospital's own account and has the right system say so; now and then somebody errs and corrects it. */
export class Movements {
  private readonly draws: Draws;

  constructor(private readonly house: House) {
    this.draws = house.draws('movements');
  }

  /** A01, into a bed or into the waiting area of a unit. */
  admit(visit: Visit, bed: SimulatedBed | null): void {
    visit.admittedAt = this.house.now;
    if (bed) this.occupy(visit, bed);
    this.house.message(visit, 'A01', { sender: 'NGH-ADT' });
    if (bed) this.house.onArrival(visit);
  }

  /** A04: comes to the waiting area of a unit and is no inpatient yet. */
  register(visit: Visit, unit: string): void {
    visit.class = 'O';
    visit.area = unit;
    visit.admittedAt = this.house.now;
    this.house.message(visit, 'A04', { sender: 'NGH-ADT' });
  }

  /** A01 into a bed in which another patient lies: somebody took the wrong line of the list. */
  admitInError(visit: Visit, bed: SimulatedBed): void {
    visit.admittedAt = this.house.now;
    this.house.expectEnd(visit, bed.configuration.unit);
    this.contest(bed, visit);
    this.house.message(visit, 'A01', { sender: 'NGH-ADT', mistake: 'bed', lag: 0 });
  }

  /** A02, or A06 when the move is also the admission. Answers nothing: the bed left becomes dirty once the ward knows. */
  transfer(visit: Visit, bed: SimulatedBed, sender: Sender, asInpatient = false): void {
    const { house } = this;
    visit.epoch++;
    visit.readyAt = Infinity;
    visit.leaving = false;
    this.withdrawDischarge(visit);
    const left = visit.bed;
    const prior = spotOf(visit);
    const wasClass = visit.class;
    visit.bed = null;
    if (asInpatient) visit.class = 'I';
    this.occupy(visit, bed);
    const at = house.now;
    const sentAt = house.message(visit, asInpatient ? 'A06' : 'A02', { sender, prior, beds: left ? [left] : [] });
    if (left) this.leave(left, visit, sentAt);
    if (
      left?.standing === 'dirty' &&
      !asInpatient &&
      wasClass === 'I' &&
      this.draws.chance(corrections.transferNotHappened)
    ) {
      this.takeBackTransfer(visit, { left, at, sentAt, sender });
      return;
    }
    house.onArrival(visit);
  }

  /** A03. */
  discharge(visit: Visit, sender: Sender, disposition: string): void {
    const { house } = this;
    house.onLeaving(visit);
    const bed = visit.bed;
    const location = spotOf(visit);
    const wasTold = visit.dischargeTold;
    visit.dischargeTold = false;
    visit.gone = true;
    house.present.delete(visit);
    const at = house.now;
    const sentAt = house.message(visit, 'A03', { sender, location, disposition });
    visit.bed = null;
    if (bed) this.leave(bed, visit, sentAt);
    if (bed && sender === 'NGH-ADT' && disposition === '01' && this.draws.chance(corrections.dischargedInError)) {
      this.takeBackDischarge(visit, { bed, at, sentAt, wasTold });
    }
  }

  /** The ward takes back that the patient is to go home. */
  withdrawDischarge(visit: Visit): void {
    if (!visit.dischargeTold) return;
    visit.dischargeTold = false;
    this.house.command({ on: 'discharge-plan', do: 'cancel', visitNumber: visit.number }, visit);
  }

  /** A11: the registration or the admission was an error, or the patient never came. */
  cancelAdmission(visit: Visit, sender: Sender): void {
    const { house } = this;
    house.onLeaving(visit);
    const bed = visit.bed;
    house.message(visit, 'A11', { sender, at: visit.admittedAt });
    visit.gone = true;
    visit.bed = null;
    house.present.delete(visit);
    if (bed?.occupant === visit) {
      bed.occupant = null;
      bed.standing = 'free';
      house.onFree(bed);
    }
  }

  private occupy(visit: Visit, bed: SimulatedBed): void {
    bed.occupant = visit;
    bed.standing = 'occupied';
    bed.terminal = visit.isolation !== 'none' && visit.isolation !== 'protective';
    if (bed.heldFor?.visit === visit) bed.heldFor = null;
    bed.keptFor = null;
    visit.bed = bed;
    visit.area = null;
    visit.inBedSince = this.house.now;
    this.house.expectEnd(visit, bed.configuration.unit);
  }

  private leave(bed: SimulatedBed, visit: Visit, knownAt: number): void {
    if (bed.contesting === visit) bed.contesting = null;
    if (bed.occupant !== visit) return;
    bed.occupant = bed.contesting;
    bed.contesting = null;
    if (bed.occupant) return;
    bed.standing = 'dirty';
    this.house.onDirty(bed, knownAt);
  }

  /** A12 a while after a transfer that had been recorded too early; the patient goes later after all. */
  private takeBackTransfer(
    visit: Visit,
    was: { left: SimulatedBed; at: number; sentAt: number; sender: Sender },
  ): void {
    const { house, draws } = this;
    const { left } = was;
    const { bed, epoch } = visit;
    left.stillThere = true;
    house.schedule(was.sentAt + draws.uniform(6, 20) * MINUTE, () => {
      if (!bed || visit.gone || visit.epoch !== epoch) return this.goneAfterAll(left);
      bed.occupant = null;
      bed.standing = 'free';
      bed.keptFor = visit;
      this.backInto(left, visit);
      house.message(visit, 'A12', { sender: was.sender, at: was.at, beds: [bed], lag: 0 });
      house.later(visit, draws.uniform(25, 70), () => this.transfer(visit, bed, was.sender));
    });
  }

  /** A13 after a discharge in error; found late, the bed may already be another's and is then disputed until one moves. */
  private takeBackDischarge(
    visit: Visit,
    { bed, at, sentAt, wasTold }: { bed: SimulatedBed; at: number; sentAt: number; wasTold: boolean },
  ): void {
    const { house, draws } = this;
    const late = draws.chance(corrections.foundLate);
    const wait = late ? draws.uniform(150, 330) : draws.uniform(8, 25);
    bed.stillThere = !late;
    house.schedule(sentAt + wait * MINUTE, () => {
      if (late && (bed.standing !== 'occupied' || bed.contesting)) return;
      visit.gone = false;
      visit.leaving = false;
      visit.away = false;
      visit.epoch++;
      house.present.add(visit);
      if (late) this.contest(bed, visit);
      else this.backInto(bed, visit);
      house.message(visit, 'A13', { sender: 'NGH-ADT', at, lag: 0 });
      visit.dischargeTold = wasTold;
      this.withdrawDischarge(visit);
      house.later(visit, late ? draws.uniform(20, 45) : draws.uniform(70, 200), () => {
        const { unit } = bed.configuration;
        const needs = { ...needsOf(visit, unit), person: visit.person, toUnit: unit };
        const other = late ? house.beds.best(unit, needs, false, house.now) : undefined;
        if (other) this.transfer(visit, other, 'NGH-ADT');
        else this.discharge(visit, 'NGH-ADT', '02');
      });
    });
  }

  private contest(bed: SimulatedBed, visit: Visit): void {
    bed.contesting = visit;
    visit.bed = bed;
    visit.area = null;
    visit.inBedSince = this.house.now;
  }

  private backInto(bed: SimulatedBed, visit: Visit): void {
    bed.cleaningRound++;
    bed.stillThere = false;
    this.occupy(visit, bed);
  }

  /** The correction never came, since the patient has left in the meantime: the bed is dirty like any other. */
  private goneAfterAll(bed: SimulatedBed): void {
    bed.stillThere = false;
    this.house.onDirty(bed, this.house.now);
  }
}
