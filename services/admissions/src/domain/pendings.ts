import type { Pending, Place, PlannedBed } from '@wardstream/events';
import type { Movement } from './movements.js';
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
  readonly end: { readonly at: string; readonly by: NonNullable<PlannedBed['endedBy']> } | null;
}

/** The plans of one visit while its history is walked. Of one kind of movement the latest counts; the one before is replaced. */
export class Pendings {
  /** In the order they were announced. */
  private plans: Plan[] = [];

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
    this.end((p) => p.by === kind, at, 'replaced');
    const pending = { kind: planKinds[kind], place, expectedAt, at };
    this.plans.push({ movementId: id, by: kind, pending, end: null });
  }

  /** A25, A26, A27, A38: the plan stood until then. What it had replaced does not come back. */
  withdraw(movementId: string, at: string): void {
    this.end((p) => p.movementId === movementId, at, 'withdrawn');
  }

  /** An admission spends the plan to admit, wherever it is to, and the plan to transfer to that place. */
  admitted(to: Place | null, at: string): void {
    this.end((p) => p.pending.kind === 'admit' || leadsTo(p, to), at, 'fulfilled');
  }

  /** A registration spends the pre-admission; an admission that is pending may still come, from the ED. */
  registered(to: Place | null, at: string): void {
    this.end((p) => p.by === 'preadmit' || leadsTo(p, to), at, 'fulfilled');
  }

  /** A transfer spends the plan to transfer, also where it went elsewhere (rule 11), and the plan to admit to that place. */
  transferred(to: Place | null, at: string): void {
    this.end((p) => p.pending.kind === 'transfer' || leadsTo(p, to), at, 'fulfilled');
  }

  discharged(at: string): void {
    this.end(() => true, at, 'discharged');
  }

  /** What is open; one of a kind. Of an A05 and an A14 the A14, whichever came last: it is the one whose bed is kept. */
  list(): Pending[] {
    const standing = this.plans.filter(({ end }) => end === null);
    const [early, firm] = [standing.filter((p) => p.by === 'preadmit'), standing.filter((p) => p.by !== 'preadmit')];
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

  private end(which: (plan: Plan) => boolean, at: string, by: NonNullable<PlannedBed['endedBy']>): void {
    this.plans = this.plans.map((p) => (p.end === null && which(p) ? { ...p, end: { at, by } } : p));
  }
}

function leadsTo({ pending: { place } }: Plan, to: Place | null): boolean {
  return place !== null && samePlace(place, to);
}

/** PV1-42, else PV1-3 where it is known to differ from where the patient is (rule 11). */
export function transferTarget(movement: Movement, here: Place | null): Place | null {
  if (movement.pendingPlace !== null) return movement.pendingPlace;
  return here !== null && movement.place !== null && !samePlace(movement.place, here) ? movement.place : null;
}
