/** Where the facility's time stood at one reading of the browser's monotonic timer. */
export interface ClockAnchor {
  readonly serverMs: number;
  readonly timerMs: number;
  readonly speed: number;
}

/** Readings that lie behind by less than this are late in arriving, not a clock that was set back. Real milliseconds. */
const LATE_MS = 2_000;

/** The facility's time at `timerMs`, in milliseconds since the epoch. Never the browser's own time. */
export function readClock(anchor: ClockAnchor, timerMs: number): number {
  return anchor.serverMs + (timerMs - anchor.timerMs) * anchor.speed;
}

/**
 * Takes a reading of the server's clock in. A reading ahead of ours is adopted (ours was late); one a little behind came
 * late over the network and is ignored, so that the shown time does not step back; one far behind is a clock that was set.
 */
export function syncClock(anchor: ClockAnchor | null, serverMs: number, speed: number, timerMs: number): ClockAnchor {
  const reading = { serverMs, timerMs, speed };
  if (anchor === null || anchor.speed !== speed) return reading;
  const behind = readClock(anchor, timerMs) - serverMs;
  return behind >= 0 && behind < LATE_MS * speed ? anchor : reading;
}

/** Real milliseconds until the facility's next whole minute; at least `leastMs`, because a demo may run very fast. */
export function untilNextMinute(anchor: ClockAnchor, timerMs: number, leastMs: number): number {
  const now = readClock(anchor, timerMs);
  const left = 60_000 - (((now % 60_000) + 60_000) % 60_000);
  return Math.max(left / anchor.speed, leastMs);
}
