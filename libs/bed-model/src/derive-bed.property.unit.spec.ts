import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesFrom, holdDiffersFrom, staysDifferFrom, type BedChanges } from './bed-changes.js';
import type { BedFact, BedSetup, FactContent, Hold, StayInBed } from './bed-facts.js';
import type { BedFoldState } from './fold-state.js';
import { factsDigest } from './conflicts.js';
import { deriveBed, type BedInput, type DerivedBed } from './derive-bed.js';

const runs = { numRuns: 500 };
const setup: BedSetup = { facility: 'H1', bedId: 'W-1', staffed: true, surge: false };

/** What arrives: a new fact, a hold as it now is, or all stays of one encounter in this bed as they now are. */
type Arrival =
  | { readonly fact: BedFact }
  | { readonly withdrawn: BedFact }
  | { readonly hold: Hold; readonly version: number }
  | { readonly encounterId: string; readonly version: number; readonly stays: readonly StayInBed[] };

/** A hold as it is in the end, for whom it was made, and since and until when it was at first. */
type HoldInput = Hold & { readonly madeFor: string; readonly announced: readonly [number, number | null] };

// Few different times, so that much happens at once and next to each other.
const time = fc.integer({ min: 0, max: 40 }).map((n) => n * 10);
const maybe = <T>(a: fc.Arbitrary<T>) => fc.option(a, { nil: null });

const content: fc.Arbitrary<FactContent> = fc.oneof(
  fc.record({
    kind: fc.constant('configured' as const),
    ...{ staffed: fc.boolean(), surge: fc.boolean(), listed: fc.constantFrom(true, true, false) },
  }),
  fc.record({
    kind: fc.constant('status-reported' as const),
    code: fc.constantFrom('C', 'H', 'I', 'K', 'O', 'U'),
  }) as fc.Arbitrary<FactContent>,
  fc.record({
    kind: fc.constant('blocked' as const),
    reason: fc.constant('x'),
    note: fc.constant(null),
    until: maybe(time),
  }),
  fc.record({ kind: fc.constant('closed' as const), reason: fc.constant('x'), until: maybe(time) }),
  fc.constantFrom<FactContent>(
    ...([{ kind: 'unblocked' }, { kind: 'opened' }, { kind: 'surge-opened' }, { kind: 'surge-closed' }] as const),
    ...([{ kind: 'cleaning-completed' }, { kind: 'cleaning-started', claimedBy: null }] as const),
    { kind: 'cleaning-claimed', claimedBy: 'crew' },
    { kind: 'cleaning-requested', jobKind: 'terminal', priority: 'stat' },
    { kind: 'cleaning-cancelled', reason: 'x', patientInBed: true },
    { kind: 'cleaning-cancelled', reason: 'x', patientInBed: false },
  ),
);
const facts = fc.array(fc.tuple(content, time, time), { maxLength: 25 }).map((list) =>
  list.map(([c, at, recordedAt], i): BedFact => {
    return { ...c, id: `f${i}`, at, recordedAt, receivedAt: recordedAt, by: 'sender' };
  }),
);
const holds = fc
  .array(
    fc.record({
      ...{ since: time, until: maybe(time), releasedAt: maybe(time), endedAt: maybe(time) },
      ...{ encounterId: fc.constantFrom('e0', 'e1', 'e2'), kind: fc.constantFrom('reservation', 'assignment') },
      // Planned, from a time on that lies ahead, or announced again; made for a visit that was merged into another since.
      ...{ plan: fc.constantFrom(null, null, 'admit', 'transfer'), begins: fc.constantFrom('when-told', 'by-time') },
      ...{
        expectedAt: maybe(time),
        madeFor: fc.constantFrom('e0', 'e1', 'e2'),
        announced: fc.tuple(time, maybe(time)),
      },
    }),
    { maxLength: 5 },
  )
  .map((list) => list.map((h, i) => ({ ...h, id: `h${i}`, bedRequestId: null }) as HoldInput));
/** Times in which the patient is away, of which one may begin before the stay, end after it, or not be over. */
const leaves = fc
  .array(fc.tuple(time, maybe(time)), { maxLength: 2 })
  .map((list) => list.map(([from, to]) => ({ from, to })).sort((a, b) => a.from - b.from));
/** The history of one encounter in the bed: it is corrected again and again, the last version counts. */
const stays = (encounterId: string) =>
  fc.array(
    fc
      .array(fc.tuple(time, maybe(time), fc.boolean(), fc.constantFrom('transfer', 'discharge', null), leaves), {
        maxLength: 3,
      })
      .map((list) =>
        list.map(([from, to, leavesDirty, endedBy, leaves], i): StayInBed => {
          return { encounterId, movementId: `${encounterId}m${i}`, from, to, leavesDirty, endedBy, leaves };
        }),
      ),
    { maxLength: 3 },
  );

