import { compareTimed, rankOf } from './event-order.js';
import { type MergedVisits, speaksOf } from './merges.js';
import { compare } from './movements.js';
import type { Cancel, Movement, Update } from './visit-history.js';
import { placeKey, samePlace } from './places.js';
import { canBeOnePlace, type Placement, type StatedPlace } from './stated-place.js';
import type { MovementKind } from './visit-fact.js';

const begins: ReadonlySet<MovementKind> = new Set(['admit', 'register', 'to-inpatient']);
const placing: ReadonlySet<MovementKind> = new Set([...begins, 'to-outpatient', 'transfer', 'swap', 'discharge']);

/**
 * Cancels with a movement what says the same at another time (rule 4): two senders' clocks differ, or one corrects its time. Nobody
 * leaves the house, is admitted to a bed or goes from one to another twice, with nothing between that brought them back: no other
 * movement, no return from leave to another bed, or to a bed from none, no placement elsewhere. `movements` in the order of their
 * event times.
 */
export function cancelRepeats(
  movements: readonly Movement[],
  placements: readonly Placement[],
  cancelled: Map<string, Cancel>,
  merged: MergedVisits,
): void {
  for (const run of runsOf(movements, placements)) {
    if (run.length < 2) continue;
    const open = new Set(run.filter((m) => !cancelled.has(m.id)));
    for (const { id } of run) {
      const cancel = cancelled.get(id);
      if (cancel === undefined || cancel.kind === 'delete') continue;
      for (const m of open) {
        if (!meansAlso(cancel, m) || !speaksOf(merged, cancel, m)) continue;
        cancelled.set(m.id, cancel);
        open.delete(m);
      }
    }
  }
}

/**
 * Movements that say the same with nothing between, each in one run at most. What is cancelled itself lies between, too: it stood when
 * what came after it was said.
 */
function runsOf(movements: readonly Movement[], placements: readonly Placement[]): Movement[][] {
  const runs: Movement[][] = [];
  const open = { going: [] as Movement[], gone: [] as Movement[] };
  const append = (of: keyof typeof open, movement: Movement): void => {
    if (open[of].push(movement) === 2) runs.push(open[of]);
  };
  let before: string | null = null;
  const says = (stated: StatedPlace): void => {
    if (open.going.length === 0 || canBeOnePlace(stated, open.going[0]!)) return;
    open.going = [];
    before = null;
  };
  const others = [...placements].sort(compareTimed);
  let next = 0;
  for (const m of movements) {
    for (; next < others.length && compareTimed(others[next]!, { ...m, rank: rankOf(m.kind) }) < 0; next += 1)
      says(others[next]!);
    if (m.kind === 'return') says(m);
    if (begins.has(m.kind)) open.gone = [];
    if (m.kind === 'discharge') append('gone', m);
    if (!placing.has(m.kind)) continue;
    const content = contentOf(m);
    if (content === null || content !== before) open.going = [];
    if (content !== null) append('going', m);
    before = content;
  }
  return runs;
}

/** What a movement says of where the patient goes; null where that is not enough to tell two movements apart. */
function contentOf({ kind, place, prior }: Movement): string | null {
  if (kind === 'discharge') return null;
  if (kind !== 'transfer' && kind !== 'swap') return `${kind} ${placeKey(place)}`;
  return prior === null || samePlace(prior, place) ? null : `${kind} ${placeKey(prior)} ${placeKey(place)}`;
}

/** Whether a cancel that names a movement takes this one back, too, which says the same. */
function meansAlso(cancel: Cancel, { recordedAt, senderId }: Movement): boolean {
  const numbers = cancel.senderId !== null && !cancel.numbersItself && senderId !== null;
  return recordedAt <= cancel.recordedAt && (!numbers || cancel.senderId === senderId);
}

type HistoryEntry = Movement | Cancel | Update;

/**
 * What cancelled admissions take along (rule 9): all that followed until the visit began anew, as far as it was recorded when the cancel
 * was. Plans to admit stay: the visit falls back to them. Cancels the movements; gives the cancels and updates that go.
 */
export function takeAlong(
  movements: readonly Movement[],
  others: readonly (Cancel | Update)[],
  cancelled: Map<string, Cancel>,
): Set<string> {
  const gone = new Set<string>();
  // Cancels of the beginnings before, since the last that happened; of each only what was recorded after those behind it matters.
  let open: Cancel[] = [];
  const takerOf = (of: HistoryEntry): Cancel | undefined => {
    let [low, high] = [0, open.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (open[middle]!.recordedAt >= of.recordedAt) low = middle + 1;
      else high = middle;
    }
    while (low > 0 && open[low - 1] === of) low -= 1;
    return open[low - 1];
  };
  const later = [...others].sort((a, b) => compare(a.at, b.at));
  let next = 0;
  const takeBefore = (at: string | null): void => {
    for (; next < later.length && (at === null || later[next]!.at < at); next += 1)
      if (takerOf(later[next]!) !== undefined) gone.add(later[next]!.id);
  };
  for (const m of movements) {
    takeBefore(m.at);
    const cancel = cancelled.get(m.id);
    if (isBeginning(m.kind)) {
      if (cancel === undefined) open = [];
      else if (cancel.kind !== 'delete') {
        while (open.length > 0 && open.at(-1)!.recordedAt <= cancel.recordedAt) open.pop();
        open.push(cancel);
      }
    } else if (cancel === undefined && !outlasts(m.kind)) {
      const taker = takerOf(m);
      if (taker !== undefined) cancelled.set(m.id, taker);
    }
  }
  takeBefore(null);
  return gone;
}

/** Kinds that begin a visit, or begin it again. */
function isBeginning(kind: MovementKind): boolean {
  return kind === 'admit' || kind === 'register';
}

/** Kinds that an A11 of something else leaves alone. */
function outlasts(kind: MovementKind): boolean {
  return isBeginning(kind) || kind === 'preadmit' || kind === 'pending-admit';
}
