import { Inject, Injectable } from '@nestjs/common';
import { bedChanged, bedStatusReported, encounterChanged } from '@wardstream/events';
import { monotonicMs, nowIso, type Clock } from '@wardstream/kernel';
import { LogProgress } from '@wardstream/messaging';
import { CLOCK, HealthDetails, LOGGER, Metrics, type Logger } from '@wardstream/service-kit';
import type { FacilityMemory } from '../facility-memory/facility-memory.js';
import { FlowView } from '../flow-writes/flow-view.js';
import { AwaitedFeeds } from './awaited-feeds.js';
import { JudgingGate, type Because } from './judging-gate.js';
import { UpstreamLag } from './upstream-lag.js';

/** The groups that make of what happens what is judged here, and what each makes it of. */
const upstream = [
  { group: 'bed-management', topics: [encounterChanged.topic, bedStatusReported.topic] },
  { group: 'department-coordination', topics: [encounterChanged.topic, bedChanged.topic] },
];
/** An event that waits there no longer than this is of the present; while a facility is not judged, a moment. Real milliseconds. */
const PRESENT_MS = 15_000;
const MOMENT_MS = 2_000;
/** How often the log is asked how far they are, while every facility is judged. */
const ASK_EVERY_MS = 5_000;

/** A facility that is not judged: nothing of it but silent feeds is raised, changed or cleared. */
export interface NotJudged {
  /** Since when, in the facility's time. */
  readonly since: string;
  /** As of when it is known; null if that is not known. */
  readonly asOf: string | null;
  readonly because: Because | 'beginning';
}

interface Facility {
  readonly gate: JudgingGate;
  readonly awaited: AwaitedFeeds;
  notJudged: (NotJudged & { readonly sinceMs: number }) | null;
}

/** Whether each facility that this process writes is judged now. Told in its health and metrics where it is not. */
@Injectable()
export class Judging {
  private readonly facilities = new Map<string, Facility>();
  private readonly lags = upstream.map((of) => ({ ...of, lag: new UpstreamLag() }));
  private askedMs = -Infinity;
  private readonly seconds;

  constructor(
    private readonly view: FlowView,
    private readonly progress: LogProgress,
    private readonly details: HealthDetails,
    metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.seconds = metrics.gauge(
      'wardstream_facility_not_judged_seconds',
      'How long a facility is not judged, because what is known of it is not of the present; 0 while it is.',
      ['facility'],
    );
  }

  /** Before a round of polls of exactly these facilities: others are forgotten. */
  async begin(facilities: readonly FacilityMemory[]): Promise<void> {
    const polled = new Set(facilities.map((f) => f.id));
    for (const id of this.facilities.keys()) {
      if (polled.has(id)) continue;
      this.facilities.delete(id);
      this.seconds.remove({ facility: id });
    }
    const anyHeld = facilities.some(({ id }) => (this.facilities.get(id)?.notJudged ?? null) !== null);
    if (facilities.length === 0 || (!anyHeld && monotonicMs() - this.askedMs < ASK_EVERY_MS)) return;
    this.askedMs = monotonicMs();
    try {
      for (const { group, topics, lag } of this.lags) lag.sample(monotonicMs(), await this.progress.of(group, topics));
    } catch (err) {
      this.logger.debug({ err }, 'how far the services before this one are cannot be told now');
    }
  }

  /** One poll of a facility; null where it is judged. */
  poll(facility: FacilityMemory): NotJudged | null {
    const { id, quality } = facility;
    const atMs = monotonicMs();
    let known = this.facilities.get(id);
    if (known === undefined) {
      const awaited = new AwaitedFeeds(quality.feeds, quality.senders, this.clock.nowMs(), atMs);
      this.facilities.set(id, (known = { gate: new JudgingGate(), awaited, notJudged: null }));
    }
    const behind = this.view.behind(id);
    const lagMs = Math.max(...this.lags.map(({ lag }) => lag.ofPartition(this.view.partitionOf(id), atMs)));
    const because: Because | null =
      behind?.because ??
      (lagMs > PRESENT_MS ? 'upstream' : known.awaited.areAwaited(quality.feeds, atMs) ? 'feeds-awaited' : null);
    const isJudged = known.gate.poll({ atMs, because, isCalm: lagMs <= MOMENT_MS });
    if (isJudged) known.notJudged = null;
    else {
      const { since, sinceMs } = known.notJudged ?? { since: nowIso(this.clock), sinceMs: atMs };
      const before = known.notJudged?.because ?? 'beginning';
      known.notJudged = { since, sinceMs, asOf: behind?.asOf ?? null, because: because ?? before };
    }
    this.seconds.set({ facility: id }, isJudged ? 0 : (atMs - known.notJudged!.sinceMs) / 1_000);
    return this.of(id);
  }

  /** After a round of polls. */
  end(): void {
    const held = [...this.facilities.keys()].flatMap((id) => {
      const notJudged = this.of(id);
      return notJudged === null ? [] : [[id, notJudged] as const];
    });
    if (held.length === 0) this.details.remove('notJudged');
    else this.details.set('notJudged', Object.fromEntries(held));
  }

  /** As the last poll found it; null also where another process polls. */
  of(facility: string): NotJudged | null {
    const notJudged = this.facilities.get(facility)?.notJudged ?? null;
    if (notJudged === null) return null;
    const { since, asOf, because } = notJudged;
    return { since, asOf, because };
  }
}
