import { Inject, Injectable } from '@nestjs/common';
import {
  unitOccupancyChanged,
  type BedData,
  type EventEnvelope,
  type NewEvent,
  type UnitOccupancyData,
} from '@wardstream/events';
import {
  aggregateIdOf,
  aggregateKindOf,
  FacilityFold,
  touchedUnits,
  withoutClosed,
  type KeptAggregate,
} from '@wardstream/flow-model';
import { nowIso, type Clock } from '@wardstream/kernel';
import { Outbox, type EventContext } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import type { FacilitySnapshot } from '../domain/facility-snapshot.js';
import { lifetimeOf } from '../domain/lifetime.js';
import { changedOccupancies } from '../domain/occupancy-changes.js';
import { FacilitySnapshots } from '../facility-cache/facility-snapshots.js';
import { checkedClocks } from '../data-quality/quality-facts.consumer.js';
import { BedSegments, joinPatches, type HistoryPatch } from '../persistence/bed-segments.js';
import { FacilityStore, type StoredRow } from '../persistence/facility-store.js';
import { QualityStore } from '../persistence/quality-store.js';

/** What a change of one facility leaves to be written. */
interface Absorbed {
  readonly snapshot: FacilitySnapshot;
  readonly rows: StoredRow[];
  readonly figures: UnitOccupancyData[];
  readonly patches: HistoryPatch[];
  /** The events that changed something. */
  readonly taken: EventEnvelope[];
}

/**
 * Takes facts of any number of facilities into their state, in the handler's transaction: rows of what changed, bed
 * histories, and the figures of the units that look different now, each published at most once. About ten statements,
 * whatever the number of events. A repeat, or an older version, changes nothing.
 */
@Injectable()
export class AbsorbFacts {
  constructor(
    private readonly snapshots: FacilitySnapshots,
    private readonly store: FacilityStore,
    private readonly segments: BedSegments,
    private readonly quality: QualityStore,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async absorb(events: readonly EventEnvelope[], context: EventContext): Promise<void> {
    const { tx } = context;
    const byFacility = new Map<string, EventEnvelope[]>();
    for (const event of events) {
      const list = byFacility.get(event.facility);
      if (list === undefined) byFacility.set(event.facility, [event]);
      else list.push(event);
    }
    const begun = await this.store.beginChange(
      tx,
      [...byFacility].map(([id, facts]) => ({ id, latestFactAt: latestTime(facts) })),
    );
    const absorbed: Absorbed[] = [];
    for (const [facility, facts] of byFacility) {
      absorbed.push(await this.absorbInto(tx, facility, begun.get(facility)!, facts));
    }
    await this.store.save(
      tx,
      absorbed.flatMap((a) => a.rows),
    );
    await this.segments.replace(
      tx,
      absorbed.flatMap((a) => a.patches),
    );
    const checked = absorbed.flatMap((a) => checkedClocks(a.taken));
    await this.quality.saveClocks(tx, checked, nowIso(this.clock));
    await this.outbox.publish(tx, absorbed.flatMap((a) => a.figures).map(occupancyEvent));
    for (const { snapshot } of absorbed) {
      this.snapshots.stage(tx, snapshot);
      context.afterCommit(() => this.snapshots.keep(snapshot));
    }
  }

  private async absorbInto(tx: Tx, facility: string, seq: number, facts: readonly EventEnvelope[]): Promise<Absorbed> {
    const before = await this.snapshots.before(tx, facility, seq);
    const now = this.clock.nowMs();
    const fold = new FacilityFold(before.state, now);
    const stored = await this.store.versions(tx, facility, absentFrom(fold, facts));
    const patches = new Map<string, HistoryPatch>();
    const taken: EventEnvelope[] = [];
    for (const event of facts) {
      const kind = aggregateKindOf(event);
      if (kind === undefined) continue;
      const id = aggregateIdOf(kind, event);
      if (event.aggregateVersion <= (stored.get(`${kind}/${id}`) ?? 0) || !fold.apply(event)) continue;
      taken.push(event);
      if (kind !== 'bed') continue;
      const { from, segments } = (event.data as BedData).history;
      const patch: HistoryPatch = { facility, bedId: id, from, segments };
      const earlier = patches.get(id);
      patches.set(id, earlier === undefined ? patch : joinPatches(earlier, patch));
    }
    const changed = fold.changed();
    const state = withoutClosed(fold.finish());
    const figures = changedOccupancies(state, touchedUnits(before.state, state, changed), before.published, now);
    const published = new Map(before.published);
    for (const unit of figures) published.set(unit.unit, unit);
    return {
      snapshot: { seq, state, published, bottlenecks: before.bottlenecks },
      rows: [...changed.map((kept) => rowOf(facility, seq, kept, nowIso(this.clock))), ...occupancyRows(seq, figures)],
      figures,
      patches: [...patches.values()],
      taken,
    };
  }
}

/** Rows that keep the figures of units as they are published now. */
export function occupancyRows(seq: number, figures: readonly UnitOccupancyData[]): StoredRow[] {
  return figures.map((data) => ({
    facility: data.facility,
    kind: 'unit-occupancy',
    id: data.unit,
    version: data.version,
    seq,
    openedAt: null,
    closedAt: null,
    data,
  }));
}

export function occupancyEvent(data: UnitOccupancyData): NewEvent<UnitOccupancyData> {
  return {
    definition: unitOccupancyChanged,
    subject: `${data.facility}/${data.unit}`,
    aggregateVersion: data.version,
    facility: data.facility,
    time: data.asOf,
    recordedAt: data.asOf,
    data,
  };
}

function rowOf(facility: string, seq: number, kept: KeptAggregate, now: string): StoredRow {
  return { facility, ...kept, seq, ...lifetimeOf(kept, now) };
}

/** What the facts speak of and memory does not have: new, or over. */
function absentFrom(fold: FacilityFold, facts: readonly EventEnvelope[]) {
  const absent = new Map<string, { kind: KeptAggregate['kind']; id: string }>();
  for (const event of facts) {
    const kind = aggregateKindOf(event);
    if (kind === undefined) continue;
    const id = aggregateIdOf(kind, event);
    if (fold.versionOf(kind, id) === 0) absent.set(`${kind}/${id}`, { kind, id });
  }
  return [...absent.values()];
}

function latestTime(facts: readonly EventEnvelope[]): string {
  return facts.reduce((latest, { time }) => (time > latest ? time : latest), '');
}
