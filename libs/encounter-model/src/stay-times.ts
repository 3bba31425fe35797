import type { ImpreciseTime } from '@wardstream/events';
import type { ResolvedCancels } from './cancels.js';
import { type Conflicts, history, side } from './conflicts.js';
import { compareMovements, compareRecorded, type Ordered } from './event-order.js';
import { visitKey } from './movements.js';
import type { Cancel, Movement, VisitHistory, Update } from './visit-history.js';
import { isPlan } from './pendings.js';
import { agree, placeText } from './places.js';
import type { VisitFact } from './visit-fact.js';
import type { Timeline } from './visit-timeline.js';

/** What an A08, or an A01, says beside its own time of when the visit began and ended, and how (docs/encounter-rules.md no. 24). */
interface StayReading extends Ordered {
  readonly kind: 'update' | 'admit';
  readonly source: string;
  readonly visit: string;
  readonly admitted: ImpreciseTime | null;
  readonly discharged: ImpreciseTime | null;
  readonly disposition: string | null;
  /** What it corrects, by its sender's profile. */
  readonly corrects: ReadonlySet<string>;
}

/** An hour off is how senders round, and how late they write. */
const AGREEING_MS = 3_600_000;

/** Statements that stand, in the order they were recorded: not those of admissions that did not happen, nor what a cancel took along. */
function readStays(
  facts: readonly VisitFact[],
  movements: readonly Movement[],
  { cancelled, voided }: ResolvedCancels,
): StayReading[] {
  const saying = facts.filter(
    ({ fact }) => fact.stay !== undefined && (fact.kind === 'update' || fact.kind === 'admit'),
  );
  if (saying.length === 0) return [];
  const undone = new Set(movements.flatMap((m) => (cancelled.has(m.id) ? m.statedBy : [])));
  return saying
    .filter(({ id, fact }) => !undone.has(id) && !voided.has(id) && fact.movement?.action !== 'cancel')
    .map(({ id, source, receivedAt, fact }): StayReading => {
      const { admitted = null, discharged = null, disposition = null } = fact.stay!;
      const { recordedAt, sentAt = recordedAt } = fact;
      return {
        ...{ id, source, recordedAt, sentAt, receivedAt, place: null, visit: visitKey(fact) },
        kind: fact.kind === 'admit' ? 'admit' : 'update',
        ...{ admitted, discharged, disposition },
        corrects: new Set(fact.changes),
      };
    })
    .sort(compareRecorded);
}

const begins: ReadonlySet<string> = new Set(['register', 'admit', 'to-inpatient']);

/**
 * Movements by which somebody came: of each visit the first registration and the first admission of a stay. What admits again who is in the
 * house begins nothing.
 */
function beginningsOf(happening: readonly Movement[]): Movement[] {
  const begun = new Set<string>();
  return [...happening].sort(compareMovements).filter(({ kind, visit }) => {
    if (kind === 'discharge') for (const way of ['register', 'admit']) begun.delete(`${way} ${visit}`);
    if (!begins.has(kind)) return false;
    const key = `${kind === 'register' ? 'register' : 'admit'} ${visit}`;
    const isFirst = !begun.has(key);
    begun.add(key);
    return isFirst;
  });
}

/** A time that was said last, and the movement that it must be of. */
interface MatchedReading {
  readonly reading: StayReading;
  readonly time: ImpreciseTime;
  readonly movement: Movement;
}

/** What is said of when a visit began and ended, held against its movements. */
export class StayTimes {
  private readonly readings: readonly StayReading[];
  private readonly facts: ReadonlyMap<string, VisitFact>;
  private readonly cancels: readonly Cancel[];

  constructor(facts: readonly VisitFact[], { movements, cancels }: VisitHistory, resolved: ResolvedCancels) {
    this.readings = readStays(facts, movements, resolved);
    const needsFacts = this.readings.length > 0 || facts.some(({ fact }) => fact.stay?.disposition !== undefined);
    this.facts = needsFacts ? new Map(facts.map((f) => [f.id, f])) : new Map();
    this.cancels = cancels.filter((c) => !resolved.voided.has(c.id) && c.kind !== 'delete');
  }

