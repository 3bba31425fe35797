import type { BedRequestData, Place, RoomConfiguration, UnitConfiguration } from '@wardstream/events';
import { isOpenEncounter, type CountedBed, type FacilityView } from './facility-state.js';
import { KeptIndex } from './kept-index.js';
import type { Whereabouts } from './whereabouts.js';

/** The same facts as the view, turned so that one unit can be counted without looking at the others. */
export interface FacilityIndex {
  /** Units that the configuration has, and those it had once. */
  readonly units: ReadonlyMap<string, UnitConfiguration>;
  /** Units that the configuration has. */
  readonly listed: ReadonlySet<string>;
  readonly rooms: ReadonlyMap<string, RoomConfiguration>;
  /** Beds that the configuration still has, and those it has no more and somebody is in, by unit. */
  readonly bedsOf: ReadonlyMap<string, readonly CountedBed[]>;
  /** The bed an encounter is in, by encounter; where it contests one bed and has another, the one it has. */
  readonly bedOf: ReadonlyMap<string, CountedBed>;
  /** Units with a bed that names an encounter, as an occupant or as who it is held for. */
  readonly namedIn: ReadonlyMap<string, readonly string[]>;
  /** Units with a bed that is kept for an encounter. */
  readonly keptIn: ReadonlyMap<string, readonly string[]>;
  /** By when they were made, the oldest first. */
  readonly openRequests: readonly BedRequestData[];
  /** Open requests of one encounter. */
  readonly requestsOf: ReadonlyMap<string, readonly BedRequestData[]>;
  /** Open requests by the unit they are for; '' for those that any unit may take. */
  readonly requestsFor: ReadonlyMap<string, readonly BedRequestData[]>;
  /** Visits whose sender puts them in the unit but in no bed the facility knows, or in one that a person says they are not in. */
  readonly withoutBed: ReadonlyMap<string, readonly string[]>;
  /** Where each open visit is, by encounter. */
  readonly places: ReadonlyMap<string, Whereabouts>;
  /** Open requests that were given a bed. */
  requestsGiven(bedId: string): readonly BedRequestData[];
  /** The bed that is not listed any more and still has a visit in it, by encounter. */
  readonly unlistedBedOf: ReadonlyMap<string, CountedBed>;
}

const cache = new WeakMap<FacilityView, FacilityIndex>();

/** The index of a view; made once for each view, which must not change afterwards unless who changes it gave its index. */
export function indexOf(view: FacilityView): FacilityIndex {
  let index = cache.get(view);
  if (index === undefined) {
    index = new KeptIndex(view);
    cache.set(view, index);
  }
  return index;
}

/** Gives a view the index that its owner keeps for it. */
export function giveIndex(view: FacilityView, index: FacilityIndex): void {
  cache.set(view, index);
}

/** The unit a request is for: that of the bed it was given, else the one it asks for; null if any will do. */
export function targetUnitOf(view: FacilityView, request: BedRequestData): string | null {
  const assigned = request.assignedBedId === null ? undefined : view.beds.get(request.assignedBedId);
  const target = assigned?.unit ?? request.toUnit;
  return target !== null && indexOf(view).listed.has(target) ? target : null;
}

/** The unit a patient is in now: by the bed, else by what the sender says, else null. */
export function unitOfEncounter(view: FacilityView, encounterId: string): string | null {
  return indexOf(view).bedOf.get(encounterId)?.unit ?? locationOf(view, encounterId)?.unit ?? null;
}

/** Where the sender says a patient is; null once the encounter is over. */
export function locationOf(view: FacilityView, encounterId: string): Place | null {
  const encounter = view.encounters.get(encounterId);
  return encounter !== undefined && isOpenEncounter(encounter) ? encounter.location : null;
}

/** The unit the patient of a request waits in; falls back on what the request says. */
export function originUnitOf(view: FacilityView, request: BedRequestData): string | null {
  return unitOfEncounter(view, request.encounterId) ?? request.from?.unit ?? null;
}

/** Whether the patient of an open request waits for a bed outside `unit`. */
export function waitsForElsewhere(view: FacilityView, request: BedRequestData, unit: string): boolean {
  return targetUnitOf(view, request) !== unit;
}
