/** How many different lines are watched at once; the one watched longest is forgotten for a new one. */
const MOST_LINES = 500;

interface Watched {
  until: number;
  held: number;
}

/**
 * Which lines of a log say what was just said: a database that is gone or a disk that is full makes the same error many times a
 * second, and a log that fills the disk helps nobody. The first is written whole; those after it are counted, and their number is
 * written when the pause is over.
 */
export class RepeatedLines {
  private readonly watched = new Map<string, Watched>();

  /** @param pauseMs how long a line that was written is not written again, in milliseconds */
  constructor(readonly pauseMs = 30_000) {}

  /**
   * What becomes of a line that says `key` at `nowMs`: written, or held. Of the first that is held `firstHeld` is true: its
   * number is to be asked for with `takeHeld` after `waitMs`.
   */
  said(key: string, nowMs: number): { write: boolean; firstHeld: boolean; waitMs: number } {
    const known = this.watched.get(key);
    if (known !== undefined && nowMs < known.until) {
      known.held += 1;
      return { write: false, firstHeld: known.held === 1, waitMs: known.until - nowMs };
    }
    // A number that was not asked for yet is not lost: it stays with the line.
    this.watched.delete(key);
    this.watched.set(key, { until: nowMs + this.pauseMs, held: known?.held ?? 0 });
    if (this.watched.size > MOST_LINES) this.watched.delete(this.watched.keys().next().value!);
    return { write: true, firstHeld: false, waitMs: 0 };
  }

  /** How often `key` was held since it was last asked; it is held for another pause from `nowMs` on. */
  takeHeld(key: string, nowMs: number): number {
    const known = this.watched.get(key);
    if (known === undefined) return 0;
    const held = known.held;
    if (held === 0) this.watched.delete(key);
    else Object.assign(known, { until: nowMs + this.pauseMs, held: 0 });
    return held;
  }
}

/**
 * What makes two lines the same: what they say and of what, whatever numbers stand in the words of the error or beside: how often it
 * failed, when it is tried again, which partition it is of. Undefined of what cannot be compared (a circle of references).
 */
export function lineKey(level: number, of: unknown, text: unknown): string | undefined {
  try {
    return JSON.stringify([String(level), text, of], (_name, value: unknown) => {
      if (typeof value === 'number') return '#';
      return value instanceof Error ? [value.name, value.message.replaceAll(/\d+/g, '#').slice(0, 300)] : value;
    });
  } catch {
    return undefined;
  }
}
