import { Inject, Injectable } from '@nestjs/common';
import { NO_FACILITY, type SenderCountedData } from '@wardstream/events';
import {
  feedsAmong,
  feedSilence,
  ghostKinds,
  sumOfHours,
  type QualityFacts,
  type SenderSum,
} from '@wardstream/flow-model';
import { monotonicMs, type Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, Metrics } from '@wardstream/service-kit';
import { QualityStore } from '../persistence/quality-store.js';

/** Names that senders give themselves are many if they like: so many of each facility are told by name. */
const MOST_SENDERS = 50;
const CONFLICTS_EVERY_MS = 15_000;

const outcomes = ['processed', 'unplaced', 'notActedOn', 'quarantined', 'refused', 'repeats'] as const;

/** The figures of the data-quality page as Prometheus metrics, from the process that runs the ticks. */
@Injectable()
export class QualityGauges {
  private readonly silence;
  private readonly usual;
  private readonly messages;
  private readonly ghosts;
  private readonly invalid;
  private readonly conflicts;
  private toldConflictsMs = -Infinity;
  /** What was told last of each sender; the same of most from one look to the next. */
  private summed = new WeakMap<SenderCountedData, SenderSum>();

  constructor(
    metrics: Metrics,
    private readonly unitOfWork: UnitOfWork,
    private readonly store: QualityStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const gauge = (name: string, help: string, labels: string[]) => metrics.gauge(`wardstream_${name}`, help, labels);
    const feed = ['facility', 'owner', 'feed'];
    this.silence = gauge('feed_silence_seconds', 'Time since a feed was heard, in the hospital’s time.', feed);
    this.usual = gauge('feed_usual_silence_seconds', 'What a feed’s silence usually stays under at this hour.', feed);
    this.messages = gauge('sender_messages_24h', 'Messages of a sender in this hour and the 23 before, by outcome.', [
      'facility',
      'sender',
      'outcome',
    ]);
    this.ghosts = gauge('ghosts', 'Beds and visits that do not belong together, by kind.', ['facility', 'kind']);
    this.invalid = gauge('invalid_clocks', 'Finished steps found in 24 hours that end before they begin, by clock.', [
      'facility',
      'clock',
    ]);
    this.conflicts = gauge('open_conflicts', 'Open conflicts, by kind.', ['facility', 'kind']);
  }

  /** Tells one facility's figures anew. */
  note(facility: string, quality: QualityFacts): void {
    const now = this.clock.nowMs();
    const own = quality.senders.filter((sender) => sender.facility !== NO_FACILITY);
    const countedOf = feedsAmong(own);
    for (const feed of quality.feeds.slice(0, MOST_SENDERS)) {
      const { minutes, usual } = feedSilence(feed, countedOf(feed), now);
      const labels = { facility, owner: feed.owner, feed: feed.feed };
      this.silence.set(labels, minutes * 60);
      if (usual !== null) this.usual.set(labels, usual * 60);
    }
    this.countMessages(own, now);
    for (const kind of ghostKinds) {
      this.ghosts.set({ facility, kind }, quality.ghosts.filter((g) => g.kind === kind).length);
    }
    const byClock = new Map<string, number>();
    for (const { clock } of quality.invalidClocks) byClock.set(clock, (byClock.get(clock) ?? 0) + 1);
    for (const clock of this.clocksTold) if (!byClock.has(clock)) byClock.set(clock, 0);
    for (const [clock, count] of byClock) {
      this.clocksTold.add(clock);
      this.invalid.set({ facility, clock }, count);
    }
  }

  private readonly clocksTold = new Set<string>();

  private countMessages(senders: readonly SenderCountedData[], now: number): void {
    for (const sender of senders.slice(0, MOST_SENDERS)) {
      const sum = sumOfHours(sender, 23, now);
      if (this.summed.get(sender) === sum) continue;
      this.summed.set(sender, sum);
      for (const outcome of outcomes) {
        this.messages.set({ facility: sender.facility, sender: sender.sender, outcome }, sum[outcome]);
      }
    }
  }

  /** After a round of looks: the senders of no facility, and every fifteen seconds what is counted in the database. */
  async tell(unattributed: readonly SenderCountedData[]): Promise<void> {
    this.countMessages(unattributed, this.clock.nowMs());
    if (monotonicMs() - this.toldConflictsMs < CONFLICTS_EVERY_MS) return;
    this.toldConflictsMs = monotonicMs();
    const open = await this.unitOfWork.read((tx) => this.store.openConflicts(tx));
    this.conflicts.reset();
    for (const { facility, kind, open: count } of open) this.conflicts.inc({ facility, kind }, count);
  }

  /** Another process tells them now. */
  clear(): void {
    for (const gauge of [this.silence, this.usual, this.messages, this.ghosts, this.invalid, this.conflicts])
      gauge.reset();
    this.summed = new WeakMap();
    this.toldConflictsMs = -Infinity;
  }
}
