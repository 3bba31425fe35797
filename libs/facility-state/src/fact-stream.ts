/** A fact as it became known here, milliseconds of the facility's time. */
export interface KnownFact {
  /** When its source recorded it; of what is entered for an earlier time, that time. */
  readonly recordedMs: number;
  /** When Wardstream received it; null where that is not told. */
  readonly receivedMs: number | null;
  /** When it was read here. */
  readonly knownMs: number;
}

/** So many facts are looked at, and so many in a row tell whether their source speaks of the present. */
const WINDOW = 20;
const LEAST = 3;
/** A fact that is no older than this when it is read is of the present: milliseconds of the facility's time, and of real time. */
const PRESENT_MS = 2 * 60_000;
const PRESENT_REAL_MS = 15_000;
/** A single fact is unusually late from here on: entries of a few minutes ago are daily work. */
const LATE_MS = 15 * 60_000;
/** The records of a backlog pass so much faster than time does; those of a clock that is wrong pass as time does. */
const FASTER = 3;

/**
 * The facts of one source in the order in which they are read. Tells whether they lie behind: a back-fill, what was queued during an
 * outage, or what the services in between have not kept up with. One late entry is no backlog, nor is a source whose clock is always
 * the same time behind. Pure.
 */
export class FactStream {
  private readonly window: KnownFact[] = [];

  note(fact: KnownFact): void {
    this.window.push(fact);
    if (this.window.length > WINDOW) this.window.shift();
  }

  /**
   * How far the source has come, milliseconds of the facility's time; null while it speaks of the present. `speed`: how many of the
   * facility's seconds pass in a real one.
   */
  behindAtMs(speed: number): number | null {
    const presentMs = presentOf(speed);
    const last = this.window.at(-1);
    if (last === undefined || this.window.length < LEAST) return null;
    const recent = this.window.slice(-LEAST);
    if (recent.every((f) => f.receivedMs !== null && f.knownMs - f.receivedMs > presentMs)) {
      return Math.min(last.receivedMs!, last.recordedMs);
    }
    if (last.knownMs - last.recordedMs <= presentMs) return null;
    const isFaster = this.window.slice(0, 1 - LEAST).some((first) => {
      const recorded = last.recordedMs - first.recordedMs;
      return recorded >= PRESENT_MS && recorded > FASTER * (last.knownMs - first.knownMs);
    });
    return isFaster ? last.recordedMs : null;
  }

  /**
   * Whether the last fact was late and the ones before it were not, or are not known: a late entry, or the first of a backlog. A source
   * that is always late is not.
   */
  isUnusuallyLate(speed: number): boolean {
    const recent = this.window.slice(-LEAST);
    const lateMs = Math.max(LATE_MS, presentOf(speed));
    const isLate = (fact: KnownFact) => fact.knownMs - fact.recordedMs > lateMs;
    return recent.length > 0 && isLate(recent.at(-1)!) && !(recent.length === LEAST && recent.every(isLate));
  }
}

/** How old a fact may be that is of the present, milliseconds of the facility's time. */
function presentOf(speed: number): number {
  return Math.max(PRESENT_MS, PRESENT_REAL_MS * speed);
}