  /**
   * The movements at the times that their sender's profile lets a later word correct. `dischargedAt` says by which discharge the visit is
   * over.
   */
  corrected(
    movements: readonly Movement[],
    happening: readonly Movement[],
    updates: readonly Update[],
    dischargedAt: (movements: readonly Movement[]) => string | null,
  ): readonly Movement[] {
    if (this.readings.every((s) => s.corrects.size === 0)) return movements;
    let [all, standing] = [movements, happening];
    const settle = (what: 'admission' | 'discharge', of: MatchedReading | null): void => {
      if (of === null || !mayCorrect(of, what)) return;
      const to = this.moved(of, standing, updates);
      if (to === null || to === of.movement) return;
      all = all.map((m) => (m.id === to.id ? to : m));
      standing = standing.map((m) => (m.id === to.id ? to : m));
    };
    settle('admission', this.admission(standing));
    if (this.readings.some((s) => s.corrects.has('discharge') && s.discharged !== null))
      settle('discharge', this.discharge(standing, dischargedAt(all)));
    // What stood in the way may have been the discharge.
    settle('admission', this.admission(standing));
    return all;
  }

  /** Rule 24: what is said of the times and does not fit is a conflict, for as long as nothing later says otherwise. */
  judge(happening: readonly Movement[], { phase, here, dischargedAt }: Timeline, conflicts: Conflicts): void {
    if (this.readings.length === 0) return;
    this.judgeTime('admission', this.admission(happening), conflicts);
    const discharge = dischargeAt(happening, dischargedAt);
    if (phase === 'out') this.judgeTime('discharge', this.discharge(happening, dischargedAt), conflicts);
    else if (phase !== 'expected') {
      const reading = this.leftUnheard(happening);
      if (reading !== undefined) {
        const says = side(
          { ...reading, at: reading.discharged!.at },
          `discharged at ${reading.discharged!.at} (PV1-45)`,
        );
        conflicts.open('discharge-time-differs', 'visit', history(`in ${placeText(here)}`), says);
      }
    }
    const known = discharge === undefined ? null : this.dispositionOf(discharge);
    const reading = this.laterDisposition(discharge);
    if (phase !== 'out' || discharge === undefined || known === null || reading === undefined) return;
    if (reading.disposition === known || reading.corrects.has('discharge')) return;
    const says = side({ ...reading, at: discharge.at }, `disposition ${reading.disposition!} (PV1-36)`);
    conflicts.open('disposition-differs', 'visit', side(discharge, `disposition ${known}`), says);
  }

  /** How the visit ended (PV1-36), for one that is over; null where nobody says. */
  disposition(happening: readonly Movement[], { phase, dischargedAt }: Timeline): string | null {
    const discharge = phase === 'out' ? dischargeAt(happening, dischargedAt) : undefined;
    if (discharge === undefined) return null;
    const known = this.dispositionOf(discharge);
    const reading = this.laterDisposition(discharge);
    return reading !== undefined && (known === null || reading.corrects.has('discharge')) ? reading.disposition : known;
  }

  private judgeTime(what: 'admission' | 'discharge', of: MatchedReading | null, conflicts: Conflicts): void {
    if (of === null) return;
    const { reading, time, movement } = of;
    const off = apart(time, movement.at);
    if (off <= AGREEING_MS && (off === 0 || !mayCorrect(of, what))) return;
    const [did, field] = what === 'admission' ? ['admitted', 'PV1-44'] : ['discharged', 'PV1-45'];
    const known = side(movement, `${movement.kind === 'register' ? 'registered' : did} at ${movement.at}`);
    const says = side({ ...reading, at: time.at }, `${did} at ${time.at} (${field})`);
    conflicts.open(`${what}-time-differs`, 'visit', known, says);
  }

