import { Inject, Injectable } from '@nestjs/common';
import { NO_FACILITY, type SenderCountedData } from '@wardstream/events';
import {
  nothingHeard,
  RuleRegistry,
  shareWindow,
  silentEncounters,
  type FacilityState,
  type DatedGhost,
  type QualityFacts,
} from '@wardstream/flow-model';
import { monotonicMs, type Clock } from '@wardstream/kernel';
import { CLOCK, CONFIG, type ConfigOf } from '@wardstream/service-kit';
import type { FacilityMemory } from '../facility-memory/facility-memory.js';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';
import type { flowEngineSettings } from '../flow-engine.settings.js';
import { GhostWatch } from './ghost-watch.js';

/** After so long without a poll (real time) nobody knows what was missed: listening begins anew. */
const UNINTERRUPTED_MS = 60_000;

/** What the rules on data are judged by, facility by facility, for those that this process writes. */
@Injectable()
export class FacilityQuality {
  private readonly rules: RuleRegistry;
  private listeningSince: number | null = null;
  private polledMs = -Infinity;
  private everybodys: readonly SenderCountedData[] = [];

  constructor(
    private readonly known: FacilityRegistry,
    private readonly ghosts: GhostWatch,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) config: ConfigOf<typeof flowEngineSettings>,
  ) {
    this.rules = new RuleRegistry(config.rules);
  }

  /** Before a round of polls of these facilities. */
  async listen(facilities: readonly string[]): Promise<void> {
    const now = monotonicMs();
    if (this.listeningSince === null || now - this.polledMs > UNINTERRUPTED_MS)
      this.listeningSince = this.clock.nowMs();
    this.polledMs = now;
    // Names that a sender gives itself are many if it likes, and every facility would go through all of them.
    this.everybodys = this.unattributed().filter((sender) => shareWindow(sender, this.clock.nowMs()) !== null);
    await this.ghosts.watch(facilities);
  }

  /** Senders of messages that name no facility configured here. */
  unattributed(): readonly SenderCountedData[] {
    return this.known.of(NO_FACILITY).quality.senders;
  }

  /** Of the senders that are nobody's those with enough messages to tell a share of. */
  poll({ live, quality }: FacilityMemory): QualityFacts {
    const now = this.clock.nowMs();
    const { state } = live;
    return {
      feeds: quality.feeds,
      senders: [...quality.senders, ...this.everybodys],
      ghosts: [...this.ghosts.poll(state, now), ...this.silent(state, now)],
      invalidClocks: quality.invalidClocks(now),
      listeningSince: this.listeningSince ?? now,
    };
  }

  /** What silent feeds are judged by, whatever is known of the facility itself. */
  feeds({ quality }: FacilityMemory): QualityFacts {
    const { feeds, senders } = quality;
    return { ...nothingHeard, feeds, senders, listeningSince: this.listeningSince ?? this.clock.nowMs() };
  }

  /** After a round of polls. */
  keep(): Promise<void> {
    return this.ghosts.keep();
  }

  /** Visits nothing new was told of for as long as the rule's first limit; none where the rule is off. */
  silent(state: FacilityState, now: number): DatedGhost[] {
    const [first] = this.rules.settings('silent-encounter', state.id, null).steps;
    return first === undefined ? [] : silentEncounters(state, first.at, now);
  }

  /** How long a feed may be silent, in times its usual silence, before somebody is told; null where the rule is off. */
  silenceLimit(facility: string): number | null {
    return this.rules.settings('feed-silent', facility, null).steps[0]?.at ?? null;
  }
}
