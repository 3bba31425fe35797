import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { encounterChanged } from '@wardstream/events';
import { monotonicMs } from '@wardstream/kernel';
import { LogProgress, pause, Wakeup } from '@wardstream/messaging';
import { CONFIG, type ConfigOf, LOGGER, type Logger, Metrics } from '@wardstream/service-kit';
import type { admissionsSettings } from '../../admissions.settings.js';
import { Processor } from '../processing/processor.js';
import { FollowLag } from './follow-lag.js';
import { type Held, Pace } from './pace.js';

/** The consumer group whose beds are to keep up. */
const FOLLOWER = 'bed-management';
/** How often the log is asked while much is on its way, and while little is. */
const BUSY_MS = 100;
const QUIET_MS = 1_000;
/** From this share of what is allowed on its way it is much. */
const BUSY_SHARE = 0.25;

/**
 * Keeps the pace of intake: messages are stored, and so acknowledged, as fast as the beds follow them. Whoever waits is neither
 * refused nor forgotten: its acknowledgement comes later, within a bound (see Pace). While nothing comes in nothing is asked.
 */
@Injectable()
export class IntakePace implements OnModuleDestroy {
  private readonly pace: Pace;
  private readonly lag = new FollowLag();
  private readonly stopping = new AbortController();
  private readonly changed = new Wakeup();
  private readonly poll = new Wakeup();
  private watching: Promise<void> | undefined;
  private stored = 0;
  private readonly lagSeconds;
  private readonly window;
  private readonly heldNow;
  private readonly overdue;

  constructor(
    private readonly progress: LogProgress,
    private readonly processor: Processor,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.pace = new Pace({
      targetMs: config.paceSeconds * 1_000,
      floorPerSecond: config.paceFloor,
      longestWaitMs: config.paceLongestSeconds * 1_000,
    });
    this.lagSeconds = metrics.gauge(
      'wardstream_intake_lag_seconds',
      'How long ago the oldest message was acknowledged that the beds have not followed yet.',
      [],
    );
    this.window = metrics.gauge(
      'wardstream_intake_on_the_way_most',
      'Messages that may be on their way to the beds before the next ones wait for their acknowledgement.',
      [],
    );
    this.window.set(this.pace.allowedOnTheWay);
    this.heldNow = metrics.gauge(
      'wardstream_intake_held',
      'Messages that wait to be stored and acknowledged because the beds are behind.',
      [],
    );
    this.overdue = metrics.counter(
      'wardstream_intake_overdue_total',
      'Messages that were stored although the beds were behind, because they had waited for the longest time.',
      [],
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    this.changed.wake();
    this.poll.wake();
    await this.watching;
  }

  /** Resolves when something of what is held may be stored: how many, at least one. One caller at a time. */
  async turn(held: () => Held): Promise<number> {
    if (this.config.paceSeconds === 0) return held().count;
    for (let waited = false; ; waited = true) {
      const now = held();
      if (this.stopping.signal.aborted) return now.count;
      const allowed = this.pace.allowed(monotonicMs(), now);
      this.heldNow.set(now.count - allowed);
      if (allowed > 0) {
        if (waited && now.firstMs >= this.config.paceLongestSeconds * 1_000) this.overdue.inc(allowed);
        return allowed;
      }
      await this.changed.wait(this.pace.againInMs(now));
    }
  }

  /** Messages were stored and are acknowledged now. */
  acknowledged(count: number): void {
    if (this.config.paceSeconds === 0 || count === 0) return;
    const now = monotonicMs();
    this.stored += count;
    this.pace.stored(now, count);
    this.lag.acknowledged(now);
    if (this.isBusy) this.poll.wake();
    this.watching ??= this.watch().finally(() => (this.watching = undefined));
  }

  private get isBusy(): boolean {
    return this.pace.onTheWay > BUSY_SHARE * this.pace.allowedOnTheWay;
  }

  /** Until nothing is on its way. */
  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted && this.pace.onTheWay > 0) {
      await pause(BUSY_MS, signal);
      if (!this.isBusy) await this.poll.wait(QUIET_MS - BUSY_MS);
      if (!signal.aborted) await this.measure();
      this.changed.wake();
    }
  }

  /** While the log cannot be asked nothing is known to be followed: what is stored meanwhile counts as on its way. */
  private async measure(): Promise<void> {
    const before = this.stored;
    try {
      const { waiting, sinceMs: waitingSinceMs } = await this.processor.left();
      const log = await this.progress.of(FOLLOWER, [encounterChanged.topic]);
      const lag = this.lag.sample({ atMs: monotonicMs(), waiting, waitingSinceMs, log });
      this.pace.measured(lag, this.stored - before);
      this.lagSeconds.set(lag.ms / 1_000);
      this.window.set(this.pace.allowedOnTheWay);
    } catch (err) {
      this.logger.debug({ err }, 'how far the beds are behind cannot be told now');
    }
  }
}
