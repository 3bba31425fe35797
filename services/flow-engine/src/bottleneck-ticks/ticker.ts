import { Inject, Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { lastHourMark } from '@wardstream/flow-model';
import { monotonicMs, type Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, CONFIG, LOGGER, Turns, type ConfigOf, type Logger } from '@wardstream/service-kit';
import { historyFrom } from '../domain/history.js';
import type { flowEngineSettings } from '../flow-engine.settings.js';
import { FacilitySnapshots } from '../facility-cache/facility-snapshots.js';
import { BedSegments } from '../persistence/bed-segments.js';
import { FacilityStore, type FacilityHead } from '../persistence/facility-store.js';
import { TickLease } from '../persistence/tick-lease.js';
import { TickFacility } from './tick-facility.js';
import { FacilityQuality } from '../data-quality/facility-quality.js';
import { QualityGauges } from '../data-quality/quality-gauges.js';
import { QualityStore } from '../persistence/quality-store.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Facts older than this, coming without a pause, mean that the past is being read in: half of it makes false alarms. */
const CATCHING_UP_MS = 15 * MINUTE_MS;
/** After so many ticks in a row a facility is judged all the same: its sender's clock may simply be wrong. */
const MOST_HELD_TICKS = 120;
const LEASE_SECONDS = 15;

/** How the last tick found one facility. */
interface Found {
  readonly seq: number;
  readonly hour: number | null;
  readonly heldTicks: number;
}

/**
 * Looks at every facility once in each interval of real time, in one process of all (see TickLease). The hospital's own
 * time decides what is found. A tick that fails is logged; the next one does its work.
 */
@Injectable()
export class Ticker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private prunedAt = -Infinity;
  private readonly found = new Map<string, Found>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly lease: TickLease,
    private readonly store: FacilityStore,
    private readonly segments: BedSegments,
    private readonly snapshots: FacilitySnapshots,
    private readonly facility: TickFacility,
    private readonly quality: FacilityQuality,
    private readonly gauges: QualityGauges,
    private readonly qualityRows: QualityStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof flowEngineSettings>,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  /** Waits for a running tick and lets another process take over. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
    await this.lease.release();
  }

  private schedule(): void {
    if (this.stopped || this.config.tickMs === 0) return;
    this.timer = setTimeout(() => {
      this.running = this.tick().then(
        () => this.schedule(),
        (err: unknown) => {
          this.logger.error({ err }, 'a tick failed');
          this.schedule();
        },
      );
    }, this.config.tickMs);
  }

  /** One look at every facility. Does nothing while another process has the lease. */
  async tick(): Promise<void> {
    if (!(await this.lease.hold(LEASE_SECONDS))) {
      this.found.clear();
      this.quality.pause();
      this.gauges.clear();
      return;
    }
    await this.quality.listen();
    const turns = new Turns(1);
    for (const head of await this.unitOfWork.run((tx) => this.store.heads(tx))) {
      if (this.stopped) return;
      try {
        await this.look(head);
      } catch (err) {
        this.logger.error({ err, facility: head.id }, 'a facility could not be judged');
      }
      await turns.after(1);
    }
    await this.gauges.tell(this.quality.unattributed());
    await this.prune();
  }

  private async look(head: FacilityHead): Promise<void> {
    const before = this.found.get(head.id);
    if (this.isCatchingUp(head, before)) {
      this.found.set(head.id, {
        seq: head.seq,
        hour: before?.hour ?? null,
        heldTicks: (before?.heldTicks ?? 0) + 1,
      });
      return;
    }
    const hour = lastHourMark(this.clock.nowMs());
    const snapshot = this.snapshots.inMemory(head.id, head.seq) ?? (await this.snapshots.current(head.id));
    if (snapshot === null) return;
    const quality = await this.quality.watch(snapshot.state);
    await this.facility.tick(snapshot, hour !== before?.hour, quality);
    this.gauges.note(head.id, quality);
    this.found.set(head.id, { seq: head.seq, hour, heldTicks: 0 });
  }

  /** Whether facts keep coming that happened long ago; a facility seen for the first time is given one tick to show it. */
  private isCatchingUp(head: FacilityHead, before: Found | undefined): boolean {
    if (before === undefined) return true;
    if (head.latestFactMs === null || before.heldTicks >= MOST_HELD_TICKS || head.seq === before.seq) return false;
    return head.latestFactMs < this.clock.nowMs() - CATCHING_UP_MS;
  }

  /** Once an hour of real time: history that is older than it is to be kept. */
  private async prune(): Promise<void> {
    if (monotonicMs() - this.prunedAt < HOUR_MS) return;
    this.prunedAt = monotonicMs();
    const before = historyFrom(this.clock.nowMs(), this.config.retentionDays);
    await this.unitOfWork.run(async (tx) => {
      await this.segments.prune(tx, before);
      await this.store.prune(tx, before);
      await this.qualityRows.prune(tx, before);
    });
  }
}
