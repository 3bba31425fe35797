/** When a sender recorded a fact and when it was received, ISO. */
export interface Recorded {
  readonly sender: string;
  readonly recordedAt: string;
  readonly receivedAt: string;
}

/** So many facts in a row tell whether a sender speaks of the present. */
const WINDOW = 20;
/** A fact that is no older than this when it is received is of the present, milliseconds of the facility's time. */
const PRESENT_MS = 2 * 60_000;
/** The records of a backlog pass so much faster than time does; those of a clock that is wrong pass as time does. */
const FASTER = 3;

/**
 * Tells which senders read in what lies behind: a back-fill, or what was queued during an outage. One late entry is no backlog, nor is
 * a sender whose clock is always the same time behind.
 */
export class SenderBacklog {
  private readonly windows = new Map<string, Recorded[]>();

  /** Takes facts in the order they were received. */
  note(facts: readonly Recorded[]): void {
    for (const fact of facts) {
      const window = this.windows.get(fact.sender) ?? [];
      window.push(fact);
      if (window.length > WINDOW) window.shift();
      this.windows.set(fact.sender, window);
    }
  }

  /** Of the senders that are behind, how far the one that is furthest behind has come, ISO; null if all speak of the present. */
  asOf(): string | null {
    const behind = [...this.windows.values()].flatMap((w) => positionOf(w) ?? []);
    return behind.length === 0 ? null : behind.reduce((a, b) => (a < b ? a : b));
  }

  /** Nothing came of any of them for a while: what there was has been read. */
  settle(): void {
    this.windows.clear();
  }
}

function positionOf(window: readonly Recorded[]): string | null {
  const first = window[0];
  const last = window.at(-1);
  if (first === undefined || last === undefined || window.length < WINDOW) return null;
  const recorded = Date.parse(last.recordedAt) - Date.parse(first.recordedAt);
  const passed = Date.parse(last.receivedAt) - Date.parse(first.receivedAt);
  const delay = Date.parse(last.receivedAt) - Date.parse(last.recordedAt);
  return delay > PRESENT_MS && recorded > FASTER * Math.max(passed, 1) ? last.recordedAt : null;
}
