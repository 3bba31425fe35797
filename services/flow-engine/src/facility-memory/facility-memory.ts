import { cleaningJobChanged, type BedData, type EventEnvelope } from '@wardstream/events';
import {
  aggregateKindOf,
  checkClocks,
  LiveFacility,
  type AggregateKind,
  type KeptAggregate,
} from '@wardstream/flow-model';
import { instantOf } from '@wardstream/kernel';
import { historyPatchOf } from '../domain/history-patch.js';
import { qualityFactOf, type FacilityClocks } from '../domain/quality-fact.js';
import type { Published } from '../domain/published.js';
import { QualityMemory } from './quality-memory.js';
import { Unwritten, type Change, type LogPlace } from './unwritten.js';

/** One facility as this process knows it, and what of it rows may not have. */
export class FacilityMemory {
  readonly live: LiveFacility;
  readonly quality = new QualityMemory();
  readonly unwritten = new Unwritten();
  /** What was published last; null where this process does not write the facility, or has not read it yet. */
  published: Published | null = null;
  /** Units whose figures may differ from what was told. */
  private readonly unpublished = new Set<string>();

  constructor(readonly id: string) {
    this.live = new LiveFacility(id);
  }

  /**
   * Takes one event in. Gives the key of what is to be written of it; null for a repeat or an older version, which changes nothing. Throws
   * for an event that cannot be kept, and nothing has changed then. `now` is the hospital's time.
   */
  fold(event: EventEnvelope, place: LogPlace, now: number): string | null {
    const quality = qualityFactOf(event);
    if (quality !== null) {
      if (!this.quality.take(quality)) return null;
      return this.note(`${quality.kind}/${quality.id}`, { quality, factAt: null }, place);
    }
    if (event.type === cleaningJobChanged.type) {
      if (!this.quality.isNewsOfJob(event.subject, event.aggregateVersion)) return null;
      const clocks = this.foldClocks(event, now);
      return clocks === undefined ? null : this.note(`cleaning-job/${event.subject}`, { clocks, factAt: null }, place);
    }
    const patch = aggregateKindOf(event) === 'bed' ? historyPatchOf(event.data as BedData) : undefined;
    const thing = this.live.apply(event, now);
    if (thing === null) return null;
    const clocks = this.foldClocks(event, now);
    return this.note(`${thing.kind}/${thing.id}`, { thing, patch, clocks, factAt: event.time }, place);
  }

  /** What is to be written under a key: what rows do not have yet, else the thing as it is. */
  change(key: string): Change | undefined {
    const known = this.unwritten.of(key);
    if (known !== undefined) return known;
    const [kind, id] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
    const { configuration, beds, encounters, requests, plans } = this.live.state;
    const data =
      kind === 'facility'
        ? configuration
        : { bed: beds, encounter: encounters, 'bed-request': requests, 'discharge-plan': plans }[kind]?.get(id);
    if (data === undefined || data === null) return undefined;
    return { thing: { kind: kind as AggregateKind, id, version: data.version, data } as KeptAggregate, factAt: null };
  }

  /** Units whose figures may differ from what was told, until they are. */
  unitsToPublish(): ReadonlySet<string> {
    for (const unit of this.live.takeTouched()) this.unpublished.add(unit);
    return new Set(this.unpublished);
  }

  /** These units are as they were told, unless something has touched them since `unitsToTell`. */
  notePublished(units: Iterable<string>): void {
    for (const unit of units) this.unpublished.delete(unit);
  }

  private note(key: string, change: Change, place: LogPlace): string {
    this.unwritten.add(key, change, place);
    return key;
  }

  private foldClocks(event: EventEnvelope, now: number): FacilityClocks | undefined {
    const checked = checkClocks(event);
    const invalid = checked === null ? null : this.quality.takeClocks(checked, instantOf(now));
    return invalid === null ? undefined : { facility: this.id, subject: checked!.subject, invalid };
  }
}