  /** The admission time that was said last, with the beginning it is nearest to; null where that was timed after it was said. */
  private admission(happening: readonly Movement[]): MatchedReading | null {
    const reading = this.readings.findLast((s) => s.admitted !== null);
    if (reading === undefined) return null;
    const time = reading.admitted!;
    const nearest = beginningsOf(happening).reduce<Movement | null>(
      (best, m) => (best === null || apart(time, m.at) <= apart(time, best.at) ? m : best),
      null,
    );
    return nearest === null || this.timedAt(nearest) > reading.recordedAt ? null : { reading, time, movement: nearest };
  }

  /** The discharge time that was said last, since it was recorded that the patient left. */
  private discharge(happening: readonly Movement[], dischargedAt: string | null): MatchedReading | null {
    const movement = dischargeAt(happening, dischargedAt);
    if (movement === undefined) return null;
    const reading = this.readings.findLast((s) => s.discharged !== null && s.recordedAt >= this.timedAt(movement));
    return reading === undefined ? null : { reading, time: reading.discharged!, movement };
  }

  /** A discharge that is said of a patient who is in the house by all that was recorded until then. */
  private leftUnheard(happening: readonly Movement[]): StayReading | undefined {
    const reading = this.readings.findLast((s) => s.kind === 'update');
    if (reading === undefined || reading.discharged === null) return undefined;
    const heard = [...happening.filter((m) => !isPlan(m.kind) && m.kind !== 'attending'), ...this.cancels];
    return heard.some((s) => s.recordedAt >= reading.recordedAt) ? undefined : reading;
  }

  private dispositionOf({ statedBy }: Movement): string | null {
    return statedBy.map((id) => this.facts.get(id)?.fact.stay?.disposition ?? null).findLast((d) => d !== null) ?? null;
  }

  private laterDisposition(discharge: Movement | undefined): StayReading | undefined {
    if (discharge === undefined) return undefined;
    const since = this.timedAt(discharge);
    return this.readings.findLast((s) => s.disposition !== null && s.recordedAt >= since);
  }

  /** When the time that counts of a movement was recorded. */
  private timedAt({ timedBy, recordedAt }: Movement): string {
    return this.facts.get(timedBy)?.fact.recordedAt ?? recordedAt;
  }

  /**
   * The movement at the time that was said; null where that would change the order of what happened: who was moved or left in between
   * was in beds that are known.
   */
  private moved(
    { time, movement }: MatchedReading,
    happening: readonly Movement[],
    updates: readonly Update[],
  ): Movement | null {
    if (apart(time, movement.at) === 0) return movement;
    const [least, most] = movement.at < time.at ? [movement.at, time.at] : [time.at, movement.at];
    const within = (at: string): boolean => at >= least && at <= most;
    const saysAgain = (m: Movement): boolean =>
      m.kind === 'admit' && m.visit === movement.visit && m.at >= time.at && agree(m.place, movement.place);
    const between = happening.some(
      (m) => m.id !== movement.id && within(m.at) && !isPlan(m.kind) && m.kind !== 'attending' && !saysAgain(m),
    );
    const otherwiseRecorded =
      this.cancels.some((c) => within(c.at) || within(c.recordedAt)) || updates.some((u) => within(u.at));
    return between || otherwiseRecorded ? null : { ...movement, at: time.at };
  }
}

function dischargeAt(happening: readonly Movement[], at: string | null): Movement | undefined {
  if (at === null) return undefined;
  const ofThatTime = happening.filter((m) => m.kind === 'discharge' && m.at === at);
  return ofThatTime.sort(compareRecorded).at(-1);
}

/** How long a known time lies outside the period that was said, milliseconds. */
function apart({ from, until }: ImpreciseTime, known: string): number {
  if (known >= from && known <= until) return 0;
  return Math.abs(Date.parse(known < from ? from : until) - Date.parse(known));
}

/** Whether whoever says a time corrects by it, by their profile; the first word of a movement corrects nothing, nor what another visit says. */
function mayCorrect({ reading, movement }: MatchedReading, what: 'admission' | 'discharge'): boolean {
  return reading.corrects.has(what) && reading.id !== movement.id && reading.visit === movement.visit;
}
