import { Inject, Injectable } from '@nestjs/common';
import { publishedBottleneck, RuleRegistry, type BottleneckChange } from '@wardstream/flow-model';
import { nowIso, type Clock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK, CONFIG, type ConfigOf } from '@wardstream/service-kit';
import { nothingPublished, type Published } from '../domain/published.js';
import type { FacilityMemory } from '../facility-memory/facility-memory.js';
import type { Change } from '../facility-memory/unwritten.js';
import type { flowEngineSettings } from '../flow-engine.settings.js';
import { BedSegments } from '../persistence/bed-segments.js';
import { FacilityStore } from '../persistence/facility-store.js';
import { QualityStore } from '../persistence/quality-store.js';
import { allUnits, judge, type Judgment, type Poll } from './facility-judgment.js';
import { bottleneckEvent, bottleneckRow, occupancyEvent, occupancyRow, thingRow } from './flow-events.js';

/** What is to be written of one facility. */
export interface FacilityWrite {
  readonly facility: FacilityMemory;
  readonly keys: readonly string[];
  /** Where it was polled: its bottlenecks are judged as well. */
  readonly poll: Poll | null;
}

/** One facility in a write. */
interface Part extends FacilityWrite {
  readonly changes: ReadonlyMap<string, Change>;
  readonly units: ReadonlySet<string>;
  /** Number of the change; 0 where the facility itself does not change. */
  seq: number;
  published: Published;
  judgment: Judgment;
}

/**
 * Writes what memory has of facilities and rows may not, and publishes what looks different since it was told last: figures of units
 * and bottlenecks, each at most once. About ten statements in the caller's transaction, whatever the number of facilities and events.
 *
 * The facility's row is locked and numbers its changes. Where the number is not the one that memory expects, another process has
 * written since, or a commit of this one was not heard of: what was told is read again and judged anew, so that no version is ever
 * published with two contents.
 */
@Injectable()
export class FlowWriter {
  private readonly rules: RuleRegistry;