const undecided = fc.record({ facts, holds, stays: fc.tuple(stays('e0'), stays('e1'), stays('e2')) });
/** `withdrawn`: decisions that were taken back. */
type History = (typeof undecided extends fc.Arbitrary<infer T> ? T : never) & {
  readonly withdrawn: readonly BedFact[];
};

/** What persons decide about conflicts that the history has at some time, or would have. */
const decisions = (h: Omit<History, 'withdrawn'>): fc.Arbitrary<BedFact[]> => {
  const { conflicts } = deriveBed(final({ ...h, withdrawn: [] }), { now: 400 });
  if (conflicts.length === 0) return fc.constant([]);
  const kinds = fc.constantFrom('chosen', 'empty', 'closed');
  const movement = fc.constantFrom(0, 1, 2);
  return fc
    .array(fc.tuple(fc.constantFrom(...conflicts), kinds, time, fc.boolean(), movement), { maxLength: 6 })
    .map((list) =>
      list.map(([conflict, kind, at, first, m], i): BedFact => {
        const source = { id: `d${i}`, at, recordedAt: at, receivedAt: at, by: 'bed-manager' };
        const decision = { conflictId: conflict.id, closedBy: `person ${i}`, reason: 'seen' };
        const two = conflict.facts.flatMap((f) => f.encounterId ?? []);
        const [encounterId, other] = first ? two : [...two].reverse();
        if (kind === 'chosen' && encounterId !== undefined && other !== undefined) {
          const notInBed = { encounterId: other, movementId: `${other}m${m}` };
          return { ...source, kind: 'occupant-chosen', ...decision, encounterId, notInBed };
        }
        if (kind === 'empty') return { ...source, kind: 'found-empty', ...decision };
        return { ...source, kind: 'conflict-closed', ...decision, facts: factsDigest(conflict) };
      }),
    );
};

const history = undecided.chain((h) =>
  decisions(h)
    .chain((made) => fc.tuple(fc.constant(made), fc.subarray(made)))
    .map(([made, withdrawn]): History => ({ ...h, facts: [...h.facts, ...made], withdrawn })),
);

const final = (h: History): BedInput => ({
  ...{ setup, checkpoint: null, facts: h.facts.filter((f) => !h.withdrawn.includes(f)), holds: h.holds },
  stays: h.stays.flatMap((versions) => versions.at(-1) ?? []),
});

const arrivals = (h: History): fc.Arbitrary<Arrival[]> => {
  const all: Arrival[] = [
    ...h.facts.map((fact) => ({ fact })),
    ...h.withdrawn.map((withdrawn) => ({ withdrawn })),
    ...h.holds.flatMap(({ madeFor, announced: [since, until], ...hold }) => {
      const told = { ...hold, releasedAt: null, endedAt: null };
      const first = hold.plan === null ? told : { ...told, since, until, expectedAt: null };
      // Merged, turned round, merged again.
      const versions = [{ ...first, encounterId: madeFor }, told, { ...told, encounterId: madeFor }, hold];
      return versions.map((as, version) => ({ hold: as, version }));
    }),
    ...h.stays.flatMap((versions, e) => versions.map((s, version) => ({ encounterId: `e${e}`, version, stays: s }))),
  ];
  return fc
    .tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all))
    .map(([shuffled, again]) => [...shuffled, ...again]);
};

/** Keeps a bed as the database does: derives only from the last checkpoint before a change, and replaces only what it must. */
class Store {
  private readonly facts = new Map<string, BedFact>();
  private readonly withdrawn = new Set<string>();
  private readonly holds = new Map<string, { hold: Hold; version: number }>();
  private readonly stays = new Map<string, { version: number; stays: readonly StayInBed[] }>();
  private checkpoints: BedFoldState[] = [];
  private kept: Omit<BedChanges, 'from'> = { segments: [], claims: [], conflicts: [], jobs: [] };
  private nextBoundary: number | null = null;
  /** Conflicts that were over, and of which a later time took the place of the former one. */
  private readonly reopened = new Set<string>();
  fold: BedFoldState | null = null;

  /** Something arrives at a time by the clock; what was due by then has happened before, or happens now. */
  take(arrival: Arrival, now: number, onTime: boolean): void {
    if (onTime) this.pass(now);
    const from = this.record(arrival);
    if (from !== null) this.rederive(from, now);
  }

  /** Time has passed. */
  pass(now: number): void {
    if (this.nextBoundary !== null && this.nextBoundary <= now) this.rederive(this.nextBoundary, now);
  }

