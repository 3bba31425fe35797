import type { Pending, Place, PlannedBed } from '@wardstream/events';
import type { Movement } from './visit-history.js';
import { samePlace } from './places.js';
import type { MovementKind } from './visit-fact.js';

/** Kinds of movement that announce another one. */
const planKinds = {
  preadmit: 'admit',
  'pending-admit': 'admit',
  'pending-transfer': 'transfer',
  'pending-discharge': 'discharge',
} as const satisfies Partial<Record<MovementKind, Pending['kind']>>;
type PlanKind = keyof typeof planKinds;

export function isPlan(kind: MovementKind): kind is PlanKind {
  return kind in planKinds;
}

interface Plan {
  readonly movementId: string;
  readonly by: PlanKind;
  readonly pending: Pending;
  end: { readonly at: string; readonly by: NonNullable<PlannedBed['endedBy']> } | null;
}

/** The plans of one visit while its history is read. Of one kind of movement the latest counts; the one before is replaced. */
export class Pendings {
  /** In the order they were announced. */
  private readonly plans: Plan[] = [];
  private open: Plan[] = [];
  /** A16s that a later one replaced: when the patient leaves is one word among several (rule 26). */
  private readonly said: Plan[] = [];
  private readonly takenBack = new Set<string>();

  /** A05, A14, A15, A16. `here` is where the patient is at that time. */
  announce(movement: Movement, here: Place | null): void {
    const { id, kind, expectedAt, at } = movement;
    if (!isPlan(kind)) return;
    const place =
      kind === 'pending-discharge'
        ? null
        : kind === 'pending-transfer'
          ? transferTarget(movement, here)
          : (movement.pendingPlace ?? movement.place);
    const replaced = this.end((p) => p.by === kind, at, 'replaced');
    if (kind === 'pending-discharge') this.said.push(...replaced);
    const plan = { movementId: id, by: kind, pending: { kind: planKinds[kind], place, expectedAt, at }, end: null };
    this.plans.push(plan);
    this.open.push(plan);
  }

  /** A25, A26, A27, A38: the plan stood until then. What it had replaced does not come back, but for the A16 before an A16. */
  withdraw(movementId: string, at: string): void {
    this.takenBack.add(movementId);
    const [ended] = this.end((p) => p.movementId === movementId, at, 'withdrawn');
    if (ended?.by !== 'pending-discharge') return;
    let before = this.said.pop();
    while (before !== undefined && this.takenBack.has(before.movementId)) before = this.said.pop();
    if (before === undefined) return;
    before.end = null;
    this.open.push(before);
  }

  /** An admission spends the plan to admit, wherever it is to, and the plan to transfer to that place. */
  admitted(to: Place | null, at: string): void {
    this.end((p) => p.pending.kind === 'admit' || leadsTo(p, to), at, 'fulfilled');
  }

  /** A registration spends the pre-admission; an admission that is pending may still come, from the ED. */
  registered(to: Place | null, at: string): void {
    this.end((p) => p.by === 'preadmit' || leadsTo(p, to), at, 'fulfilled');
  }

  /**
   * A transfer spends the plan to transfer, also where it went elsewhere (rule 11), but within the unit no plan to another unit (rule 26);
   * and the plan to admit to that place.
   */
  transferred(from: Place | null, to: Place | null, at: string): void {
    const spent = ({ pending: { kind, place } }: Plan): boolean => kind === 'transfer' && !isWithin(from, to, place);
    this.end((p) => spent(p) || leadsTo(p, to), at, 'fulfilled');
  }

  discharged(at: string): void {
    this.end(() => true, at, 'discharged');
    this.said.length = 0;
  }

  /** What is open; one of a kind. Of an A05 and an A14 the A14, whichever came last: it is the one whose bed is kept. */
  list(): Pending[] {
    const [early, firm] = [this.open.filter((p) => p.by === 'preadmit'), this.open.filter((p) => p.by !== 'preadmit')];
    const open = new Map([...early, ...firm].map(({ pending }) => [pending.kind, pending]));
    return [...open.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  }

  /** Beds that were planned by A14 and A15, each for as long as its plan stood. A pre-admission is too early to keep a bed. */
  plannedBeds(): PlannedBed[] {
    return this.plans.flatMap(({ movementId, by, pending, end }): PlannedBed[] => {
      const { kind, place, expectedAt, at } = pending;
      const bedId = place?.bedId ?? null;
      if (bedId === null || by === 'preadmit' || kind === 'discharge') return [];
      if (end !== null && end.at <= at) return [];
      return [{ movementId, bedId, kind, at, expectedAt, endedAt: end?.at ?? null, endedBy: end?.by ?? null }];
    });
  }

  /** Ends those of the open ones, and gives them. */
  private end(which: (plan: Plan) => boolean, at: string, by: NonNullable<PlannedBed['endedBy']>): Plan[] {
    const ended = this.open.filter(which);
    for (const plan of ended) plan.end = { at, by };
    if (ended.length > 0) this.open = this.open.filter((p) => p.end === null);
    return ended;
  }
}

/** Whether a transfer stayed within one unit, while the plan leads to another. */
function isWithin(from: Place | null, to: Place | null, planned: Place | null): boolean {
  const unit = to?.unit ?? null;
  return unit !== null && from?.unit === unit && planned !== null && planned.unit !== null && planned.unit !== unit;
}

function leadsTo({ pending: { place } }: Plan, to: Place | null): boolean {
  return place !== null && samePlace(place, to);
}

/** PV1-42, else PV1-3 where it is known to differ from where the patient is (rule 11). */
export function transferTarget(movement: Movement, here: Place | null): Place | null {
  if (movement.pendingPlace !== null) return movement.pendingPlace;
  return here !== null && movement.place !== null && !samePlace(movement.place, here) ? movement.place : null;
}
