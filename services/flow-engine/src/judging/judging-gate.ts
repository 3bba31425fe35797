/** What one poll finds of a facility. Times are monotonic, milliseconds of real time. */
export interface Found {
  readonly atMs: number;
  /** Why what is known of it is not of the present; null if it is, as far as can be told. */
  readonly because: Because | null;
  /** Nothing is on its way for longer than a moment: what follows from the last fact is known, too. */
  readonly isCalm: boolean;
}

/** The log is not read; a source reads in a backlog; a service before this one is behind; feeds are awaited after a start. */
export type Because = 'log' | 'source' | 'upstream' | 'feeds-awaited';

/** So long it must be of the present and calm before it is judged again. */
const CALM_MS = 2_000;
/** A facility is left unjudged for at most so long in a row … */
export const MOST_HELD_MS = 10 * 60_000;
/** … and then again only once it has been of the present for so long that this much is allowed anew … */
const LEAST_HELD_MS = 60_000;
/** … of the time in which it is judged and of the present, this share. */
const REGAINED = 1 / 6;

/**
 * Decides poll by poll whether a facility is judged. It is not while what is known of it is not of the present, since half of what
 * happened makes false alarms; but a house that is always busy, or a sender that is always behind, must not keep alerts back for ever:
 * the time of not judging is an allowance, used up after ten minutes and regained slowly while all is of the present. The first poll
 * only takes note. Pure.
 */
export class JudgingGate {
  private allowanceMs = MOST_HELD_MS;
  private polledAtMs: number | null = null;
  private calmSinceMs: number | null = null;
  private held = true;
  /** Whether it is held only because it is new. */
  private isNew = true;

  /** Whether it is judged at this poll. */
  poll({ atMs, because, isCalm }: Found): boolean {
    const passed = this.polledAtMs === null ? 0 : Math.max(0, atMs - this.polledAtMs);
    const isFirst = this.polledAtMs === null;
    this.polledAtMs = atMs;
    if (this.held) this.allowanceMs = Math.max(0, this.allowanceMs - passed);
    else if (because === null) this.allowanceMs = Math.min(MOST_HELD_MS, this.allowanceMs + passed * REGAINED);
    this.calmSinceMs = because === null && isCalm ? (this.calmSinceMs ?? atMs) : null;
    if (because !== null) this.isNew = false;
    if (this.held) this.held = isFirst || (this.allowanceMs > 0 && !this.mayGoOn(atMs));
    else this.held = because !== null && this.allowanceMs >= LEAST_HELD_MS;
    return !this.held;
  }

  private mayGoOn(atMs: number): boolean {
    if (this.calmSinceMs === null) return false;
    return this.isNew || atMs - this.calmSinceMs >= CALM_MS;
  }
}