  private rederive(changed: number, now: number): void {
    const from = Math.min(changed, this.nextBoundary ?? Infinity);
    const checkpoint = this.checkpoints.filter((c) => c.at < from).at(-1) ?? null;
    const after = checkpoint?.at ?? -Infinity;
    const derived = deriveBed(
      {
        setup,
        checkpoint,
        facts: [...this.facts.values()].filter((f) => f.at > after && !this.withdrawn.has(f.id)),
        stays: [...this.stays.values()]
          .flatMap((s) => s.stays)
          .filter((s) => s.to === null || Math.max(s.from, s.to) > after),
        holds: [...this.holds.values()].map((h) => h.hold),
      },
      { now },
    );
    const changes = changesFrom(derived, from);
    const ids = new Set([...changes.jobs, ...changes.conflicts].map((x) => x.id));
    const over = <T extends { to: number | null }>(items: readonly T[]) =>
      items.filter((i) => i.to !== null && i.to < from);
    const reaching = derived.conflicts.filter((c) => c.to === null || c.to >= from);
    const told = [...over(this.kept.conflicts), ...reaching].map((c) => c.id);
    for (const id of told) if (told.indexOf(id) !== told.lastIndexOf(id)) this.reopened.add(id);
    const stays = <T extends { id: string }>(items: readonly T[]) => items.filter((i) => !ids.has(i.id));
    this.kept = {
      segments: [...over(this.kept.segments), ...changes.segments],
      claims: [...over(this.kept.claims), ...changes.claims],
      conflicts: [...stays(over(this.kept.conflicts)), ...changes.conflicts],
      jobs: [...stays(this.kept.jobs.filter((j) => (j.completedAt ?? j.cancelledAt ?? from) < from)), ...changes.jobs],
    };
    this.checkpoints = [
      ...this.checkpoints.filter((c) => c.at < from),
      ...derived.checkpoints.filter((c) => c.at >= from),
    ];
    this.fold = derived.fold;
    this.nextBoundary = derived.nextBoundary;
  }

  /** Stores an arrival; gives the earliest event time it can change, or null. */
  private record(arrival: Arrival): number | null {
    if ('fact' in arrival) {
      if (this.facts.has(arrival.fact.id)) return null;
      this.facts.set(arrival.fact.id, arrival.fact);
      return arrival.fact.at;
    }
    if ('withdrawn' in arrival) {
      const { id, at } = arrival.withdrawn;
      this.withdrawn.add(id);
      return this.facts.has(id) ? at : null;
    }
    if ('hold' in arrival) {
      const before = this.holds.get(arrival.hold.id);
      if (before !== undefined && before.version >= arrival.version) return null;
      this.holds.set(arrival.hold.id, arrival);
      return holdDiffersFrom(before?.hold, arrival.hold);
    }
    const before = this.stays.get(arrival.encounterId);
    if (before !== undefined && before.version >= arrival.version) return null;
    this.stays.set(arrival.encounterId, arrival);
    return staysDifferFrom(before?.stays ?? [], arrival.stays);
  }

  get lists(): Omit<BedChanges, 'from'> {
    return this.kept;
  }

  /**
   * What is the same whatever came first. Of a conflict that was over, opened again, and by what is known in the end did not, only
   * that it is closed is remembered, not when it had been open before.
   */
  certain(lists: Omit<BedChanges, 'from'>): Omit<BedChanges, 'from'> {
    return { ...lists, conflicts: lists.conflicts.filter((c) => c.to === null || !this.reopened.has(c.id)) };
  }
}

const sorted = (lists: Omit<BedChanges, 'from'>) => ({
  segments: lists.segments,
  claims: [...lists.claims].sort((a, b) => a.from - b.from || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  conflicts: [...lists.conflicts].sort((a, b) => (a.id < b.id ? -1 : 1)),
  jobs: [...lists.jobs].sort((a, b) => (a.id < b.id ? -1 : 1)),
});

const overlap = (a: { from: number; to: number | null }, b: { from: number; to: number | null }) =>
  a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity);

