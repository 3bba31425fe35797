import {
  bedChanged,
  bedRequestChanged,
  dischargePlanChanged,
  encounterChanged,
  facilityConfigured,
  type BedData,
  type BedRequestData,
  type DischargePlanData,
  type EncounterData,
  type EventEnvelope,
  type FacilityData,
} from '@wardstream/events';
import { mergeHistory, trimHistory } from './bed-history.js';
import {
  isOpenEncounter,
  isOpenPlan,
  isOpenRequest,
  type FacilityState,
  type KeptBed,
  type KeptEncounter,
} from './facility-state.js';

/** The events a facility's state is made of. */
export const facilityEvents = [
  facilityConfigured,
  bedChanged,
  encounterChanged,
  bedRequestChanged,
  dischargePlanChanged,
] as const;

/** What one kind of thing in the state is, by the name it is stored under. */
export interface KeptByKind {
  readonly facility: FacilityData;
  readonly bed: KeptBed;
  readonly encounter: KeptEncounter;
  readonly 'bed-request': BedRequestData;
  readonly 'discharge-plan': DischargePlanData;
}
export type AggregateKind = keyof KeptByKind;

/** One thing in the state after a change. */
export type KeptAggregate = {
  [K in AggregateKind]: {
    readonly kind: K;
    readonly id: string;
    readonly version: number;
    readonly data: KeptByKind[K];
  };
}[AggregateKind];

const kindOf = new Map<string, AggregateKind>([
  [facilityConfigured.type, 'facility'],
  [bedChanged.type, 'bed'],
  [encounterChanged.type, 'encounter'],
  [bedRequestChanged.type, 'bed-request'],
  [dischargePlanChanged.type, 'discharge-plan'],
]);

/** The kind of thing an event speaks of; undefined for an event that is none of the state's business. */
export function aggregateKindOf(event: Pick<EventEnvelope, 'type'>): AggregateKind | undefined {
  return kindOf.get(event.type);
}

/** What of a thing's former state goes on in its new one. */
export interface KeptBefore {
  readonly history: KeptBed['history'];
  readonly heardAt: string | undefined;
}

/** The thing an event speaks of, as the state keeps it. `now` only bounds how much of a bed's history is kept. */
export function keptOf(kind: AggregateKind, event: EventEnvelope, before: KeptBefore, now: number): KeptAggregate {
  const version = event.aggregateVersion;
  switch (kind) {
    case 'facility': {
      const data = { ...(event.data as FacilityData), version };
      return { kind, id: data.id, version, data };
    }
    case 'bed': {
      const { history: patch, cause: _cause, ...bed } = event.data as BedData;
      const data = { ...bed, version, history: trimHistory(mergeHistory(before.history, patch), now) };
      return { kind, id: bed.id, version, data };
    }
    case 'encounter': {
      const { cause, ...encounter } = event.data as EncounterData;
      // A change of the facility's configuration is no word of the patient.
      const heardAt = cause.kind === 'facility-configured' ? before.heardAt : cause.receivedAt;
      const data = { ...encounter, version, ...(heardAt === undefined ? {} : { heardAt }) };
      return { kind, id: encounter.encounterId, version, data };
    }
    case 'bed-request': {
      const data = { ...(event.data as BedRequestData), version };
      return { kind, id: data.id, version, data };
    }
    case 'discharge-plan': {
      const data = { ...(event.data as DischargePlanData), version };
      return { kind, id: data.encounterId, version, data };
    }
  }
}

/** The id under which the state keeps what an event speaks of. */
export function aggregateIdOf(kind: AggregateKind, event: EventEnvelope): string {
  const data = event.data as { readonly id: string; readonly encounterId: string };
  return kind === 'encounter' || kind === 'discharge-plan' ? data.encounterId : data.id;
}

/**
 * Folds events into a facility's state. Each thing is replaced by the event with the highest `aggregateVersion`; an event
 * that is not newer than what is known is ignored. So repeats are harmless, and events of different things may come in any
 * order. Events of one bed must come in the order of their versions (as the log gives them), because each carries only the
 * part of the bed's history that changed.
 *
 * The base is never touched: `finish()` gives a new state.
 */
