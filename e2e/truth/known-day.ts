import type { Doubt, Statement } from './known-messages.js';
import { facilityOf, type RandomHospital } from './random-hospital.js';
import { type Happening, TrueHouse, type TrueVisit, type Where } from './true-day.js';

/** What is drawn for one happening; the numbers choose among what is possible by then. */
export interface Draw {
  readonly what: (typeof kinds)[number];
  readonly who: number;
  readonly where: number;
  readonly recordedAfter: number;
  readonly isUnnumbered: boolean;
  readonly doubt: Doubt | null;
  readonly flag: boolean;
}

/** Kinds of happening, the frequent ones more than once. */
export const kinds = [
  ...['come', 'come', 'come again', 'second visit', 'second visit', 'lend', 'lend', 'crowd', 'register'],
  ...['move', 'move', 'move', 'move onto kept', 'out of bed', 'go', 'go', 'swap', 'renumber', 'clean', 'clean'],
  ...['leave', 'leave', 'leave', 'back', 'back', 'back elsewhere', 'undo', 'undo', 'undo', 'undo leave'],
  ...['drop', 'drop unit', 'list', 'nobody knows whose'],
] as const;

/** A day of which the truth is known, and the messages that tell of it. */
export interface KnownDay {
  readonly happenings: readonly Happening[];
  readonly statements: readonly Statement[];
  /** Visits by their person, and the numbers each went by, the last of them now. */
  readonly visits: readonly { readonly person: number; readonly numbers: readonly string[] }[];
  /** Visits with messages that stand and whose time cannot be, once for each. */
  readonly doubted: readonly number[];
}

const minute = 60_000;

/** What a hospital's senders go through on one day: what truly happens, and what they say of it. */
export class Day implements KnownDay {
  readonly happenings: Happening[] = [];
  readonly statements: Statement[] = [];
  readonly visits: { readonly person: number; readonly numbers: string[] }[] = [];
  private readonly beds: readonly string[];
  private readonly unitOf: ReadonlyMap<string, string>;
  private listed: readonly string[];
  private persons = 0;
  /** By visit: when something was last recorded of it. */
  private readonly recorded = new Map<number, number>();
  /** By person: the last event time that was told without a number. */
  private readonly unnumberedAt = new Map<number, number>();
  private readonly doubts = new Map<Happening, number>();
  private now!: TrueHouse;

  constructor(hospital: RandomHospital) {
    const { beds } = facilityOf(hospital);
    this.beds = beds.map((b) => b.id);
    this.unitOf = new Map(beds.map((b) => [b.id, b.unit]));
    this.listed = this.beds;
  }

  get doubted(): readonly number[] {
    const isUndone = new Set(this.happenings.filter((h) => h.isUndone === true).map((h) => h.at));
    return [...this.doubts].filter(([h]) => !isUndone.has(h.at)).map(([, visit]) => visit);
  }

  draw(of: Draw, at: number): void {
    this.now = new TrueHouse(this.beds, this.happenings);
    switch (of.what) {
      case 'come':
      case 'register':
        return this.come(of, at, this.persons++, this.free());
      case 'come again':
        return this.come(of, at, pick(this.personsWith(0), of.who), this.free());
      case 'second visit':
        return this.come(of, at, pick(this.personsWith(1), of.who), this.free());
      case 'lend':
        return this.come(of, at, this.persons++, this.kept());
      case 'crowd':
        return this.come(of, at, this.persons++, this.taken());
      case 'move':
        return this.move(of, at, this.bedAt(pick([...this.free(), ...this.listed], of.where)));
      case 'move onto kept':
        return this.move(of, at, this.bedAt(pick(this.kept(), of.where)));
      case 'out of bed':
        return this.move(of, at, { unit: pick([...this.unitOf.values()], of.where)!, bed: null });
      case 'swap':
        return this.swap(of, at);
      case 'go':
        return this.tell(of, at, 'go', this.inHouse(), 'A03');
      case 'leave':
        return this.tell(of, at, 'leave', this.inHouse('in-progress'), 'A21');
      case 'back':
        return this.back(of, at, null);
      case 'back elsewhere':
        return this.back(of, at, this.bedAt(pick([...this.free(), ...this.listed], of.where)));
      case 'renumber':
        return this.renumber(of, at);
      case 'clean':
        return this.clean(of, at);
      case 'undo':
      case 'undo leave':
        return this.undo(of, at);
      case 'drop':
        return this.configure(at, without(this.listed, [pick(this.listed, of.where)!]));
      case 'drop unit': {
        const unit = this.unitOf.get(pick(this.listed, of.where)!);
        const others = this.listed.filter((bed) => this.unitOf.get(bed) !== unit);
        return this.configure(at, others);
      }
      case 'list':
        return this.configure(at, this.beds);
      case 'nobody knows whose':
        return this.ambiguous(of, at);
    }
  }