describe('a bed', () => {
  it('is the same whatever order its facts arrive in, however often, and wherever the derivation begins', () => {
    const clock = fc.array(fc.tuple(time, fc.boolean()), { minLength: 140, maxLength: 140 });
    const arriving = history.chain((h) => fc.tuple(fc.constant(h), arrivals(h), clock));
    fc.assert(
      fc.property(arriving, ([h, list, ticks]) => {
        const times = list.map((_, i) => ticks[i % ticks.length]!).sort(([a], [b]) => a - b);
        const now = times.at(-1)?.[0] ?? 0;
        const whole = deriveBed(final(h), { now });
        const store = new Store();
        for (const [i, arrival] of list.entries()) store.take(arrival, ...times[i]!);
        store.pass(now);
        if (store.fold === null) return;
        // How far it was folded may differ: the end of a block that was over before is no change.
        expect({ ...store.fold, at: null }).toEqual({ ...whole.fold, at: null });
        expect(sorted(store.certain(store.lists))).toEqual(sorted(store.certain(changesFrom(whole, -Infinity))));
      }),
      runs,
    );
  });

  it('has never two active claims at once, and segments that join', () => {
    fc.assert(
      fc.property(history, time, (h, now) => {
        const { claims, segments } = deriveBed(final(h), { now });
        const active = claims.filter((c) => c.role === 'active');
        for (const [i, a] of active.entries())
          for (const b of active.slice(i + 1)) expect(overlap(a, b) ? [a, b] : []).toEqual([]);
        for (const [i, s] of segments.entries()) {
          expect(s.to).toBe(segments[i + 1]?.from ?? null);
          if (s.to !== null) expect(s.to).toBeGreaterThan(s.from);
        }
      }),
      runs,
    );
  });

  it('is available only without occupant, hold, dirt, block or closure', () => {
    const free = ({ fold }: DerivedBed) =>
      [fold.occupants, fold.onLeave, fold.holds].every((l) => l.length === 0) &&
      [fold.job, fold.block, fold.closure, fold.reported, fold.unlisted].every((x) => x === null) &&
      fold.staffed &&
      fold.housekeeping === 'clean';
    fc.assert(
      fc.property(history, time, (h, now) => {
        const derived = deriveBed(final(h), { now });
        if (derived.fold.segment?.state === 'available') expect(free(derived)).toBe(true);
        for (const claim of derived.claims)
          for (const segment of derived.segments)
            if (segment.state === 'available') expect(overlap(claim, segment) ? [claim, segment] : []).toEqual([]);
      }),
      runs,
    );
  });

  it('shows nobody out of it for a decision unless another is in it, or was when that was decided', () => {
    fc.assert(
      fc.property(history, (h) => {
        const plain = deriveBed(final({ ...h, facts: h.facts.filter((f) => !f.id.startsWith('d')) }), { now: 400 });
        const { fold, claims } = deriveBed(final(h), { now: 400 });
        const theirs = [...fold.occupants, ...fold.onLeave, ...fold.setAside.map((s) => s.occupant)];
        const wouldBe = [...plain.fold.occupants, ...plain.fold.onLeave];
        expect(theirs.map((o) => o.encounterId).sort()).toEqual(wouldBe.map((o) => o.encounterId).sort());
        for (const { at, occupant } of fold.setAside) {
          const others = claims.filter((c) => c.kind === 'occupancy' && c.encounterId !== occupant.encounterId);
          expect(others.some((c) => c.from <= at && (c.to === null || c.to > at))).toBe(true);
        }
      }),
      runs,
    );
  });

  it('is nobody’s but those’ whose stay it is: on leave they keep it, and a guest disputes it with nobody', () => {
    fc.assert(
      fc.property(history, time, (h, now) => {
        const { fold } = deriveBed(final({ ...h, facts: [], withdrawn: [] }), { now });
        const all = [...fold.occupants, ...fold.onLeave].map((o) => o.encounterId);
        const open = h.stays.flatMap((v) => (v.at(-1) ?? []).filter((s) => s.to === null).map((s) => s.encounterId));
        expect(all.sort()).toEqual([...new Set(open)].sort());
        const disputes = fold.conflicts.filter((c) => c.kind === 'bed-disputed');
        expect(disputes.length).toBe(Math.max(0, fold.occupants.length - 1));
        if (all.length > 0) expect(['occupied', 'dirty']).toContain(fold.segment?.state);
        if (fold.occupants.length > 0) expect(fold.segment?.state).toBe('occupied');
      }),
      runs,
    );
  });

  it('stays with whoever is in it when the configuration drops it, and is closed when it is left', () => {
    fc.assert(
      fc.property(history, (h) => {
        const { fold } = deriveBed(final(h), { now: 400 });
        if (fold.unlisted === null) return;
        const theirs = fold.occupants.length > 0 || (fold.onLeave.length > 0 && fold.housekeeping === 'clean');
        expect(fold.segment?.state).toBe(theirs || fold.reported?.code === 'O' ? 'occupied' : 'closed');
        expect([fold.holds, fold.job]).toEqual([[], null]);
        const said = fold.conflicts.some((c) => c.kind === 'patient-in-unlisted-bed');
        const settled = fold.settled.length > 0;
        if (theirs && !settled) expect(said).toBe(true);
      }),
      runs,
    );
  });

  it('has a history that agrees with the bed as of every moment', () => {
    fc.assert(
      fc.property(history, time, time, (h, now, at) => {
        const { segments } = deriveBed(final(h), { now: Math.max(now, 400) });
        const then = segments.find((s) => s.from <= at && (s.to === null || s.to > at));
        const asOf = deriveBed(final(h), { now: at, asOf: true }).fold.segment;
        expect(asOf && [asOf.state, asOf.encounterIds]).toEqual(then ? [then.state, then.encounterIds] : null);
      }),
      runs,
    );
  });
});
