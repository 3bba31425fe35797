import { Inject, Injectable } from '@nestjs/common';
import { aggregateIdOf, aggregateKindOf, INVALID_CLOCK_HOURS } from '@wardstream/flow-model';
import type { EventEnvelope } from '@wardstream/events';
import { DomainError, instantOf, type Clock } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { FacilityStore } from '../persistence/facility-store.js';
import { QualityStore } from '../persistence/quality-store.js';
import { FacilityMemory } from './facility-memory.js';
import type { LogPlace } from './unwritten.js';

const HOUR_MS = 3_600_000;
/** Versions of what ended within this time are known from the start: a log may bring a repeat of it. */
const OVER_HOURS = 48;

/** All facilities in the memory of this process: a pure fold of the events, begun from rows. */
@Injectable()
export class FacilityRegistry {
  private readonly byId = new Map<string, FacilityMemory>();

  constructor(
    private readonly store: FacilityStore,
    private readonly qualityRows: QualityStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Begins from rows, as the one snapshot of `tx` has them. */
  async load(tx: Tx): Promise<void> {
    const hoursAgo = (hours: number) => instantOf(this.clock.nowMs() - hours * HOUR_MS);
    await this.store.load(
      tx,
      {
        open: (facility, kept) => this.of(facility).live.restore(kept),
        over: (facility, ...thing) => this.of(facility).live.restoreOver(...thing),
      },
      hoursAgo(OVER_HOURS),
    );
    for (const fact of await this.qualityRows.facts(tx, hoursAgo(OVER_HOURS)))
      this.of(fact.facility).quality.take(fact);
    for (const { facility, ...clock } of await this.qualityRows.clocks(tx, hoursAgo(INVALID_CLOCK_HOURS)))
      this.of(facility).quality.restoreClock(clock);
  }

  /** Takes one event in; see FacilityMemory. */
  fold(event: EventEnvelope, place: LogPlace): string | null {
    return this.of(event.facility).fold(event, place, this.clock.nowMs());
  }

  /** Where memory has let go of what an event is about, or never had it, its version is read from its row. */
  async recall(tx: Tx, event: EventEnvelope): Promise<void> {
    const kind = aggregateKindOf(event);
    if (kind === undefined) return;
    const { live } = this.of(event.facility);
    const id = aggregateIdOf(kind, event);
    if (live.versionOf(kind, id) > 0) return;
    const version = await this.store.version(tx, event.facility, kind, id);
    if (version !== null) live.restoreOver(kind, id, version);
  }

  /** The facility of that id, whether anything is known of it or not. */
  of(id: string): FacilityMemory {
    let facility = this.byId.get(id);
    if (facility === undefined) {
      facility = new FacilityMemory(id);
      this.byId.set(id, facility);
    }
    return facility;
  }

  /** A facility that is configured. Throws DomainError 'facility-unknown'. */
  configured(id: string): FacilityMemory {
    const facility = this.byId.get(id);
    if (facility === undefined || facility.live.state.configuration === null) {
      throw new DomainError('not-found', 'facility-unknown', 'No such facility is configured.');
    }
    return facility;
  }

  all(): IterableIterator<FacilityMemory> {
    return this.byId.values();
  }
}
