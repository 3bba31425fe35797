import { Inject, Injectable } from '@nestjs/common';
import {
  RuleBook,
  shareWindow,
  silentEncounters,
  type FacilityState,
  type KnownGhost,
  type QualityFacts,
} from '@wardstream/flow-model';
import type { SenderCountedData } from '@wardstream/events';
import { monotonicMs, type Clock } from '@wardstream/kernel';
import { CLOCK, CONFIG, type ConfigOf } from '@wardstream/service-kit';
import type { flowEngineSettings } from '../flow-engine.settings.js';
import { GhostWatch } from './ghost-watch.js';
import { QualityBook } from './quality-book.js';

/** After so long without a look (real time) nobody knows what was missed: listening begins anew. */
const UNINTERRUPTED_MS = 60_000;

/** What the rules on data are judged by, facility by facility, in the process that runs the ticks. */
@Injectable()
export class FacilityQuality {
  private readonly rules: RuleBook;
  private listeningSince: number | null = null;
  private lookedMs = -Infinity;
  private everybodys: readonly SenderCountedData[] = [];

  constructor(
    private readonly book: QualityBook,
    private readonly ghosts: GhostWatch,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) config: ConfigOf<typeof flowEngineSettings>,
  ) {
    this.rules = new RuleBook(config.rules);
  }

  /** Takes in what is new, before a round of looks. */
  async listen(): Promise<void> {
    const now = monotonicMs();
    if (this.listeningSince === null || now - this.lookedMs > UNINTERRUPTED_MS)
      this.listeningSince = this.clock.nowMs();
    this.lookedMs = now;
    await this.book.refresh();
    // Names that a sender gives itself are many if it likes, and every facility would go through all of them.
    this.everybodys = this.book.unattributed().filter((sender) => shareWindow(sender, this.clock.nowMs()) !== null);
  }

  /** Senders of messages that name no facility configured here. */
  unattributed(): readonly SenderCountedData[] {
    return this.book.unattributed();
  }

  /** Another process looks now. */
  pause(): void {
    this.listeningSince = null;
    this.ghosts.forget();
  }

  /** Of the senders that are nobody's those with enough messages to tell a share of. */
  async watch(state: FacilityState): Promise<QualityFacts> {
    const now = this.clock.nowMs();
    const { feeds, senders, invalidClocks } = this.book.of(state.id);
    return {
      feeds,
      senders: [...senders, ...this.everybodys],
      ghosts: [...(await this.ghosts.look(state, now)), ...this.silent(state, now)],
      invalidClocks,
      listeningSince: this.listeningSince ?? now,
    };
  }

  /** Visits nothing new was told of for as long as the rule's first limit; none where the rule is off. */
  silent(state: FacilityState, now: number): KnownGhost[] {
    const [first] = this.rules.settings('silent-encounter', state.id, null).steps;
    return first === undefined ? [] : silentEncounters(state, first.at, now);
  }

  /** How long a feed may be silent, in times its usual silence, before somebody is told; null where the rule is off. */
  silenceLimit(facility: string): number | null {
    return this.rules.settings('feed-silent', facility, null).steps[0]?.at ?? null;
  }
}