  private free = () => this.listed.filter((bed) => ['available', 'dirty'].includes(this.now.state(bed)));
  private kept = () => this.beds.filter((bed) => this.now.beds.get(bed)!.away.length > 0);
  private taken = () => this.beds.filter((bed) => this.now.beds.get(bed)!.present.length > 0);
  private bedAt = (bed: string | undefined): Where | null =>
    bed === undefined ? null : { unit: this.unitOf.get(bed)!, bed };

  private inHouse(...phases: TrueVisit['status'][]): number[] {
    const among = phases.length > 0 ? phases : ['in-progress', 'on-leave'];
    return [...this.now.visits].flatMap(([visit, { status }]) => (among.includes(status) ? [visit] : []));
  }

  private openOf = (person: number) => this.inHouse().filter((visit) => this.visits[visit]!.person === person);

  private personsWith(open: number): number[] {
    return [...new Set(this.visits.map((v) => v.person))].filter((p) => this.openOf(p).length === open);
  }

  private come(of: Draw, at: number, person: number | undefined, beds: readonly string[]): void {
    const to = this.bedAt(pick(beds, of.where));
    if (to === null || person === undefined) return;
    const elsewhere = this.openOf(person).map((visit) => this.now.visits.get(visit)!.where!);
    const visit = this.visits.push({ person, numbers: [`V${this.visits.length}`] }) - 1;
    const registers = of.what === 'register';
    this.add(of, { what: 'come', visit, to, at, isAdmitted: !registers }, registers ? 'A04' : 'A01', {
      to,
      class: registers ? 'E' : 'I',
      ...(of.flag && elsewhere.length > 0 ? { from: elsewhere[0]! } : {}),
    });
  }

  private move(of: Draw, at: number, to: Where | null): void {
    const visit = pick(this.inHouse(), of.who);
    if (visit === undefined || to === null) return;
    const from = this.now.visits.get(visit)!.where!;
    if (from.unit === to.unit && from.bed === to.bed) return;
    this.add(of, { what: 'move', visit, to, at }, 'A02', { to, from });
  }

  private swap(of: Draw, at: number): void {
    const inBeds = this.inHouse('in-progress').filter((visit) => {
      const { bed } = this.now.visits.get(visit)!.where!;
      return bed !== null && this.now.beds.get(bed)!.present.length === 1;
    });
    const visit = pick(inBeds, of.who);
    const other = pick(
      inBeds.filter((v) => v !== visit),
      of.where,
    );
    if (visit === undefined || other === undefined) return;
    const [to, from] = [other, visit].map((v) => this.now.visits.get(v)!.where!);
    this.add(of, { what: 'swap', visit, other, at }, 'A17', { to: to!, from: from!, other: this.saidOf(other) });
  }

  private tell(of: Draw, at: number, what: 'go' | 'leave', among: readonly number[], trigger: string): void {
    const visit = pick(among, of.who);
    if (visit === undefined) return;
    this.add(of, { what, visit, at }, trigger, { to: this.now.visits.get(visit)!.where! });
  }

