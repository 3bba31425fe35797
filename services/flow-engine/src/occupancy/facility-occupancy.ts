import { Inject, Injectable } from '@nestjs/common';
import type { Answer, occupancy } from '@wardstream/api-contract';
import { facilityAsOf, facilityOccupancy, houseTotals, type FacilityView } from '@wardstream/flow-model';
import { DomainError, type Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, CONFIG, type ConfigOf } from '@wardstream/service-kit';
import { historyFrom } from '../domain/history.js';
import type { flowEngineSettings } from '../flow-engine.settings.js';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';
import { FlowView } from '../flow-writes/flow-view.js';
import { BedSegments } from '../persistence/bed-segments.js';
import { FacilityStore } from '../persistence/facility-store.js';

/** Figures of every unit, and the house's. */
export type OccupancyAnswer = Answer<typeof occupancy>;

/** Figures of a facility, counted when asked for. */
@Injectable()
export class FacilityOccupancy {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly known: FacilityRegistry,
    private readonly view: FlowView,
    private readonly store: FacilityStore,
    private readonly segments: BedSegments,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof flowEngineSettings>,
  ) {}

  /** Throws DomainError 'facility-unknown'. */
  now(facility: string): OccupancyAnswer {
    return answer(this.known.configured(facility).live.state, this.clock.nowMs());
  }

  /**
   * As of the event time `at`. Throws DomainError 'facility-unknown', 'time-ahead' for a time that has not come, and
   * 'time-too-long-ago' for one of which the history is no longer kept: what is left of it would be counted for the whole.
   */
  async asOf(facility: string, at: string): Promise<OccupancyAnswer> {
    if (Date.parse(at) > this.clock.nowMs()) {
      throw new DomainError('invalid', 'time-ahead', '`at` lies ahead of the hospital’s time.');
    }
    const { retentionDays } = this.config;
    const earliest = historyFrom(this.clock.nowMs(), retentionDays);
    if (at < earliest) {
      throw new DomainError('invalid', 'time-too-long-ago', `History is kept for ${retentionDays} days.`, { earliest });
    }
    const { live } = this.known.configured(facility);
    // The history is in rows: what memory has told already must be there, too.
    await this.view.written(facility);
    const { state } = live;
    const past = await this.unitOfWork.read(async (tx) => ({
      segments: await this.segments.before(tx, facility, [...state.beds.keys()], at),
      ...(await this.store.openAt(tx, facility, at)),
    }));
    const { configuration } = state;
    const view = facilityAsOf(facility, { configuration, beds: state.beds.values(), ...past }, at);
    return answer(view, Date.parse(at));
  }
}

function answer(view: FacilityView, now: number): OccupancyAnswer {
  const units = facilityOccupancy(view, now);
  return {
    facility: view.id,
    name: view.configuration?.name ?? view.id,
    asOf: new Date(now).toISOString(),
    units,
    house: houseTotals(view, units, now),
  };
}
