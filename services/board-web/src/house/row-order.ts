/** A list keeps its order for at least this long, in real milliseconds. */
export const REORDER_MS = 30_000;

export interface ShownOrder {
  readonly ids: readonly string[];
  /** Timer reading when the order was last taken over. */
  readonly at: number;
  /** Rows that would stand elsewhere if the order were taken over now. */
  readonly moved: number;
}

/**
 * The order to show. Values change in place at any time, but rows change theirs only on a quiet moment: at most every
 * 30 s and never while a pointer or the focus is inside (`held`), unless somebody asked for it. New rows are added at
 * the end and gone ones leave at once.
 */
export function settleOrder(
  shown: ShownOrder | null,
  wanted: readonly string[],
  now: number,
  held: boolean,
  asked = false,
): ShownOrder {
  if (shown === null || asked) return { ids: wanted, at: now, moved: 0 };
  const present = new Set(wanted);
  const stayed = shown.ids.filter((id) => present.has(id));
  const had = new Set(stayed);
  const ids = [...stayed, ...wanted.filter((id) => !had.has(id))];
  const moved = ids.filter((id, i) => wanted[i] !== id).length;
  if (moved === 0)
    return same(shown, ids) ? (shown.moved === 0 ? shown : { ...shown, moved }) : { ids, at: shown.at, moved };
  if (!held && now - shown.at >= REORDER_MS) return { ids: wanted, at: now, moved: 0 };
  return same(shown, ids) && shown.moved === moved ? shown : { ids, at: shown.at, moved };
}

function same(shown: ShownOrder, ids: readonly string[]): boolean {
  return shown.ids.length === ids.length && shown.ids.every((id, i) => id === ids[i]);
}
