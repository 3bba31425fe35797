/** The only source of "now" in the house. Everything that needs the time is given a Clock. */
export interface Clock {
  /** Milliseconds since the epoch, in the time the hospital lives in. */
  nowMs(): number;
  /** How many hospital seconds pass in one real second; 1 except in a demonstration. */
  readonly speed: number;
}

/** Real time. */
export const systemClock: Clock = { nowMs: () => Date.now(), speed: 1 };

/** `clock`'s now as an ISO 8601 instant in UTC with milliseconds. */
export function nowIso(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString();
}

/** Where a scaled clock was at one real moment; enough to continue it after a restart. */
export interface ClockAnchor {
  readonly realMs: number;
  readonly hospitalMs: number;
  readonly speed: number;
}

/** Time that runs `anchor.speed` times as fast as real time from the anchor on. */
export class ScaledClock implements Clock {
  constructor(
    private readonly anchor: ClockAnchor,
    private readonly real: Clock = systemClock,
  ) {}
  get speed(): number {
    return this.anchor.speed;
  }
  nowMs(): number {
    return Math.round(this.anchor.hospitalMs + (this.real.nowMs() - this.anchor.realMs) * this.anchor.speed);
  }
}

/** A clock that stands still until told; for tests and for replay. */
export class FixedClock implements Clock {
  readonly speed = 1;
  private ms: number;
  constructor(at: string | number | Date) {
    this.ms = new Date(at).getTime();
  }
  nowMs(): number {
    return this.ms;
  }
  set(at: string | number | Date): void {
    this.ms = new Date(at).getTime();
  }
  advanceMs(ms: number): void {
    this.ms += ms;
  }
}

/** Milliseconds of a monotonic timer, for measuring durations only. */
export function monotonicMs(): number {
  return performance.now();
}
