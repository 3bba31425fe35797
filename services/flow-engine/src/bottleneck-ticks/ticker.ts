import { Inject, Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { lastHourMark } from '@wardstream/flow-model';
import { monotonicMs, type Clock } from '@wardstream/kernel';
import { Periodic } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, CONFIG, LOGGER, Turns, type ConfigOf, type Logger } from '@wardstream/service-kit';
import { FacilityQuality } from '../data-quality/facility-quality.js';
import { QualityGauges } from '../data-quality/quality-gauges.js';
import { historyFrom } from '../domain/history.js';
import type { FacilityMemory } from '../facility-memory/facility-memory.js';
import type { flowEngineSettings } from '../flow-engine.settings.js';
import type { Poll } from '../flow-writes/facility-judgment.js';
import { FlowView } from '../flow-writes/flow-view.js';
import { FlowWriter } from '../flow-writes/flow-writer.js';
import { Judging } from '../judging/judging.js';
import { BedSegments } from '../persistence/bed-segments.js';
import { FacilityStore } from '../persistence/facility-store.js';
import { QualityStore } from '../persistence/quality-store.js';

const HOUR_MS = 3_600_000;

/**
 * Looks at every facility that this process writes once in each interval of real time; what time alone changes there is bottlenecks by
 * their clocks and rules, and at each new hour every unit's trend. Nothing is written while nothing has changed. The hospital's own
 * time decides what is found. A tick that fails is logged; the next one does its work.
 */
@Injectable()
export class Ticker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticking: Periodic;
  private stopped = false;
  private prunedAt = -Infinity;
  /** The hour of the last tick that judged a facility. */
  private readonly hours = new Map<string, number>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: FacilityStore,
    private readonly segments: BedSegments,
    private readonly view: FlowView,
    private readonly writer: FlowWriter,
    private readonly quality: FacilityQuality,
    private readonly judging: Judging,
    private readonly gauges: QualityGauges,
    private readonly qualityRows: QualityStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof flowEngineSettings>,
  ) {
    this.ticking = new Periodic(() => this.tick(), {
      everyMs: this.config.tickMs,
      onError: (err) => this.logger.error({ err }, 'a tick failed'),
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.tickMs > 0) this.ticking.start();
  }

  /** Waits for a running tick. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.ticking.stop();
  }

  /** One poll of every facility that this process writes. Resolves when what there was to tell is committed. */
  async tick(): Promise<void> {
    const facilities = this.view.held();
    this.forgetOthers(facilities);
    await this.quality.listen(facilities.map((f) => f.id));
    await this.judging.begin(facilities);
    const due = new Map<string, Poll>();
    const turns = new Turns(1);
    for (const facility of facilities) {
      if (this.stopped) return;
      try {
        const poll = this.poll(facility);
        if (poll !== null && this.writer.isDue(facility, poll)) due.set(facility.id, poll);
      } catch (err) {
        this.logger.error({ err, facility: facility.id }, 'a facility could not be judged');
      }
      await turns.after(1);
    }
    this.judging.end();
    this.gauges.tell(this.quality.unattributed());
    await this.quality.keep();
    if (due.size > 0) await this.view.publish(due);
    if (facilities.length > 0) await this.prune();
  }

  /** Where it is not judged, silent feeds are all that is looked at, as of when the log was read. */
  private poll(facility: FacilityMemory): Poll | null {
    const { id } = facility;
    const notJudged = this.judging.poll(facility);
    if (notJudged !== null) {
      const { because, asOf } = notJudged;
      if (because === 'log' && asOf === null) return null;
      const quality = this.quality.feeds(facility);
      const at = because === 'log' ? Date.parse(asOf!) : null;
      return { quality, newHour: false, scope: 'feeds', despite: false, at };
    }
    const hour = lastHourMark(this.clock.nowMs());
    const quality = this.quality.poll(facility);
    this.gauges.note(id, quality, facility.quality.openConflicts());
    const newHour = hour !== this.hours.get(id);
    this.hours.set(id, hour);
    return { quality, newHour, scope: 'all', despite: this.view.behind(id) !== null, at: null };
  }

  /** Facilities that another process looks at by now. */
  private forgetOthers(facilities: readonly FacilityMemory[]): void {
    const held = new Set(facilities.map((f) => f.id));
    const others = [...this.hours.keys()].filter((id) => !held.has(id));
    if (others.length === 0) return;
    for (const id of others) this.hours.delete(id);
    this.gauges.clear();
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
