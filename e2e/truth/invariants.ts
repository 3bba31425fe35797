import type { EncounterData, Stay } from '@wardstream/events';
import { facilityOccupancy, type FacilityView, notFollowed, type NotFollowed } from '@wardstream/flow-model';
import { houseAsOf } from './comparable.js';
import type { ReducedHouse } from './reduced-house.js';

type Held = Stay & {
  readonly encounterId: string;
  readonly bedId: string;
  /** When the patient was in the bed, and when they were away on leave and it was kept. */
  readonly present: readonly Span[];
  readonly away: readonly Span[];
};
interface Span {
  readonly from: number;
  readonly to: number | null;
}

/**
 * What must never be, whatever was told; each finding in words, none if all is well. Counted from the encounters' stays alone,
 * apart from how beds and counts are derived.
 */
export function violations(house: ReducedHouse, times: readonly number[]): string[] {
  return [
    ...bedsAgainstStays(house),
    ...disputes(house),
    ...countsNow(house),
    ...behind(house).map((v) => `${v.bedId} does not show ${v.encounterId}, who is there`),
    ...times.flatMap((at) => countsAsOf(house, at)),
  ];
}

function heldStays({ encounters }: ReducedHouse): Held[] {
  return encounters.flatMap(({ encounterId, derived }) =>
    derived.stays.flatMap((s) => {
      if (!s.holdsBed || s.place.bedId === null) return [];
      const away = (derived.leaves ?? []).flatMap((leave) => overlap(span(s), span(leave)) ?? []);
      return [{ ...s, encounterId, bedId: s.place.bedId, present: without(span(s), away), away }];
    }),
  );
}

/** What is left of a time without the times `gone`, which follow on each other in it. */
function without(whole: Span, gone: readonly Span[]): Span[] {
  const left: Span[] = [];
  let from = whole.from;
  for (const g of gone) {
    if (g.from > from) left.push({ from, to: g.from });
    if (g.to === null) return left;
    from = g.to;
  }
  return whole.to === null || from < whole.to ? [...left, { from, to: whole.to }] : left;
}

const isAt = (spans: readonly Span[], at: number | null): boolean =>
  spans.some(({ from, to }) => (at === null ? to === null : from <= at && (to ?? Infinity) > at));

function behind(house: ReducedHouse): readonly NotFollowed[] {
  const open = heldStays(house).filter((s) => s.to === null);
  return notFollowed(
    open.map(({ encounterId, bedId }) => ({ encounterId, heldBed: bedId })),
    house.state.beds,
  );
}

const span = (s: Pick<Stay, 'from' | 'to'>): Span => ({
  from: Date.parse(s.from),
  to: s.to === null ? null : Date.parse(s.to),
});

function overlap(a: Span, b: Span): Span | null {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to ?? Infinity, b.to ?? Infinity);
  return from < to ? { from, to: to === Infinity ? null : to } : null;
}

/** When both were in the bed. Of one of them on leave the other is the guest. */
function together(a: Held, b: Held): Span[] {
  return a.present.flatMap((one) => b.present.flatMap((other) => overlap(one, other) ?? []));
}

function bedsAgainstStays(house: ReducedHouse): string[] {
  const found: string[] = [];
  const held = heldStays(house);
  for (const [bedId, { segments, claims, fold }] of house.beds) {
    const here = held.filter((s) => s.bedId === bedId);
    for (const stay of here) {
      for (const segment of segments) {
        const isIn = stay.present.some((p) => overlap(p, segment) !== null);
        if (isIn && (segment.state !== 'occupied' || !segment.encounterIds.includes(stay.encounterId)))
          found.push(`${bedId} is ${segment.state} while ${stay.encounterId} is in it`);
        const isKept = stay.away.some((a) => overlap(a, segment) !== null);
        if (isKept && ['available', 'reserved', 'surge'].includes(segment.state))
          found.push(`${bedId} is ${segment.state} while it is kept for ${stay.encounterId}`);
      }
      if (stay.to !== null && stay.to <= stay.from) continue;
      const first = segments[0];
      if (first === undefined || first.from > Date.parse(stay.from)) found.push(`${bedId} has no history of a stay`);
    }
    const active = claims.filter((c) => c.role === 'active');
    for (const [i, a] of active.entries())
      for (const b of active.slice(i + 1))
        if (overlap(a, b) !== null) found.push(`${bedId} has two active claims at once`);
    for (const [what, shown, of] of [
      ['in it', fold.occupants, (s: Held) => s.present],
      ['on leave', fold.onLeave, (s: Held) => s.away],
    ] as const) {
      const known = new Set(here.filter((s) => isAt(of(s), null)).map((s) => s.encounterId));
      if (
        [...known].sort().join() !==
        shown
          .map((o) => o.encounterId)
          .sort()
          .join()
      )
        found.push(`${bedId} shows ${shown.length} ${what}, and by the stays ${known.size} are`);
    }
  }
  return found;
}

