import type { BedRequestData, Place, RoomConfiguration, UnitConfiguration } from '@wardstream/events';
import {
  isOpenEncounter,
  isOpenRequest,
  type CountedBed,
  type CountedOccupant,
  type FacilityView,
} from './facility-state.js';
import { whereaboutsOf, type Whereabouts } from './whereabouts.js';

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
  readonly openRequests: readonly BedRequestData[];
  /** Open requests of one encounter. */
  readonly requestsOf: ReadonlyMap<string, readonly BedRequestData[]>;
  /** Open requests by the unit they are for; '' for those that any unit may take. */
  readonly requestsFor: ReadonlyMap<string, readonly BedRequestData[]>;
  /** Visits whose sender puts them in the unit but in no bed the facility knows, or in one that a person says they are not in. */
  readonly withoutBed: ReadonlyMap<string, readonly string[]>;
  /** Where each open visit is, by encounter. */
  readonly places: ReadonlyMap<string, Whereabouts>;
  /** The bed that is not listed any more and still has a visit in it, by encounter. */
  readonly unlistedBedOf: ReadonlyMap<string, CountedBed>;
}

const cache = new WeakMap<FacilityView, FacilityIndex>();

/** The index of a view; made once for each view, which must not change afterwards. */
export function indexOf(view: FacilityView): FacilityIndex {
  let index = cache.get(view);
  if (index === undefined) {
    index = makeIndex(view);
    cache.set(view, index);
  }
  return index;
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

function makeIndex(view: FacilityView): FacilityIndex {
  const { former } = view.configuration ?? {};
  const listed = new Set(view.configuration?.units.map((u) => u.id));
  const allUnits = [...(former?.units ?? []), ...(view.configuration?.units ?? [])];
  const allRooms = [...(former?.rooms ?? []), ...(view.configuration?.rooms ?? [])];
  const units = new Map(allUnits.map((u) => [u.id, u]));
  const rooms = new Map(allRooms.map((r) => [`${r.unit}/${r.id}`, r]));
  const configured = new Set(view.configuration?.beds.map((b) => b.id));
  const bedsOf = new Map<string, CountedBed[]>();
  const bedOf = new Map<string, CountedBed>();
  const placed = new Map<string, { occupant: CountedOccupant; bed: CountedBed }>();
  const namedIn = new Map<string, string[]>();
  const keptIn = new Map<string, string[]>();
  const setAside = new Map<string, string>();
  const unlistedBedOf = new Map<string, CountedBed>();
  for (const bed of view.beds.values()) {
    if (!configured.has(bed.id) && !isStillUsed(bed)) {
      for (const { encounterId } of bed.occupants) unlistedBedOf.set(encounterId, bed);
      continue;
    }
    for (const { encounterId } of bed.notInBed ?? []) setAside.set(encounterId, bed.id);
    push(bedsOf, bed.unit, bed);
    if (bed.reservedFor !== null) {
      push(namedIn, bed.reservedFor.encounterId, bed.unit);
      push(keptIn, bed.reservedFor.encounterId, bed.unit);
    }
    for (const { encounterId } of bed.onLeave ?? []) {
      if (!placed.has(encounterId)) bedOf.set(encounterId, bed);
      push(namedIn, encounterId, bed.unit);
    }
    for (const occupant of bed.occupants) {
      push(namedIn, occupant.encounterId, bed.unit);
      const known = placed.get(occupant.encounterId);
      if (known !== undefined && !outweighs(occupant, bed, known)) continue;
      placed.set(occupant.encounterId, { occupant, bed });
      bedOf.set(occupant.encounterId, bed);
    }
  }
  const openRequests = [...view.requests.values()].filter(isOpenRequest);
  const requestsOf = new Map<string, BedRequestData[]>();
  const requestsFor = new Map<string, BedRequestData[]>();
  for (const request of openRequests) {
    push(requestsOf, request.encounterId, request);
    const assigned = request.assignedBedId === null ? undefined : view.beds.get(request.assignedBedId);
    const target = assigned?.unit ?? request.toUnit;
    push(requestsFor, target !== null && listed.has(target) ? target : '', request);
  }
  const withoutBed = new Map<string, string[]>();
  const places = new Map<string, Whereabouts>();
  const isUnit = (unit: string) => listed.has(unit);
  const isBed = (bedId: string) => configured.has(bedId);
  for (const visit of view.encounters.values()) {
    const { encounterId, location } = visit;
    if (!isOpenEncounter(visit)) continue;
    const place = whereaboutsOf(visit, {
      bedUnit: bedOf.get(encounterId)?.unit ?? null,
      inUnlistedBed: unlistedBedOf.has(encounterId),
      isSetAside: setAside.has(encounterId) && setAside.get(encounterId) === location?.bedId,
      isUnit,
      isBed,
    });
    places.set(encounterId, place);
    if (place === 'unit') push(withoutBed, location!.unit!, encounterId);
  }
  return {
    units,
    listed,
    rooms,
    bedsOf,
    bedOf,
    namedIn,
    keptIn,
    openRequests,
    requestsOf,
    requestsFor,
    withoutBed,
    places,
    unlistedBedOf,
  };
}

/** A bed that the configuration has no more, and that somebody is in. */
export function isStillUsed({ notListedSince, state }: CountedBed): boolean {
  return notListedSince !== undefined && state === 'occupied';
}

/** Which of two beds a patient counts for: the one held rather than contested, then the later, then by name. */
function outweighs(
  occupant: CountedOccupant,
  bed: CountedBed,
  known: { readonly occupant: CountedOccupant; readonly bed: CountedBed },
): boolean {
  if (occupant.role !== known.occupant.role) return occupant.role === 'active';
  if (occupant.since !== known.occupant.since) return occupant.since > known.occupant.since;
  return bed.id < known.bed.id;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
