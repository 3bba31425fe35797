import type { DoubtedTime } from '@wardstream/events';
import type { Conflicts, ConflictSide } from './conflicts.js';
import type { Movement } from './visit-history.js';
import { placeText } from './places.js';
import type { VisitFact } from './visit-fact.js';

/** A time that was sent and does not count, in words. */
export function doubtText({ of, field, sent }: DoubtedTime): string {
  return `${of === 'at' ? 'happened' : 'was recorded'} at ${sent} by ${field}`;
}

/**
 * Rule 19: a time that cannot be is a conflict between what was sent and what counts instead, for as long as the statement counts:
 * not where its movement was corrected later, or did not happen. Of updates, which move nobody, the last one tells enough.
 */
export function judgeTimes(
  facts: readonly VisitFact[],
  movements: readonly Movement[],
  happening: readonly Movement[],
  conflicts: Conflicts,
): void {
  if (facts.every((f) => f.fact.doubtedTimes === undefined)) return;
  const counting = new Set(happening.map((m) => m.timedBy));
  const ofMovements = new Set(movements.flatMap((m) => m.statedBy));
  const counts = ({ id }: VisitFact): boolean => counting.has(id) || !ofMovements.has(id);
  const doubted = facts.filter((f) => f.fact.doubtedTimes !== undefined && counts(f));
  const lastUpdate = doubted.findLast(({ fact }) => fact.kind === 'update');
  for (const stated of doubted) {
    if (stated.fact.kind === 'update' && stated !== lastUpdate) continue;
    conflicts.open('time-not-credible', stated.fact.kind === 'update' ? 'update' : stated.id, ...sidesOf(stated));
  }
}

function sidesOf({ source, receivedAt, fact }: VisitFact): ConflictSide[] {
  const { kind, location, at, atFrom, recordedAt, doubtedTimes = [] } = fact;
  const what = [kind.replaceAll('-', ' '), ...(location === null ? [] : [placeText({ ...location, bedId: null })])];
  const happened = doubtedTimes.find((d) => d.of === 'at') ?? doubtedTimes[0]!;
  const counting = happened.of === 'at' ? at : recordedAt;
  const by = happened.of === 'at' ? ` (${atFrom === 'receipt' ? 'when it came' : atFrom})` : '';
  return [
    { source, says: `${what.join(', ')} ${doubtText(happened)}`, at: happened.at, recordedAt, receivedAt },
    { source: 'Counted', says: `at ${counting}${by}`, at: counting, recordedAt, receivedAt },
  ];
}
