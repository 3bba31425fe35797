import type { BedState } from '@wardstream/events';
import { memo } from 'react';
import { stateLabel, stateOrder } from './labels.js';
import { t } from '../texts/texts.js';

/**
 * One cell is one bed, so its length is the unit's size and two units can be compared. The tick stands at the unit's
 * own act-at rate, measured in its staffed, unblocked beds.
 */
export const Cells = memo(function Cells({
  counts,
  tickAt,
}: {
  counts: Readonly<Record<BedState, number>>;
  /** Position of the tick in cells; null without an act-at rate. */
  tickAt: number | null;
}) {
  const label = stateOrder
    .filter((s) => counts[s] > 0)
    .map((s) => `${counts[s]} ${stateLabel[s].toLowerCase()}`)
    .join(', ');
  return (
    <span className="cells" role="img" aria-label={label === '' ? t('ui.noBeds') : label}>
      {stateOrder.flatMap((s) =>
        Array.from({ length: Math.max(0, counts[s]) }, (_, i) => <i key={`${s}${i}`} className={`c-${s}`} />),
      )}
      {tickAt !== null && <em style={{ '--at': tickAt.toFixed(2) } as React.CSSProperties} />}
    </span>
  );
}, same);

function same(
  a: { counts: Readonly<Record<BedState, number>>; tickAt: number | null },
  b: { counts: Readonly<Record<BedState, number>>; tickAt: number | null },
): boolean {
  return a.tickAt === b.tickAt && stateOrder.every((s) => a.counts[s] === b.counts[s]);
}

/** The cell of one state beside its word, in a legend. */
export function CellKey({ state }: { state: BedState }) {
  return (
    <span className="cells" aria-hidden="true">
      <i className={`c-${state}`} />
    </span>
  );
}
