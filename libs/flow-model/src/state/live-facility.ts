import type { BedRequestData, DischargePlanData, EventEnvelope, FacilityData } from '@wardstream/events';
import { aggregateIdOf, aggregateKindOf, keptOf, type AggregateKind, type KeptAggregate } from './facility-events.js';
import { giveIndex } from './facility-index.js';
import {
  isOpenEncounter,
  isOpenPlan,
  isOpenRequest,
  type FacilityState,
  type KeptBed,
  type KeptEncounter,
} from './facility-state.js';
import { KeptIndex } from './kept-index.js';
import { touchPatient, touchThing } from './touched-units.js';

/** Of what is over only the version is remembered, and of so many things at most, those that ended last. */
const MOST_OVER = 20_000;

/**
 * The present state of one facility in the memory of one owner, changed in place: an event costs what it concerns, whatever the
 * facility holds. Apart from that it is the same fold as `foldEvents`, with what is over left out.
 *
 * Versions of what is over are remembered for as long as a log may bring a repeat of it, so that a repeat opens nothing again.
 */
export class LiveFacility {
  private configuration: FacilityData | null = null;
  private readonly beds = new Map<string, KeptBed>();
  private readonly encounters = new Map<string, KeptEncounter>();
  private readonly requests = new Map<string, BedRequestData>();
  private readonly plans = new Map<string, DischargePlanData>();
  /** Versions of what is over, by kind and id, the latest to end last. */
  private readonly over = new Map<string, number>();
  private readonly touched = new Set<string>();
  private isAllTouched = false;
  private index: KeptIndex | null = null;
  private view: FacilityState;

  constructor(readonly id: string) {
    this.view = this.freshView();
  }

  /** As it is now. Changes with the next event: who waits for something asks again afterwards. */
  get state(): FacilityState {
    this.indexed();
    return this.view;
  }

  /** The version known of one thing, also of one that ended not long ago; 0 if it is not known. */
  versionOf(kind: AggregateKind, id: string): number {
    const version = kind === 'facility' ? this.configuration?.version : this.mapOf(kind).get(id)?.version;
    return version ?? this.over.get(`${kind}/${id}`) ?? 0;
  }

  /**
   * Takes an event of this facility in. Gives what it changed; null for a repeat, an older version or an event that is none of the
   * state's business. Throws on data that cannot be kept, and has changed nothing then. `now` only bounds how much of a bed's
   * history is kept.
   */
  apply(event: EventEnvelope, now: number): KeptAggregate | null {
    const kind = aggregateKindOf(event);
    if (kind === undefined) return null;
    const id = aggregateIdOf(kind, event);
    if (event.aggregateVersion <= this.versionOf(kind, id)) return null;
    const before = { history: this.beds.get(id)?.history ?? [], heardAt: this.encounters.get(id)?.heardAt };
    const kept = keptOf(kind, event, before, now);
    this.change(kept);
    return kept;
  }

  /** Puts one thing back as it was stored; touches nothing. What is over leaves its version. */
  restore(kept: KeptAggregate): void {
    this.keep(kept);
  }

  /** Remembers the version of something that is over. */
  restoreOver(kind: AggregateKind, id: string, version: number): void {
    this.end(kind, id, version);
  }

  /**
   * Marks exactly these beds as told of and not applied since `since`, and takes the mark off all others. Gives the beds that changed.
   */
  markUnapplied(bedIds: ReadonlySet<string>, since: string): KeptAggregate[] {
    const changed: KeptAggregate[] = [];
    for (const [id, bed] of this.beds) {
      if (bedIds.has(id) === (bed.unappliedSince !== undefined)) continue;
      const { unappliedSince: _mark, ...plain } = bed;
      const data: KeptBed = bedIds.has(id) ? { ...plain, unappliedSince: since } : plain;
      changed.push({ kind: 'bed', id, version: bed.version, data });
    }
    for (const bed of changed) this.change(bed);
    return changed;
  }

  /** Units whose figures may differ from those when this was asked last; the rest need not be counted again. */
  takeTouched(): ReadonlySet<string> {
    const { units } = this.indexed();
    const touched = this.isAllTouched ? units.keys() : [...this.touched].filter((unit) => units.has(unit));
    const taken = new Set(touched);
    this.touched.clear();
    this.isAllTouched = false;
    return taken;
  }

  /** Touches these units: figures that were taken and could not be told are to be counted again. */
  touchAgain(units: Iterable<string>): void {
    for (const unit of units) this.touched.add(unit);
  }

  private change(kept: KeptAggregate): void {
    const { kind, id, data } = kept;
    if (kind === 'facility') {
      this.isAllTouched = true;
      this.keep(kept);
      return;
    }
    const patients = new Set<string>();
    this.indexed();
    touchThing(this.view, kind, id, this.mapOf(kind).get(id), this.touched, patients);
    touchThing(this.view, kind, id, data, this.touched, patients);
    for (const encounterId of patients) touchPatient(this.view, encounterId, this.touched);
    this.keep(kept);
    this.indexed();
    for (const encounterId of patients) touchPatient(this.view, encounterId, this.touched);
  }

  private keep(kept: KeptAggregate): void {
    const { kind, id } = kept;
    switch (kind) {
      case 'facility':
        this.configuration = kept.data;
        this.index = null;
        break;
      case 'bed': {
        const before = this.beds.get(id);
        this.beds.set(id, kept.data);
        this.index?.changedBed(before, kept.data);
        break;
      }
      case 'encounter':
        if (isOpenEncounter(kept.data)) this.encounters.set(id, kept.data);
        else this.end(kind, id, kept.version);
        this.index?.changedEncounter(id);
        break;
      case 'bed-request':
        if (isOpenRequest(kept.data)) this.requests.set(id, kept.data);
        else this.end(kind, id, kept.version);
        this.index?.changedRequest(id);
        break;
      case 'discharge-plan':
        if (isOpenPlan(kept.data)) this.plans.set(id, kept.data);
        else this.end(kind, id, kept.version);
        break;
    }
    if (kind !== 'facility' && this.mapOf(kind).has(id)) this.over.delete(`${kind}/${id}`);
    this.view = this.freshView();
  }

  private end(kind: AggregateKind, id: string, version: number): void {
    if (kind !== 'facility') this.mapOf(kind).delete(id);
    const key = `${kind}/${id}`;
    this.over.delete(key);
    this.over.set(key, version);
    if (this.over.size <= MOST_OVER) return;
    const [oldest] = this.over.keys();
    this.over.delete(oldest!);
  }

  private mapOf(kind: Exclude<AggregateKind, 'facility'>): Map<string, KeptAggregate['data']> {
    switch (kind) {
      case 'bed':
        return this.beds;
      case 'encounter':
        return this.encounters;
      case 'bed-request':
        return this.requests;
      case 'discharge-plan':
        return this.plans;
    }
  }

  /** The index, true of the present view. */
  private indexed(): KeptIndex {
    this.index ??= new KeptIndex(this.view);
    this.index.settle();
    giveIndex(this.view, this.index);
    return this.index;
  }

  /** A view of its own for every change, of the same maps: what others derive of a view they keep for it alone. */
  private freshView(): FacilityState {
    const { id, configuration, beds, encounters, requests, plans } = this;
    return { id, configuration, beds, encounters, requests, plans };
  }
}
