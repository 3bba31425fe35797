/**
 * What truly happened in a hospital in a day, and what that makes of its beds and visits: the rules of docs/encounter-rules.md and
 * docs/bed-rules.md for senders who say what is, told once more in the plainest way and without any code of the product. A happening
 * that was taken back is left out; what is left is gone through in order of time.
 */
export type Happening = { readonly at: number; readonly isUndone?: boolean } & (
  | { readonly what: 'come'; readonly visit: number; readonly to: Where; readonly isAdmitted: boolean }
  | { readonly what: 'move'; readonly visit: number; readonly to: Where }
  /** `to`: null where the sender does not say, so into the bed that was kept. */
  | { readonly what: 'back'; readonly visit: number; readonly to: Where | null }
  | { readonly what: 'swap'; readonly visit: number; readonly other: number }
  | { readonly what: 'go' | 'leave'; readonly visit: number }
  | { readonly what: 'renumber'; readonly visit: number; readonly admits: boolean }
  | { readonly what: 'clean'; readonly bed: string }
  /** This visit has been in it and left it then, though its coming was taken back later. */
  | { readonly what: 'seen'; readonly seen: number; readonly bed: string }
  /** The configuration has these beds from now on. */
  | { readonly what: 'configure'; readonly beds: readonly string[] }
);

/** In a bed, or in a unit and in none of its beds. */
export interface Where {
  readonly unit: string;
  readonly bed: string | null;
}

export interface TrueVisit {
  status: 'in-progress' | 'on-leave' | 'discharged' | 'cancelled';
  where: Where | null;
  /** Since when they are, or were last, where they are. */
  since: number;
  admittedAt: number | null;
  dischargedAt: number | null;
  /** They came back from leave into another bed than the one that was kept, and nothing was heard of them since. */
  isElsewhere: boolean;
}

export interface TrueBed {
  /** In it, in the order they came: the first has it. */
  present: number[];
  /** On leave from it, in the order they left. */
  away: number[];
  isDirty: boolean;
  isListed: boolean;
  /** Who was in it when it was said to be empty. */
  saidEmptyOf: number[] | null;
}

export type TrueState = 'occupied' | 'closed' | 'dirty' | 'available';

/** The house as of one time. */
export class TrueHouse {
  readonly beds: ReadonlyMap<string, TrueBed>;
  readonly visits = new Map<number, TrueVisit>();

  /** `until`: what happens at that very time has happened. */
  constructor(beds: readonly string[], happenings: readonly Happening[], until = Infinity) {
    this.beds = new Map(
      beds.map((id) => [id, { present: [], away: [], isDirty: false, isListed: true, saidEmptyOf: null }]),
    );
    for (const h of happenings) if ('visit' in h) this.visits.set(h.visit, unheard());
    const standing = happenings.filter((h) => h.isUndone !== true && h.at <= until);
    for (const h of [...standing].sort((a, b) => a.at - b.at)) this.happen(h);
  }

  state(bed: string): TrueState {
    const { present, isDirty, isListed } = this.beds.get(bed)!;
    if (present.length > 0 || this.keptFor(bed).length > 0) return 'occupied';
    return !isListed ? 'closed' : isDirty ? 'dirty' : 'available';
  }

  /** Those whom the bed shows: who is in it, else for whom it is kept and clean. */
  shown(bed: string): readonly number[] {
    const { present } = this.beds.get(bed)!;
    return present.length > 0 ? present : this.keptFor(bed);
  }

  private keptFor(bed: string): readonly number[] {
    const { present, away, isDirty } = this.beds.get(bed)!;
    return present.length === 0 && !isDirty ? away : [];
  }

  bedConflicts(bed: string): string[] {
    const { present, isListed, saidEmptyOf } = this.beds.get(bed)!;
    return [
      ...present.slice(1).map(() => 'bed-disputed'),
      ...(!isListed && this.shown(bed).length > 0 ? ['patient-in-unlisted-bed'] : []),
      ...(saidEmptyOf !== null ? ['status-contradicts-occupancy'] : []),
    ].sort();
  }

