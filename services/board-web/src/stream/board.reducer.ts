import type { BoardSnapshot } from '@wardstream/api-contract';
import { entityOf, type ListedKind } from '@wardstream/api-contract/board-entities';
import { placesInUse } from '@wardstream/flow-model';
import { type BoardMaps, type BoardMessage, type BoardState, mapsOf } from './board-state.js';

/**
 * The board after `messages`, in their order. A delta with a lower version than what is shown is ignored, so that a
 * repeat or an overlap of snapshot and deltas is harmless. Maps that nothing touched keep their identity.
 */
export function reduceBoard(state: BoardState, messages: readonly BoardMessage[]): BoardState {
  const draft = new Draft(state);
  for (const message of messages) draft.apply(message);
  draft.finish();
  return draft.state;
}

class Draft {
  /** The maps that are this draft's own, by the name of their list. */
  private readonly own = new Map<string, Map<string, unknown>>();
  constructor(public state: BoardState) {}

  apply(message: BoardMessage): void {
    switch (message.type) {
      case 'snapshot':
        return this.snapshot(message.data);
      case 'facility':
        if ((this.state.configured?.version ?? -1) <= message.data.version)
          this.set({ configured: message.data, facility: message.data });
        return;
      default:
        return this.delta(message.type, message.data);
    }
  }

  /** Beds that are not listed any more are shown with their units as long as somebody is in them. */
  finish(): void {
    const { configured, facility, beds } = this.state;
    if (configured?.former === undefined) return;
    const inUse = placesInUse(configured, beds.values());
    const shown = facility?.beds ?? [];
    const isShown = inUse.beds.length === shown.length && inUse.beds.every((b, n) => b === shown[n]);
    if (!isShown) this.set({ facility: inUse });
  }

  private snapshot(snapshot: BoardSnapshot): void {
    this.own.clear();
    const maps = mapsOf((kind) => {
      const { list, idOf } = entityOf(kind);
      // A server of before this kind does not list it.
      const items = (snapshot as unknown as Record<string, readonly unknown[] | undefined>)[list] ?? [];
      const map = new Map(items.map((item) => [idOf(item), item]));
      this.own.set(list, map);
      return map;
    });
    this.state = { ready: true, facility: snapshot.facility, configured: snapshot.facility, ...maps };
  }

  private delta(kind: ListedKind, view: unknown): void {
    const { list, idOf, endedAt, orderOf, keptMs } = entityOf(kind);
    const shown = this.state[list as keyof BoardMaps] as ReadonlyMap<string, unknown>;
    const id = idOf(view);
    const known = shown.get(id);
    // Where nothing orders its states, the log gives them in order.
    if (known !== undefined && orderOf !== undefined && orderOf(known) > orderOf(view)) return;
    const over = endedAt?.(view, '') ?? null;
    if (over === null || keptMs !== undefined) this.map(list).set(id, view);
    else if (known !== undefined) this.map(list).delete(id);
    if (over !== null && keptMs !== undefined) this.letGo(kind, Date.parse(over) - keptMs);
  }

  /** Of a kind that is kept for a while, what was over before then. */
  private letGo(kind: ListedKind, thenMs: number): void {
    const { list, endedAt } = entityOf(kind);
    const map = this.map(list);
    for (const [id, view] of map) {
      const over = endedAt?.(view, '') ?? null;
      if (over !== null && Date.parse(over) < thenMs) map.delete(id);
    }
  }

  /** The map of that list, copied on its first change. */
  private map(list: string): Map<string, unknown> {
    let map = this.own.get(list);
    if (map === undefined) {
      map = new Map(this.state[list as keyof BoardMaps] as ReadonlyMap<string, unknown>);
      this.own.set(list, map);
      this.set({ [list]: map } as Partial<BoardState>);
    }
    return map;
  }

  private set(change: Partial<BoardState>): void {
    this.state = { ...this.state, ...change };
  }
}
