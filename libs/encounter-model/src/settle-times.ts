import type { Place } from '@wardstream/events';
import { compareAtInstant, compareMovements, compareTimed, rankOf } from './event-order.js';
import { Instant } from './instant.js';
import { compare } from './movements.js';
import type { Movement } from './visit-history.js';
import { agree, samePlace } from './places.js';
import { agreesWith, type Placement, saysPlace, type StatedPlace } from './stated-place.js';

export interface Retimed {
  /** Event times at which a movement acts, where that is not its own. */
  readonly actsAt: ReadonlyMap<string, string>;
  /** Discharges that a later recorded one of the same stay replaces. */
  readonly superseded: ReadonlyMap<string, Movement>;
}

/**
 * Movements that were dated before their admission, but recorded after it. A discharge (rule 10) stays a discharge: it acts after all that
 * was recorded when it was and tells of the patient in the house. A transfer (rule 18) happened after the admission. Two discharges
 * of one stay in the house are one, and the later recorded says when. `active` without what was cancelled; `placements` are what else says
 * where the patient was.
 */
export function settleTimes(active: readonly Movement[], placements: readonly Placement[]): Retimed {
  const actsAt = new Map([...lateDischarges(active), ...lateTransfers(active, placements)]);
  if (!active.some((m) => m.kind === 'discharge')) return { actsAt, superseded: new Map() };
  const timeOf = (m: Movement): string => actsAt.get(m.id) ?? m.at;
  const superseded = new Map<string, Movement>();
  let stay: Movement[] = [];
  const settle = (): void => {
    const winner = [...stay].sort(
      (a, b) => compare(b.recordedAt, a.recordedAt) || compare(timeOf(b), timeOf(a)) || compareMovements(b, a),
    )[0];
    for (const other of stay) if (winner !== undefined && other !== winner) superseded.set(other.id, winner);
    stay = [];
  };
  for (const movement of inOrder(active, timeOf)) {
    if (movement.kind === 'discharge') stay.push(movement);
    else if (admits(movement) || movement.kind === 'register') settle();
  }
  settle();
  return { actsAt, superseded };
}

/** What says where the patient goes, in the order it happened as far as the movements alone tell. */
function inOrder(active: readonly Movement[], timeOf: (m: Movement) => string): Movement[] {
  const byTime = active
    .filter((m) => statesLeaving.has(m.kind))
    .sort((a, b) => compare(timeOf(a), timeOf(b)) || compareAtInstant(a, b));
  const ordered: Movement[] = [];
  let here: Place | null = null;
  for (let i = 0; i < byTime.length;) {
    let end = i + 1;
    while (end < byTime.length && timeOf(byTime[end]!) === timeOf(byTime[i]!)) end += 1;
    const instant = end - i > 1 ? new Instant(byTime.slice(i, end)) : null;
    for (; i < end; i += 1) {
      const next: Movement = instant?.next(here) ?? byTime[i]!;
      ordered.push(next);
      here = next.kind === 'discharge' ? null : (next.place ?? here);
    }
  }
  return ordered;
}

const statesLeaving: ReadonlySet<string> = new Set([
  ...['register', 'admit', 'to-inpatient', 'to-outpatient', 'transfer', 'swap', 'discharge'],
]);

/** Plans, and who attends, say nothing of the patient having been in the house. */
const noPresence: ReadonlySet<string> = new Set([
  ...['preadmit', 'pending-admit', 'pending-transfer', 'pending-discharge', 'attending', 'discharge'],
]);

function admits({ kind }: Movement): boolean {
  return kind === 'admit' || kind === 'to-inpatient';
}

/** When discharges act that have no admission at or before them, but one after them that was known when they were recorded. */
function lateDischarges(active: readonly Movement[]): Map<string, string> {
  const actsAt = new Map<string, string>();
  if (!active.some((m) => m.kind === 'discharge')) return actsAt;
  const admissions = active.some(admits) ? active.filter(admits) : active.filter((m) => m.kind === 'register');
  const least = (pick: (m: Movement) => string): string =>
    admissions.reduce((first, m) => (pick(m) < first ? pick(m) : first), '~');
  const [begun, known] = [least((m) => m.at), least((m) => m.recordedAt)];
  const late = active.filter((m) => m.kind === 'discharge' && m.at < begun && known <= m.recordedAt);
  if (late.length === 0) return actsAt;
  const seen = active.filter((m) => !noPresence.has(m.kind)).sort((a, b) => compare(a.recordedAt, b.recordedAt));
  let next = 0;
  let last = '';
  for (const discharge of late.sort((a, b) => compare(a.recordedAt, b.recordedAt))) {
    for (; next < seen.length && seen[next]!.recordedAt <= discharge.recordedAt; next += 1)
      if (seen[next]!.at > last) last = seen[next]!.at;
    actsAt.set(discharge.id, last > discharge.at ? last : discharge.at);
  }
  return actsAt;
}

/**
 * When transfers and swaps act whose next admission was recorded before them: where it is the place that they say they left, or they
 * say none and nothing had begun.
 */
function lateTransfers(active: readonly Movement[], placements: readonly Placement[]): Map<string, string> {
  const actsAt = new Map<string, string>();
  if (!active.some((m) => m.kind === 'transfer' || m.kind === 'swap')) return actsAt;
  const inTime = active.filter((m) => statesLeaving.has(m.kind) || m.kind === 'return').sort(compareMovements);
  const admissions = inTime.filter((m) => admits(m) || m.kind === 'register');
  const others = [...placements].sort(compareTimed);
  let next = 0;
  let told = 0;
  // Null: not in the house.
  let here: StatedPlace | null = null;
  for (const m of inTime) {
    for (; told < others.length && compareTimed(others[told]!, { ...m, rank: rankOf(m.kind) }) < 0; told += 1)
      if (here !== null && saysPlace(others[told]!)) here = others[told]!;
    if (admissions[next] === m) next += 1;
    const admission = admissions[next];
    const moves = m.kind === 'transfer' || m.kind === 'swap';
    if (moves && admission !== undefined && admission.recordedAt <= m.recordedAt && admission.at > m.at) {
      const isAdmitted = m.prior === null ? next === 0 : agree(m.prior, admission.place);
      const isElsewhere = here !== null && !agreesWith(here, m.prior);
      if (isAdmitted && (next === 0 || (samePlace(m.prior, admission.place) && isElsewhere))) {
        actsAt.set(m.id, admission.at);
        continue;
      }
    }
    // Who is not in the house comes back from no leave (rule 8).
    if (m.kind === 'return' && here === null) continue;
    here = m.kind === 'discharge' ? null : saysPlace(m) ? m : here;
  }
  return actsAt;
}