  private back(of: Draw, at: number, to: Where | null): void {
    const visit = pick(this.inHouse('on-leave'), of.who);
    if (visit === undefined || (of.what === 'back elsewhere' && to === null)) return;
    const kept = this.now.visits.get(visit)!.where!;
    this.add(of, { what: 'back', visit, to, at }, 'A22', { to: to ?? (of.flag ? kept : null) });
  }

  /** An A06 or A07 under a new number, and from then on everything. */
  private renumber(of: Draw, at: number): void {
    const visit = pick(
      this.inHouse().filter((v) => this.now.visits.get(v)!.where!.bed !== null && this.visits[v]!.numbers.length === 1),
      of.who,
    );
    if (visit === undefined) return;
    const to = this.now.visits.get(visit)!.where!;
    const { numbers } = this.visits[visit]!;
    const former = numbers[0]!;
    numbers.push(`${former}b`);
    const told = { to, from: to, former, class: of.flag ? 'I' : 'O' };
    this.add(
      { ...of, isUnnumbered: false },
      { what: 'renumber', visit, at, admits: of.flag },
      of.flag ? 'A06' : 'A07',
      told,
    );
  }

  private clean(of: Draw, at: number): void {
    const dirty = this.listed.filter((b) => this.now.state(b) === 'dirty');
    const bed = pick(dirty, of.where);
    if (bed === undefined) return;
    this.happenings.push({ what: 'clean', bed, at });
    this.statements.push({
      ...{ trigger: 'A20', at, recordedAt: at + of.recordedAfter * minute, doubt: null, visit: null },
      to: this.bedAt(bed),
    });
  }

  /** Takes the last happening of a visit back. */
  private undo(of: Draw, at: number): void {
    const undone = pick(
      this.happenings.filter((h) => this.canBeUndone(h) && (of.what === 'undo' || ['leave', 'back'].includes(h.what))),
      of.who,
    );
    if (undone === undefined || !('visit' in undone)) return;
    const { visit } = undone;
    // An A13 says where the patient is when it is recorded (rule 17): what they do after it comes later.
    const isPrompt = undone.what === 'go';
    if (isPrompt && (this.recorded.get(visit) ?? 0) >= at) return;
    const then = new TrueHouse(this.beds, this.happenings, undone.at).visits;
    const isOnly = [...then].every(
      ([v, { status }]) =>
        v === visit ||
        this.visits[v]!.person !== this.visits[visit]!.person ||
        !['in-progress', 'on-leave'].includes(status),
    );
    this.happenings[this.happenings.indexOf(undone)] = { ...undone, isUndone: true };
    this.hadBeenSeen(undone);
    const before = new TrueHouse(this.beds, this.happenings).visits.get(visit)!.where;
    const was = this.now.visits.get(visit)!.where;
    const recordedAt = this.recordedAt([visit], at, isPrompt ? 0 : of.recordedAfter);
    this.statements.push({
      ...{ trigger: cancels.get(undone.what)!, at: undone.at, recordedAt, doubt: null },
      visit: this.saidOf(visit, of.isUnnumbered && isOnly),
      to: before ?? was,
    });
    if (this.statements.at(-1)!.visit!.number === null) this.noteUnnumbered(visit, at);
  }

  /** Rule 13: who left a bed, or went on leave from it, has been in it, though all that is taken back, and their coming too. */
  private hadBeenSeen(undone: Happening & { readonly visit: number }): void {
    if (undone.what !== 'come' && undone.what !== 'move') return;
    const { number } = this.saidOf(undone.visit);
    const leaving = ['A02', 'A03', 'A21'];
    const from = this.statements.findLast((s) => {
      const start = s.trigger === 'A02' ? s.from : s.to;
      const isTheirs = s.visit?.person === this.visits[undone.visit]!.person && (s.visit.number ?? number) === number;
      return isTheirs && leaving.includes(s.trigger) && s.at > undone.at && start?.bed === undone.to.bed;
    });
    if (from !== undefined && undone.to.bed !== null)
      this.happenings.push({ what: 'seen', seen: undone.visit, bed: undone.to.bed, at: from.at });
  }