export class FacilityFold {
  private configuration: FacilityData | null;
  private readonly beds: Map<string, KeptBed>;
  private readonly encounters: Map<string, KeptEncounter>;
  private readonly requests: Map<string, BedRequestData>;
  private readonly plans: Map<string, DischargePlanData>;
  private readonly changedByKey = new Map<string, KeptAggregate>();

  /** `now` only bounds how much of each bed's history is kept. */
  constructor(
    private readonly base: FacilityState,
    private readonly now: number,
  ) {
    this.configuration = base.configuration;
    this.beds = new Map(base.beds);
    this.encounters = new Map(base.encounters);
    this.requests = new Map(base.requests);
    this.plans = new Map(base.plans);
  }

  /** Whether the event changed anything. Events of other facilities must not be given. */
  apply(event: EventEnvelope): boolean {
    const kind = aggregateKindOf(event);
    if (kind === undefined) return false;
    const id = aggregateIdOf(kind, event);
    if (event.aggregateVersion <= this.versionOf(kind, id)) return false;
    const before = { history: this.beds.get(id)?.history ?? [], heardAt: this.encounters.get(id)?.heardAt };
    const kept = keptOf(kind, event, before, this.now);
    this.restore(kept);
    this.changedByKey.set(`${kind}/${id}`, kept);
    return true;
  }

  /** Puts back one thing as it was stored; for loading. Does not count as a change. */
  restore(kept: KeptAggregate): void {
    switch (kept.kind) {
      case 'facility':
        this.configuration = kept.data;
        break;
      case 'bed':
        this.beds.set(kept.id, kept.data);
        break;
      case 'encounter':
        this.encounters.set(kept.id, kept.data);
        break;
      case 'bed-request':
        this.requests.set(kept.id, kept.data);
        break;
      case 'discharge-plan':
        this.plans.set(kept.id, kept.data);
        break;
    }
  }

  /** Every thing that changed, once, as it is now. */
  changed(): KeptAggregate[] {
    return [...this.changedByKey.values()];
  }

  finish(): FacilityState {
    const { beds, encounters, requests, plans } = this;
    return { id: this.base.id, configuration: this.configuration, beds, encounters, requests, plans };
  }

  /** The version known of one thing; 0 if it is not known. */
  versionOf(kind: AggregateKind, id: string): number {
    switch (kind) {
      case 'facility':
        return this.configuration?.version ?? 0;
      case 'bed':
        return this.beds.get(id)?.version ?? 0;
      case 'encounter':
        return this.encounters.get(id)?.version ?? 0;
      case 'bed-request':
        return this.requests.get(id)?.version ?? 0;
      case 'discharge-plan':
        return this.plans.get(id)?.version ?? 0;
    }
  }
}

/** Folds a list of events of one facility. */
export function foldEvents(state: FacilityState, events: Iterable<EventEnvelope>, now: number): FacilityState {
  const fold = new FacilityFold(state, now);
  for (const event of events) fold.apply(event);
  return fold.finish();
}

/** The state without what is over: what stays in memory once the versions of the rest are stored elsewhere. */
export function withoutClosed(state: FacilityState): FacilityState {
  const { encounters, requests, plans } = state;
  const all = <T>(things: ReadonlyMap<string, T>, isOpen: (thing: T) => boolean) => {
    for (const thing of things.values()) if (!isOpen(thing)) return false;
    return true;
  };
  if (all(encounters, isOpenEncounter) && all(requests, isOpenRequest) && all(plans, isOpenPlan)) return state;
  return {
    ...state,
    encounters: new Map([...state.encounters].filter(([, e]) => isOpenEncounter(e))),
    requests: new Map([...state.requests].filter(([, r]) => isOpenRequest(r))),
    plans: new Map([...state.plans].filter(([, p]) => isOpenPlan(p))),
  };
}