  private happen(h: Happening): void {
    switch (h.what) {
      case 'come': {
        const visit = this.visits.get(h.visit)!;
        Object.assign(visit, { status: 'in-progress', admittedAt: h.isAdmitted ? h.at : null });
        return this.arrive(h.visit, h.to, h.at);
      }
      case 'move':
        this.depart(h.visit);
        return this.arrive(h.visit, h.to, h.at);
      case 'swap': {
        const [one, other] = [this.visits.get(h.visit)!.where!, this.visits.get(h.other)!.where!];
        for (const visit of [h.visit, h.other]) this.depart(visit, true);
        this.arrive(h.visit, other, h.at);
        return this.arrive(h.other, one, h.at);
      }
      case 'go':
        this.depart(h.visit);
        Object.assign(this.visits.get(h.visit)!, { status: 'discharged', where: null, dischargedAt: h.at });
        return;
      case 'leave':
        this.visits.get(h.visit)!.status = 'on-leave';
        return this.goAway(h.visit);
      case 'back':
        return this.comeBack(h.visit, h.to, h.at);
      case 'renumber': {
        const visit = this.visits.get(h.visit)!;
        visit.isElsewhere = false;
        if (h.admits) visit.admittedAt ??= h.at;
        return;
      }
      case 'clean': {
        const bed = this.beds.get(h.bed)!;
        if (bed.present.length === 0) bed.isDirty = false;
        else bed.saidEmptyOf ??= [...bed.present];
        return;
      }
      case 'seen': {
        const bed = this.beds.get(h.bed)!;
        const isTheirs = this.visits.get(h.seen)!.where?.bed === h.bed;
        if (bed.present.length === 0 && !isTheirs) bed.isDirty = true;
        return;
      }
      case 'configure':
        for (const [id, bed] of this.beds) bed.isListed = h.beds.includes(id);
    }
  }

  private arrive(visit: number, to: Where, at: number): void {
    const known = this.visits.get(visit)!;
    Object.assign(known, { where: to, since: at, isElsewhere: false });
    if (to.bed === null) return;
    const bed = this.beds.get(to.bed)!;
    bed.present.push(visit);
    bed.isDirty = false;
    // On leave still, by a message that moves them: the new bed is kept now.
    if (known.status === 'on-leave') this.goAway(visit);
  }

  /** Whoever was in a bed last makes it dirty by leaving it for good, but who changes places with another. */
  private depart(visit: number, isSwap = false): void {
    const bed = this.bedOf(visit);
    if (bed === null) return;
    const wasLast = bed.present.length === 0 && bed.away.at(-1) === visit && !bed.isDirty;
    const wasIn = bed.present.includes(visit);
    bed.present = bed.present.filter((v) => v !== visit);
    bed.away = bed.away.filter((v) => v !== visit);
    if (bed.saidEmptyOf?.includes(visit) === true) bed.saidEmptyOf = null;
    if (!isSwap && (wasLast || (wasIn && bed.present.length === 0))) bed.isDirty = true;
  }

  private goAway(visit: number): void {
    const bed = this.bedOf(visit);
    if (bed === null) return;
    bed.present = bed.present.filter((v) => v !== visit);
    bed.away.push(visit);
    if (bed.saidEmptyOf?.includes(visit) === true) bed.saidEmptyOf = null;
  }

  private comeBack(visit: number, to: Where | null, at: number): void {
    const known = this.visits.get(visit)!;
    known.status = 'in-progress';
    if (to !== null && (to.bed !== known.where?.bed || to.unit !== known.where.unit)) {
      // In a unit and in no bed of it they kept none.
      const isElsewhere = known.where?.unit !== to.unit || known.where.bed !== null;
      this.depart(visit);
      this.arrive(visit, to, at);
      known.isElsewhere = isElsewhere;
      return;
    }
    const bed = this.bedOf(visit);
    if (bed === null) return;
    bed.away = bed.away.filter((v) => v !== visit);
    bed.present.push(visit);
    bed.isDirty = false;
  }

  private bedOf(visit: number): TrueBed | null {
    const bed = this.visits.get(visit)!.where?.bed ?? null;
    return bed === null ? null : this.beds.get(bed)!;
  }
}

function unheard(): TrueVisit {
  const nothing = { where: null, since: 0, admittedAt: null, dischargedAt: null, isElsewhere: false };
  return { status: 'cancelled', ...nothing };
}
