import { compareMovements } from './event-order.js';
import { compare, type Movement } from './movements.js';

export interface Discharges {
  /** Event times at which a discharge acts, where that is not its own. */
  readonly actsAt: ReadonlyMap<string, string>;
  /** Discharges that a later recorded one of the same stay replaces. */
  readonly superseded: ReadonlyMap<string, Movement>;
}

/**
 * Rule 10: a discharge dated before its admission, but recorded after it, stays a discharge: it acts after all that was recorded
 * when it was and tells of the patient in the house. Two discharges of one stay in the house are one, and the later recorded says when. `active` without what was
 * cancelled.
 */
export function settleDischarges(active: readonly Movement[]): Discharges {
  const actsAt = new Map<string, string>();
  for (const discharge of active.filter((m) => m.kind === 'discharge')) {
    if (!isBeforeItsAdmission(discharge, active)) continue;
    const last = active
      .filter((m) => tellsOfPresence(m) && m.recordedAt <= discharge.recordedAt)
      .reduce((at, m) => (m.at > at ? m.at : at), discharge.at);
    actsAt.set(discharge.id, last);
  }

  const superseded = new Map<string, Movement>();
  const timeOf = (m: Movement): string => actsAt.get(m.id) ?? m.at;
  const inOrder = active
    .filter((m) => m.kind === 'discharge' || admits(m) || m.kind === 'register')
    .sort((a, b) => compare(timeOf(a), timeOf(b)) || compareMovements(a, b));
  let stay: Movement[] = [];
  const settle = (): void => {
    const winner = [...stay].sort(
      (a, b) => compare(b.recordedAt, a.recordedAt) || compare(timeOf(b), timeOf(a)) || compareMovements(b, a),
    )[0];
    for (const other of stay) if (winner !== undefined && other !== winner) superseded.set(other.id, winner);
    stay = [];
  };
  for (const movement of inOrder) {
    if (movement.kind === 'discharge') stay.push(movement);
    else settle();
  }
  settle();
  return { actsAt, superseded };
}

/** Plans, and who attends, say nothing of the patient having been in the house. */
const tellNothingOfPresence: ReadonlySet<string> = new Set([
  ...['preadmit', 'pending-admit', 'pending-transfer', 'pending-discharge', 'attending', 'discharge'],
]);

function tellsOfPresence({ kind }: Movement): boolean {
  return !tellNothingOfPresence.has(kind);
}

function admits({ kind }: Movement): boolean {
  return kind === 'admit' || kind === 'to-inpatient';
}

/** No admission at or before it, but one after it that was known when it was recorded; a registration where none admits. */
function isBeforeItsAdmission(discharge: Movement, active: readonly Movement[]): boolean {
  const known = active.filter((m) => m.recordedAt <= discharge.recordedAt);
  const admissions = active.some(admits) ? active.filter(admits) : active.filter((m) => m.kind === 'register');
  if (admissions.some((m) => m.at <= discharge.at)) return false;
  return admissions.some((m) => known.includes(m) && m.at > discharge.at);
}
