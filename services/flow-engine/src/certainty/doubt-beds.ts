import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { bedChanged } from '@wardstream/events';
import type { FacilityState, KeptBed } from '@wardstream/flow-model';
import { nowIso, type Clock } from '@wardstream/kernel';
import { Outbox, ParkedEvents } from '@wardstream/messaging';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { changedOccupancies } from '../domain/occupancy-changes.js';
import { FacilitySnapshots } from '../facility-cache/facility-snapshots.js';
import { occupancyEvent, occupancyRows } from '../facility-facts/absorb-facts.js';
import { FacilityStore, type StoredRow } from '../persistence/facility-store.js';

/**
 * Marks beds whose latest change could not be applied here, so that none of them counts as free, until it is applied or given up.
 * The marks are part of the facility's stored state; a later word of the bed takes them off by itself.
 */
@Injectable()
export class DoubtBeds implements OnApplicationBootstrap {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly parked: ParkedEvents,
    private readonly snapshots: FacilitySnapshots,
    private readonly store: FacilityStore,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.parked.watch(() => this.apply());
  }

  /** Brings every mark in line with what is parked, one facility after another. */
  async apply(): Promise<void> {
    const wanted = new Map<string, Set<string>>();
    for (const { topic, facility, subject } of await this.unitOfWork.read((tx) => this.parked.list(tx))) {
      if (topic !== bedChanged.topic || facility === null || subject === null) continue;
      wanted.set(facility, (wanted.get(facility) ?? new Set()).add(subject));
    }
    const marked = await this.unitOfWork.read((tx) => this.store.facilitiesInDoubt(tx));
    for (const facility of new Set([...wanted.keys(), ...marked])) {
      const snapshot = await this.unitOfWork.run((tx) => this.mark(tx, facility, wanted.get(facility) ?? new Set()));
      if (snapshot !== null) this.snapshots.keep(snapshot);
    }
  }

  private async mark(tx: Tx, facility: string, wanted: ReadonlySet<string>) {
    const begun = await this.store.beginChange(tx, [{ id: facility, latestFactAt: null }]);
    const seq = begun.get(facility)!;
    const before = await this.snapshots.before(tx, facility, seq);
    const now = this.clock.nowMs();
    const beds = new Map(before.state.beds);
    const changed: KeptBed[] = [];
    for (const [id, bed] of beds) {
      if (wanted.has(id) === (bed.unappliedSince !== undefined)) continue;
      const { unappliedSince: _mark, ...plain } = bed;
      const marked: KeptBed = wanted.has(id) ? { ...plain, unappliedSince: nowIso(this.clock) } : plain;
      beds.set(id, marked);
      changed.push(marked);
    }
    const state: FacilityState = { ...before.state, beds };
    const units = new Set(changed.map((b) => b.unit));
    const figures = changedOccupancies(state, units, before.published, now);
    const rows = changed.map((data): StoredRow => {
      const { id, version } = data;
      return { ...{ facility, kind: 'bed', id, version, seq, openedAt: null, closedAt: null }, data };
    });
    await this.store.save(tx, [...rows, ...occupancyRows(seq, figures)]);
    await this.store.noteDoubt(tx, facility, [...beds.values()].filter((b) => b.unappliedSince !== undefined).length);
    await this.outbox.publish(tx, figures.map(occupancyEvent));
    const published = new Map(before.published);
    for (const unit of figures) published.set(unit.unit, unit);
    return { ...before, seq, state, published };
  }
}
