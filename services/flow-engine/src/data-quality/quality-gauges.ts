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
import type { Clock } from '@wardstream/kernel';
import { CLOCK, Metrics } from '@wardstream/service-kit';
import type { OpenConflicts } from '../facility-memory/quality-memory.js';

/** Names that senders give themselves are many if they like: so many of each facility are told by name. */
const MOST_SENDERS = 50;

const outcomes = ['processed', 'unplaced', 'notActedOn', 'quarantined', 'refused', 'repeats'] as const;

/** The figures of the data-quality page as Prometheus metrics, each facility's from the process that writes it. */
@Injectable()
export class QualityGauges {
  private readonly silence;
  private readonly usual;
  private readonly messages;
  private readonly ghosts;
  private readonly invalid;
  private readonly conflicts;
  /** What was told last of each sender; the same of most from one poll to the next. */
  private summed = new WeakMap<SenderCountedData, SenderSum>();

  constructor(
    metrics: Metrics,
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
  note(facility: string, quality: QualityFacts, conflicts: readonly OpenConflicts[]): void {
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
    const open = new Map<string, number>();
    for (const { kind, open: count } of conflicts) open.set(kind, (open.get(kind) ?? 0) + count);
    for (const kind of this.conflictsTold.get(facility) ?? [])
      if (!open.has(kind)) this.conflicts.remove({ facility, kind });
    for (const [kind, count] of open) this.conflicts.set({ facility, kind }, count);
    this.conflictsTold.set(facility, [...open.keys()]);
  }

  private readonly conflictsTold = new Map<string, readonly string[]>();

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

  /** Tells of the senders of no facility. */
  tell(unattributed: readonly SenderCountedData[]): void {
    this.countMessages(unattributed, this.clock.nowMs());
  }

  /** Another process tells them now. */
  clear(): void {
    for (const gauge of [this.silence, this.usual, this.messages, this.ghosts, this.invalid, this.conflicts])
      gauge.reset();
    this.summed = new WeakMap();
    this.conflictsTold.clear();
  }
}
