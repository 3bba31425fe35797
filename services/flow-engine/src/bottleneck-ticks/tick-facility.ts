import { Inject, Injectable } from '@nestjs/common';
import { bottleneckChanged, type BottleneckData, type NewEvent } from '@wardstream/events';
import {
  evaluateBottlenecks,
  publishedBottleneck,
  RuleBook,
  type Bottleneck,
  type BottleneckChange,
  type QualityFacts,
} from '@wardstream/flow-model';
import { nowIso, type Clock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK, CONFIG, type ConfigOf } from '@wardstream/service-kit';
import type { flowEngineSettings } from '../flow-engine.settings.js';
import type { FacilitySnapshot } from '../domain/facility-snapshot.js';
import { lifetimeOfBottleneck } from '../domain/lifetime.js';
import { changedOccupancies } from '../domain/occupancy-changes.js';
import { FacilitySnapshots } from '../facility-cache/facility-snapshots.js';
import { occupancyEvent, occupancyRows } from '../facility-facts/absorb-facts.js';
import { FacilityStore, type StoredRow } from '../persistence/facility-store.js';

/**
 * What time alone changes in a facility: bottlenecks by their clocks and rules, and at each new hour every unit's trend.
 * Nothing is written while nothing has changed. What has changed is judged again under the facility's lock, so two
 * processes never tell the same twice.
 */
@Injectable()
export class TickFacility {
  private readonly rules: RuleBook;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly snapshots: FacilitySnapshots,
    private readonly store: FacilityStore,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) config: ConfigOf<typeof flowEngineSettings>,
  ) {
    this.rules = new RuleBook(config.rules);
  }

  /** `newHour`: the trend is due. Resolves when what there was to tell is committed. */
  async tick(snapshot: FacilitySnapshot, newHour: boolean, quality: QualityFacts): Promise<void> {
    if (snapshot.state.configuration === null) return;
    if (this.judge(snapshot, quality).length === 0 && !(newHour && this.trends(snapshot).length > 0)) return;
    const facility = snapshot.state.id;
    const committed = await this.unitOfWork.run(async (tx) => {
      const seq = (await this.store.beginChange(tx, [{ id: facility, latestFactAt: null }])).get(facility)!;
      return this.write(tx, seq, await this.snapshots.before(tx, facility, seq), newHour, quality);
    });
    this.snapshots.keep(committed);
  }

  private judge({ bottlenecks, state }: FacilitySnapshot, quality: QualityFacts): BottleneckChange[] {
    return evaluateBottlenecks(bottlenecks, state, this.rules, this.clock.nowMs(), quality);
  }

  private trends({ state, published }: FacilitySnapshot) {
    const units = state.configuration?.units.map((u) => u.id) ?? [];
    return changedOccupancies(state, units, published, this.clock.nowMs());
  }

  private async write(
    tx: Tx,
    seq: number,
    snapshot: FacilitySnapshot,
    newHour: boolean,
    quality: QualityFacts,
  ): Promise<FacilitySnapshot> {
    const { state } = snapshot;
    const changes = await this.numbered(tx, state.id, snapshot, this.judge(snapshot, quality));
    const figures = newHour ? this.trends(snapshot) : [];
    const bottlenecks = new Map(snapshot.bottlenecks);
    for (const { bottleneck } of changes) {
      if (bottleneck.state === 'active') bottlenecks.set(bottleneck.id, bottleneck);
      else bottlenecks.delete(bottleneck.id);
    }
    const published = new Map(snapshot.published);
    for (const unit of figures) published.set(unit.unit, unit);
    const rows = changes.map(({ bottleneck }) => bottleneckRow(seq, bottleneck));
    await this.store.save(tx, [...rows, ...occupancyRows(seq, figures)]);
    const told = changes.filter((c) => c.published).map((c) => publishedBottleneck(c.bottleneck));
    await this.outbox.publish(tx, [
      ...figures.map(occupancyEvent),
      ...told.map((data) => bottleneckEvent(data, nowIso(this.clock))),
    ]);
    return { seq, state, published, bottlenecks };
  }

  /** A bottleneck that was told and cleared before goes on from its last version. */
  private async numbered(
    tx: Tx,
    facility: string,
    { bottlenecks }: FacilitySnapshot,
    changes: readonly BottleneckChange[],
  ): Promise<BottleneckChange[]> {
    const raised = changes.filter((c) => !bottlenecks.has(c.bottleneck.id));
    const things = raised.map((c) => ({ kind: 'bottleneck' as const, id: c.bottleneck.id }));
    const stored = await this.store.versions(tx, facility, things);
    return changes.map((change) => {
      const version = stored.get(`bottleneck/${change.bottleneck.id}`);
      return version === undefined ? change : { ...change, bottleneck: { ...change.bottleneck, version: version + 1 } };
    });
  }
}

function bottleneckRow(seq: number, bottleneck: Bottleneck): StoredRow {
  const { facility, id, version } = bottleneck;
  return { facility, kind: 'bottleneck', id, version, seq, ...lifetimeOfBottleneck(bottleneck), data: bottleneck };
}

function bottleneckEvent(data: BottleneckData, now: string): NewEvent<BottleneckData> {
  return {
    definition: bottleneckChanged,
    subject: data.id,
    aggregateVersion: data.version,
    facility: data.facility,
    time: data.clearedAt ?? data.raisedAt,
    recordedAt: now,
    data,
  };
}
