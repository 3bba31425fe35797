import type { Lag } from './follow-lag.js';

export interface PaceRules {
  /** The beds are to show what was acknowledged within so long, milliseconds. */
  readonly targetMs: number;
  /** Messages a second that are taken however far the beds are behind. */
  readonly floorPerSecond: number;
  /** No message waits longer than this to be stored, milliseconds. */
  readonly longestWaitMs: number;
}

/** What waits to be stored. */
export interface Held {
  readonly count: number;
  /** How long the first of them has waited, milliseconds. */
  readonly firstMs: number;
}

/** So much of what was just measured counts; the rest is what was known. */
const NEW_SHARE = 0.3;
/** Messages on their way that are allowed before anything was measured. */
const FIRST_WINDOW = 2_000;
const MOST_WINDOW = 20_000;
/** Never fewer, so that a batch is worth its transaction. */
const LEAST_WINDOW = 100;

/**
 * Decides how many messages may be stored, and so acknowledged, now: as many may be on their way as the beds follow within the target,
 * by what they were seen to follow while there was enough to do, whatever the reason that they are slow. Two things are let
 * through beside, so that nothing waits for ever for beds that do not follow: a number of messages a second, and
 * whatever has waited for the longest time. Pure; times are monotonic, milliseconds.
 */
export class Pace {
  private window = FIRST_WINDOW;
  private depth = 0;
  private followed = false;
  private storedSince = 0;
  private held = false;
  private tokens: number;
  private tokensMs: number | null = null;

  constructor(private readonly rules: PaceRules) {
    this.tokens = this.mostTokens;
  }

  /** Messages that may be on their way to the beds. */
  get allowedOnTheWay(): number {
    return Math.floor(this.window);
  }

  /** What is on its way as far as is known: measured, and stored since. */
  get onTheWay(): number {
    return this.depth + this.storedSince;
  }

  /** How many of what is held may be stored now. */
  allowed(nowMs: number, { count, firstMs }: Held): number {
    if (!this.followed || firstMs >= this.rules.longestWaitMs) return count;
    this.refill(nowMs);
    const room = Math.max(this.allowedOnTheWay - this.onTheWay, Math.floor(this.tokens), 0);
    if (room < count) this.held = true;
    return Math.min(count, room);
  }

  /** In how many milliseconds something may be stored although nothing is measured meanwhile. */
  againInMs({ firstMs }: Held): number {
    const token = ((1 - this.tokens) * 1_000) / this.rules.floorPerSecond;
    return Math.max(1, Math.min(this.rules.longestWaitMs - firstMs, token));
  }

  stored(nowMs: number, count: number): void {
    this.refill(nowMs);
    this.tokens = Math.max(0, this.tokens - count);
    this.storedSince += count;
  }

  /** `storedMeanwhile`: messages stored since the lag was looked at. */
  measured({ followed, depth, ms, perSecond }: Lag, storedMeanwhile: number): void {
    this.followed = followed;
    this.depth = depth;
    this.storedSince = storedMeanwhile;
    const isLate = ms > this.rules.targetMs;
    if ((!isLate && !this.held) || perSecond === null) return;
    this.held = false;
    const sustainable = (perSecond * this.rules.targetMs) / 1_000;
    // Of beds that keep up it is not known what more they could do, so what they do is no reason to allow less.
    const wanted = isLate ? sustainable : Math.max(sustainable, this.window);
    const next = this.window + NEW_SHARE * (Math.min(wanted, MOST_WINDOW) - this.window);
    this.window = Math.min(MOST_WINDOW, Math.max(LEAST_WINDOW, next));
  }

  private get mostTokens(): number {
    return Math.max(1, this.rules.floorPerSecond / 5);
  }

  private refill(nowMs: number): void {
    const passed = this.tokensMs === null ? 0 : Math.max(0, nowMs - this.tokensMs);
    this.tokensMs = nowMs;
    this.tokens = Math.min(this.mostTokens, this.tokens + (passed * this.rules.floorPerSecond) / 1_000);
  }
}