  private canBeUndone(h: Happening): boolean {
    if (h.isUndone === true || !('visit' in h) || !cancels.has(h.what)) return false;
    const { visit, at } = h;
    const { person } = this.visits[visit]!;
    const concerns = (x: Happening) => 'visit' in x && (x.visit === visit || ('other' in x && x.other === visit));
    if (this.happenings.some((x) => concerns(x) && x.isUndone !== true && x.at > at)) return false;
    // What was said without a number before goes on speaking of the same visit.
    const saidWhoseSince = (this.unnumberedAt.get(person) ?? 0) > at;
    if ((h.what === 'come' || h.what === 'go') && saidWhoseSince) return false;
    return h.what !== 'come' || this.statements.some((s) => s.trigger === 'A01' && s.at === at);
  }

  private configure(at: number, listed: readonly string[]): void {
    if (listed.length === 0 || listed.length === this.listed.length) return;
    this.listed = listed;
    this.happenings.push({ what: 'configure', beds: listed, at });
  }

  /** A transfer of somebody who is in two visits, without a number: nobody knows which it is. It waits. */
  private ambiguous(of: Draw, at: number): void {
    const person = pick(this.personsWith(2), of.who);
    const to = this.bedAt(pick(this.listed, of.where));
    if (person === undefined || to === null) return;
    const recordedAt = at + of.recordedAfter * minute;
    this.statements.push({
      trigger: 'A02',
      at,
      recordedAt,
      doubt: null,
      visit: { person, number: null },
      to,
      isOfNobody: true,
    });
    this.unnumberedAt.set(person, at);
  }

  private add(
    of: Draw,
    happening: Happening & { readonly visit: number },
    trigger: string,
    said: Pick<Statement, 'to' | 'from' | 'class' | 'other' | 'former'>,
  ): void {
    const { visit, at } = happening;
    const both = 'other' in happening ? [visit, happening.other] : [visit];
    const unnumbered =
      of.isUnnumbered &&
      !['come', 'swap'].includes(happening.what) &&
      this.openOf(this.visits[visit]!.person).length === 1;
    // Of a wrong time what counts is when it was sent: here when it was.
    const isLate = both.some((v) => (this.recorded.get(v) ?? 0) >= at);
    const doubt = isLate || trigger === 'A17' ? null : of.doubt;
    const recordedAt = this.recordedAt(both, at, doubt === null ? of.recordedAfter : 0);
    this.happenings.push(happening);
    if (doubt !== null) this.doubts.set(happening, visit);
    if (unnumbered) this.noteUnnumbered(visit, at);
    this.statements.push({ trigger, at, recordedAt, doubt, visit: this.saidOf(visit, unnumbered), ...said });
  }

  private noteUnnumbered(visit: number, at: number): void {
    this.unnumberedAt.set(this.visits[visit]!.person, at);
  }

  /** A sender says what it knows of one visit in order. */
  private recordedAt(visits: readonly number[], at: number, after: number): number {
    const recordedAt = Math.max(at + after * minute, ...visits.map((v) => (this.recorded.get(v) ?? 0) + 1000));
    for (const v of visits) this.recorded.set(v, recordedAt);
    return recordedAt;
  }

  private saidOf(visit: number, isUnnumbered = false): NonNullable<Statement['visit']> {
    const { person, numbers } = this.visits[visit]!;
    return { person, number: isUnnumbered ? null : numbers.at(-1)! };
  }
}

const cancels: ReadonlyMap<string, string> = new Map([
  ['come', 'A11'],
  ['move', 'A12'],
  ['go', 'A13'],
  ['leave', 'A52'],
  ['back', 'A53'],
]);

function pick<T>(among: readonly T[], by: number): T | undefined {
  return among[by % among.length];
}

function without<T>(all: readonly T[], some: readonly T[]): T[] {
  return all.filter((one) => !some.includes(one));
}
