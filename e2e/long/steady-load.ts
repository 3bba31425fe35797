import { expect } from '@jest/globals';
import type { House } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';
import { expectReducedState, type PatientSender, sendersFor } from '../crash/crash-suite.js';
import { type SentMessage, untidyHistory } from '../crash/history.js';
import { someBeds } from '../crash/some-beds.js';

/** A stage must be reached within this: a server that starts again under load included. */
const STAGE_MS = 180_000;

/** A sender waits no longer for the next stage than a whole run may take. */
const LONGEST_PAUSE_MS = 7_200_000;
/** So much may be told beyond what was waited for last, so that some is left to tell whenever something happens. */
const AHEAD = 400;

/** Senders who keep at it through whatever happens to the house, and what must stand when all is told. */
export class SteadyLoad {
  private readonly messages: readonly SentMessage[];
  private readonly senders: readonly PatientSender[];
  private sent: Promise<unknown> = Promise.resolve();
  private allowed = AHEAD;

  constructor(
    private readonly house: House,
    seed: number,
    count: number,
  ) {
    this.messages = untidyHistory(seed, count, someBeds, new Date());
    this.senders = sendersFor(house, this.messages, 6, 20, () =>
      eventually(() => this.acknowledged < this.allowed, { timeoutMs: LONGEST_PAUSE_MS, everyMs: 10 }),
    );
  }

  begin(): void {
    this.sent = Promise.all(this.senders.map((s) => s.run()));
  }

  get acknowledged(): number {
    return this.senders.reduce((sum, s) => sum + s.acknowledged, 0);
  }

  /** Waits until this share of all messages is acknowledged; a little more is told, and the rest when the next share is asked for. */
  async reached(share: number): Promise<void> {
    const wanted = Math.floor(this.messages.length * share);
    this.allowed = wanted + AHEAD;
    await eventually(() => expect(this.acknowledged).toBeGreaterThanOrEqual(wanted), {
      timeoutMs: STAGE_MS,
      everyMs: 5,
    });
  }

  /** Waits until one more is acknowledged than now. Resolves with how long it took, in milliseconds. */
  async untilMore(): Promise<number> {
    const [began, before] = [performance.now(), this.acknowledged];
    await eventually(() => expect(this.acknowledged).toBeGreaterThan(before), { timeoutMs: STAGE_MS, everyMs: 5 });
    return performance.now() - began;
  }

  /** Waits for the last acknowledgement, then until the house shows what all messages say: nothing lost, doubled or false. */
  async expectAllTold(): Promise<void> {
    this.allowed = Infinity;
    await this.sent;
    expect(this.acknowledged).toBe(this.messages.length);
    await expectReducedState(this.house, this.messages);
  }
}

/** One line of figures: smallest, middle and largest, in seconds. */
export function spread(milliseconds: readonly number[]): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const s = (ms: number): string => (ms / 1_000).toFixed(1);
  return `${s(sorted[0]!)} / ${s(sorted[Math.floor(sorted.length / 2)]!)} / ${s(sorted.at(-1)!)} s`;
}