  constructor(
    private readonly store: FacilityStore,
    private readonly segments: BedSegments,
    private readonly quality: QualityStore,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) config: ConfigOf<typeof flowEngineSettings>,
  ) {
    this.rules = new RuleRegistry(config.rules);
  }

  /** Whether a poll of a facility would tell something. */
  isDue({ live, published }: FacilityMemory, poll: Poll): boolean {
    if (published === null) return true;
    const { figures, bottlenecks } = judge(live.state, published, [], poll, this.rules, this.clock.nowMs());
    return figures.length > 0 || bottlenecks.length > 0;
  }

  /** This process writes these facilities from now on: what was told of them is read, and compared with what they are. */
  async take(tx: Tx, facilities: readonly FacilityMemory[]): Promise<void> {
    const published = await this.store.published(
      tx,
      facilities.map((f) => f.id),
    );
    for (const facility of facilities) {
      facility.published = published.get(facility.id)!;
      facility.live.touchAgain(allUnits(facility.live.state));
    }
  }

  /** What it answers is to be called after the commit. Where the transaction fails nothing has changed, and the same is written again. */
  async write(tx: Tx, writes: readonly FacilityWrite[]): Promise<() => void> {
    const asOf = this.clock.nowMs();
    const parts = writes.map((write): Part => {
      const { facility, keys, poll } = write;
      const changes = new Map(keys.flatMap((key) => entryOf(key, facility.change(key))));
      const units = facility.unitsToPublish();
      const published = facility.published ?? nothingPublished();
      const judgment = judge(facility.live.state, published, units, poll, this.rules, asOf);
      return { ...write, changes, units, seq: 0, published, judgment };
    });
    const numbered = parts.filter(isOfFacility);
    await this.number(tx, numbered, asOf);
    await this.save(tx, parts, numbered);
    return () => parts.forEach(settle);
  }

  /** Locks and numbers the changes, and judges anew where another process has written since. */
  private async number(tx: Tx, parts: readonly Part[], asOf: number): Promise<void> {
    const begun = await this.store.beginChange(
      tx,
      parts.map(({ facility, changes }) => ({ id: facility.id, latestFactAt: latestFactAt(changes.values()) })),
    );
    for (const part of parts) part.seq = begun.get(part.facility.id)!;
    const behind = parts.filter((part) => part.published.seq !== part.seq - 1);
    if (behind.length > 0) {
      const published = await this.store.published(
        tx,
        behind.map((part) => part.facility.id),
      );
      for (const part of behind) {
        const { state } = part.facility.live;
        part.published = published.get(part.facility.id)!;
        const units = new Set([...allUnits(state), ...part.units]);
        part.judgment = judge(state, part.published, units, part.poll, this.rules, asOf);
      }
    }
    await this.numberBottlenecks(tx, parts);
  }

  /** A bottleneck that was told and cleared before goes on from its last version. */
  private async numberBottlenecks(tx: Tx, parts: readonly Part[]): Promise<void> {
    const raised = parts.flatMap(({ published, judgment }) =>
      judgment.bottlenecks.map((c) => c.bottleneck).filter((b) => !published.bottlenecks.has(b.id)),
    );
    const stored = await this.store.versionsOfBottlenecks(tx, raised);
    if (stored.size === 0) return;
    for (const part of parts) {
      const bottlenecks = part.judgment.bottlenecks.map((change): BottleneckChange => {
        const { bottleneck } = change;
        const version = stored.get(bottleneck.id);
        return version === undefined ? change : { ...change, bottleneck: { ...bottleneck, version: version + 1 } };
      });
      part.judgment = { ...part.judgment, bottlenecks };
    }
  }

  private async save(tx: Tx, parts: readonly Part[], numbered: readonly Part[]): Promise<void> {
    const now = nowIso(this.clock);
    const changes = parts.flatMap((p) => [...p.changes.values()]);
    await this.store.save(
      tx,
      numbered.flatMap(({ facility, changes: own, judgment, seq }) => [
        ...[...own.values()].flatMap(({ thing }) =>
          thing === undefined ? [] : [thingRow(facility.id, seq, thing, now)],
        ),
        ...judgment.figures.map((data) => occupancyRow(seq, data)),
        ...judgment.bottlenecks.map((c) => bottleneckRow(seq, c.bottleneck)),
      ]),
    );
    await this.segments.replace(
      tx,
      changes.flatMap((c) => c.patch ?? []),
    );
    await this.quality.save(
      tx,
      changes.flatMap((c) => c.quality ?? []),
    );
    await this.quality.saveClocks(
      tx,
      changes.flatMap((c) => c.clocks ?? []),
    );
    const bottlenecks = numbered.flatMap((p) => p.judgment.bottlenecks).filter((c) => c.published);
    await this.outbox.publish(tx, [
      ...numbered.flatMap((p) => p.judgment.figures).map(occupancyEvent),
      ...bottlenecks.map((c) => bottleneckEvent(publishedBottleneck(c.bottleneck), now)),
    ]);
  }
}

function entryOf(key: string, change: Change | undefined): [string, Change][] {
  return change === undefined ? [] : [[key, change]];
}

/** Whether the facility itself changes; feeds are heard far too often to number a change for them. */
function isOfFacility({ changes, judgment }: Part): boolean {
  if (judgment.figures.length > 0 || judgment.bottlenecks.length > 0) return true;
  return [...changes.values()].some((c) => c.thing !== undefined);
}

function latestFactAt(changes: Iterable<Change>): string | null {
  let latest: string | null = null;
  for (const { factAt } of changes) if (factAt !== null && (latest === null || factAt > latest)) latest = factAt;
  return latest;
}

/** The write is committed: memory takes note. */
function settle({ facility, changes, units, published, judgment, seq }: Part): void {
  for (const [key, change] of changes) facility.unwritten.forget(key, change);
  facility.notePublished(units);
  if (seq === 0) return;
  for (const unit of judgment.figures) published.units.set(unit.unit, unit);
  for (const { bottleneck } of judgment.bottlenecks) {
    if (bottleneck.state === 'active') published.bottlenecks.set(bottleneck.id, bottleneck);
    else published.bottlenecks.delete(bottleneck.id);
  }
  published.seq = seq;
  facility.published = published;
}
