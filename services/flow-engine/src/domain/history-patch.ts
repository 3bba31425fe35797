import type { BedData } from '@wardstream/events';
import { PermanentFailure } from '@wardstream/messaging';

type Segments = BedData['history']['segments'];

/** What one or several events tell anew of a bed's history. */
export interface HistoryPatch {
  readonly facility: string;
  readonly bedId: string;
  /** From this event time on. */
  readonly from: string;
  readonly segments: Segments;
}

/**
 * What an event tells anew of its bed's history, in segments that follow each other and hold some time each. Throws PermanentFailure
 * where they overlap: the rows could not take them, and one such event must not keep the others from being written.
 */
export function historyPatchOf({ facility, id, history }: Pick<BedData, 'facility' | 'id' | 'history'>): HistoryPatch {
  const { from } = history;
  const segments = history.segments
    .map((s) => ({ ...s, from: s.from > from ? s.from : from }))
    .filter((s) => s.to === null || s.to > s.from);
  for (const [i, { from: begin }] of segments.entries()) {
    const before = i === 0 ? undefined : segments[i - 1]!;
    if (before !== undefined && (before.to === null || before.to > begin))
      throw new PermanentFailure('The history of the bed tells of two states at one time');
  }
  return { facility, bedId: id, from, segments };
}

/** One patch with the effect of both, `next` applied after `first`. */
export function joinPatches(first: HistoryPatch, next: HistoryPatch): HistoryPatch {
  const kept = first.segments.flatMap((s) => {
    if (s.from >= next.from) return [];
    return [s.to === null || s.to > next.from ? { ...s, to: next.from } : s];
  });
  return {
    ...next,
    from: first.from < next.from ? first.from : next.from,
    segments: [...kept, ...next.segments],
  };
}