/** Every two stays in one bed at once are shown as a dispute, for as long as they are; nothing else is. */
function disputes(house: ReducedHouse): string[] {
  const found: string[] = [];
  const held = heldStays(house);
  for (const [bedId, { conflicts }] of house.beds) {
    const disputed = conflicts.filter((c) => c.kind === 'bed-disputed');
    const here = held.filter((s) => s.bedId === bedId);
    const names = (encounterId: string, during: Span): boolean =>
      disputed.some((c) => c.facts.some((f) => f.encounterId === encounterId) && overlap(c, during) !== null);
    for (const [i, a] of here.entries()) {
      for (const b of here.slice(i + 1)) {
        if (a.encounterId === b.encounterId) continue;
        for (const both of together(a, b))
          for (const { encounterId } of [a, b])
            if (!names(encounterId, both))
              found.push(`${bedId}: ${encounterId} is not the only one, and no dispute says so`);
      }
    }
    for (const c of disputed) {
      const [one, two] = c.facts.map((f) => here.filter((s) => s.encounterId === f.encounterId));
      const real = one?.some((a) => two?.some((b) => together(a, b).length > 0));
      if (real !== true) found.push(`${bedId}: a dispute of two who were never in it at once`);
    }
  }
  return found;
}

function countsNow(house: ReducedHouse): string[] {
  const { state } = house;
  const isUnit = new Set(house.facility.units.map((u) => u.id));
  const counted = countedBeds(house, state);
  const without = (unit: string): number =>
    [...state.encounters.values()].filter(
      (e) => isWithoutBed(e, counted) && e.location?.unit === unit && !isOccupant(house, e.encounterId),
    ).length;
  const expected = (unit: string): number => (isUnit.has(unit) ? without(unit) : 0);
  return [
    ...addUp(house, state, house.now, null),
    ...facilityOccupancy(state, house.now).flatMap(({ unit, withoutBed }) =>
      withoutBed === expected(unit) ? [] : [`${unit} counts ${withoutBed} without a bed, not ${expected(unit)}`],
    ),
  ];
}

/** Beds that are listed, or that somebody is in still. */
function countedBeds({ facility }: ReducedHouse, view: FacilityView): ReadonlySet<string> {
  const listed = new Set(facility.beds.map((b) => b.id));
  return new Set([...view.beds.values()].flatMap((b) => (listed.has(b.id) || b.state === 'occupied' ? [b.id] : [])));
}

/** Whether a bed shows them: by a stay, or seen in it after they had left. Who is shown in a bed is not counted beside it. */
function isOccupant({ state }: ReducedHouse, encounterId: string): boolean {
  return [...state.beds.values()].some((b) => b.occupants.some((o) => o.encounterId === encounterId));
}

/** Of a class that may hold a bed, in the house, in a unit, and in no bed that counts. */
function isWithoutBed(
  { status, location, inNoBed }: Pick<EncounterData, 'status' | 'location' | 'inNoBed'>,
  counted: ReadonlySet<string>,
): boolean {
  if ((status !== 'in-progress' && status !== 'on-leave') || location === null || inNoBed === true) return false;
  return location.bedId === null || !counted.has(location.bedId);
}

function countsAsOf(house: ReducedHouse, at: number): string[] {
  return addUp(house, houseAsOf(house, at), at, at);
}

/** Each bed counts once, and as occupied if, and only if, somebody is in it by a stay, was seen in it or is on leave from it. */
function addUp(house: ReducedHouse, view: FacilityView, now: number, at: number | null): string[] {
  const found: string[] = [];
  const held = heldStays(house);
  const counted = countedBeds(house, view);
  for (const u of facilityOccupancy(view, now)) {
    const beds = [...view.beds.values()].filter((b) => b.unit === u.unit && counted.has(b.id));
    const sum = u.occupied + u.reserved + u.available + u.dirty + u.cleaning;
    if (sum !== u.denominator) found.push(`${u.unit}: ${sum} beds add up to a denominator of ${u.denominator}`);
    if (u.staffed !== u.denominator + u.blocked)
      found.push(`${u.unit}: staffed is not the denominator and the blocked`);
    if (sum + u.blocked + u.closed + u.surge !== beds.length) found.push(`${u.unit}: states do not add up to its beds`);
    const inStay = (bedId: string): boolean => held.some((s) => s.bedId === bedId && isAt(s.present, at));
    const seen = (bedId: string): boolean =>
      isAt(
        house.beds.get(bedId)!.segments.filter((s) => s.state === 'occupied'),
        at,
      );
    const least = beds.filter((b) => inStay(b.id)).length;
    const most = beds.filter((b) => inStay(b.id) || seen(b.id)).length;
    if (u.occupied < least || u.occupied > most)
      found.push(`${u.unit}: ${u.occupied} beds are occupied, by the stays ${least}, seen ${most}`);
  }
  return found;
}
