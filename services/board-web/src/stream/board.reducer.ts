import type {
  AlertData,
  BedRequestData,
  BedView,
  ConflictData,
  DischargePlanData,
  EncounterView,
  FeedView,
} from '@wardstream/events';
import { placesInUse } from '@wardstream/flow-model';
import { emptyBoard, type BoardMessage, type BoardState } from './board-state.js';

type Maps = Omit<BoardState, 'ready' | 'facility' | 'configured'>;

/** Two services may hear one sender; each says its own. */
export const feedKey = (feed: FeedView): string => `${feed.owner}/${feed.feed}`;

const over = {
  request: (r: BedRequestData) => r.status === 'occupied' || r.status === 'cancelled',
  plan: (p: DischargePlanData) => p.status === 'departed' || p.status === 'cancelled',
  conflict: (c: ConflictData) => c.closedAt !== null,
  encounter: (e: EncounterView) => e.status === 'discharged' || e.status === 'cancelled',
};

/** Resolved alerts are kept as long as the snapshot keeps them, in the facility's time. */
export const RESOLVED_KEPT_MS = 3_600_000;

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
  private readonly copied = new Set<keyof Maps>();
  constructor(public state: BoardState) {}

  apply(message: BoardMessage): void {
    switch (message.type) {
      case 'snapshot':
        return this.snapshot(message.data);
      case 'facility':
        if ((this.state.configured?.version ?? -1) <= message.data.version)
          this.set({ configured: message.data, facility: message.data });
        return;
      case 'bed':
        this.put('beds', message.data.id, message.data);
        // Not listed any more, and left.
        if (isGone(message.data) && isGone(this.state.beds.get(message.data.id)!))
          this.map('beds').delete(message.data.id);
        return;
      case 'unit':
        return this.put('units', message.data.unit, message.data);
      case 'alert':
        return this.alert(message.data);
      case 'conflict':
        return this.putOpen('conflicts', message.data.id, message.data, over.conflict(message.data));
      case 'feed':
        return this.feed(message.data);
      case 'request':
        return this.putOpen('requests', message.data.id, message.data, over.request(message.data));
      case 'plan':
        return this.putOpen('plans', message.data.encounterId, message.data, over.plan(message.data));
      case 'encounter':
        // Its own version is not sent: the log gives each encounter's states in order.
        if (over.encounter(message.data)) this.map('encounters').delete(message.data.encounterId);
        else this.map('encounters').set(message.data.encounterId, message.data);
        return;
      case 'certainty':
        if (message.data.notCertainSince === null) this.map('certainties').delete(message.data.owner);
        else this.map('certainties').set(message.data.owner, message.data);
        return;
    }
  }

  private snapshot(s: Extract<BoardMessage, { type: 'snapshot' }>['data']): void {
    this.copied.clear();
    this.state = {
      ready: true,
      facility: s.facility,
      configured: s.facility,
      beds: keyed(s.beds, (x) => x.id),
      units: keyed(s.units, (x) => x.unit),
      alerts: keyed(s.alerts, (x) => x.id),
      conflicts: keyed(s.conflicts, (x) => x.id),
      feeds: keyed(s.feeds, feedKey),
      requests: keyed(s.requests, (x) => x.id),
      plans: keyed(s.plans, (x) => x.encounterId),
      encounters: keyed(s.encounters, (x) => x.encounterId),
      certainties: keyed(s.certainties, (x) => x.owner),
    };
    for (const name of Object.keys(emptyBoard) as (keyof BoardState)[])
      if (name !== 'ready' && name !== 'facility' && name !== 'configured') this.copied.add(name);
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

  private alert(alert: AlertData): void {
    this.put('alerts', alert.id, alert);
    if (alert.resolvedAt === null) return;
    const oldest = Date.parse(alert.resolvedAt) - RESOLVED_KEPT_MS;
    for (const [id, a] of this.state.alerts) {
      if (a.resolvedAt !== null && Date.parse(a.resolvedAt) < oldest) this.map('alerts').delete(id);
    }
  }

  private feed(feed: FeedView): void {
    const key = feedKey(feed);
    const known = this.state.feeds.get(key);
    if (known === undefined || known.lastReceivedAt <= feed.lastReceivedAt) this.map('feeds').set(key, feed);
  }

  private putOpen<N extends 'conflicts' | 'requests' | 'plans'>(
    name: N,
    id: string,
    value: Maps[N] extends ReadonlyMap<string, infer V> ? V : never,
    ended: boolean,
  ): void {
    const known = this.state[name].get(id);
    if (known !== undefined && known.version > (value as { version: number }).version) return;
    const map = this.map(name) as Map<string, unknown>;
    if (ended) map.delete(id);
    else map.set(id, value);
  }

  private put<V extends { readonly version: number }>(name: 'beds' | 'units' | 'alerts', id: string, value: V): void {
    const known = this.state[name].get(id);
    if (known === undefined || known.version <= value.version) (this.map(name) as Map<string, unknown>).set(id, value);
  }

  /** The map of that name, copied on its first change. */
  private map<N extends keyof Maps>(name: N): Map<string, Maps[N] extends ReadonlyMap<string, infer V> ? V : never> {
    if (!this.copied.has(name)) {
      this.copied.add(name);
      this.set({ [name]: new Map(this.state[name] as ReadonlyMap<string, unknown>) } as Partial<BoardState>);
    }
    return this.state[name] as never;
  }

  private set(change: Partial<BoardState>): void {
    this.state = { ...this.state, ...change };
  }
}

const isGone = (bed: BedView): boolean => bed.notListedSince !== undefined && bed.state !== 'occupied';

function keyed<T>(list: readonly T[], key: (item: T) => string): Map<string, T> {
  return new Map(list.map((item) => [key(item), item]));
}
