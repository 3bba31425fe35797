import type { BedRequestData, RoomConfiguration, UnitConfiguration } from '@wardstream/events';
import type { FacilityIndex } from './facility-index.js';
import {
  isOpenEncounter,
  isOpenRequest,
  isStillUsed,
  type CountedBed,
  type CountedOccupant,
  type FacilityView,
} from './facility-state.js';
import { whereaboutsOf, type Whereabouts } from './whereabouts.js';

/** Where one open request is listed. */
interface ListedRequest {
  readonly request: BedRequestData;
  readonly target: string;
}

/**
 * The index of a view, kept up to date while the view's things change one by one: a change costs what the thing itself concerns, not
 * what the facility holds. After any changes it is the same as one made of the view anew, except for the order within its lists;
 * where several beds claim one patient, the beds' ids decide and not the order in which they were told.
 *
 * A change is told by `changedBed`, `changedEncounter` and `changedRequest` after the view's maps hold it; `settle` then derives what
 * follows, and must be called before the index is read. For another configuration a new index is made.
 */
export class KeptIndex implements FacilityIndex {
  readonly units: ReadonlyMap<string, UnitConfiguration>;
  readonly listed: ReadonlySet<string>;
  readonly rooms: ReadonlyMap<string, RoomConfiguration>;
  readonly bedsOf = new Map<string, CountedBed[]>();
  readonly bedOf = new Map<string, CountedBed>();
  readonly namedIn = new Map<string, readonly string[]>();
  readonly keptIn = new Map<string, readonly string[]>();
  readonly requestsOf = new Map<string, BedRequestData[]>();
  readonly requestsFor = new Map<string, BedRequestData[]>();
  readonly withoutBed = new Map<string, string[]>();
  readonly places = new Map<string, Whereabouts>();
  readonly unlistedBedOf = new Map<string, CountedBed>();
  private readonly configured: ReadonlySet<string>;
  /** Beds that name an encounter in any way, by encounter and bed id. */
  private readonly naming = new Map<string, Map<string, CountedBed>>();
  private readonly unitWithoutBed = new Map<string, string>();
  private readonly listedRequests = new Map<string, ListedRequest>();
  /** Open requests by the bed they were given. */
  private readonly givenTo = new Map<string, Set<string>>();
  private allOpen: readonly BedRequestData[] | null = null;
  private readonly staleEncounters = new Set<string>();
  private readonly staleRequests = new Set<string>();

  constructor(private readonly view: FacilityView) {
    const { units = [], rooms = [], beds = [], former } = view.configuration ?? {};
    this.listed = new Set(units.map((u) => u.id));
    this.units = new Map([...(former?.units ?? []), ...units].map((u) => [u.id, u]));
    this.rooms = new Map([...(former?.rooms ?? []), ...rooms].map((r) => [`${r.unit}/${r.id}`, r]));
    this.configured = new Set(beds.map((b) => b.id));
    // Encounters first: their places are listed in the order of the view.
    for (const id of view.encounters.keys()) this.changedEncounter(id);
    for (const bed of view.beds.values()) this.changedBed(undefined, bed);
    for (const id of view.requests.keys()) this.changedRequest(id);
    this.settle();
  }

  get openRequests(): readonly BedRequestData[] {
    this.allOpen ??= [...this.listedRequests.values()].map(({ request }) => request).sort(byAge);
    return this.allOpen;
  }

  requestsGiven(bedId: string): BedRequestData[] {
    return [...(this.givenTo.get(bedId) ?? [])].map((id) => this.listedRequests.get(id)!.request);
  }

  /** A bed as it was, if it was known, and as it is. */
  changedBed(before: CountedBed | undefined, after: CountedBed): void {
    const { id } = after;
    for (const encounterId of before === undefined ? [] : namedBy(before)) {
      this.naming.get(encounterId)?.delete(id);
      this.staleEncounters.add(encounterId);
    }
    for (const encounterId of namedBy(after)) {
      const beds = this.naming.get(encounterId);
      if (beds === undefined) this.naming.set(encounterId, new Map([[id, after]]));
      else beds.set(id, after);
      this.staleEncounters.add(encounterId);
    }
    const unitBefore = before !== undefined && this.counts(before) ? before.unit : null;
    const unitAfter = this.counts(after) ? after.unit : null;
    if (unitBefore === unitAfter && unitAfter !== null) {
      const beds = this.bedsOf.get(unitAfter)!;
      beds[beds.indexOf(before!)] = after;
    } else {
      if (unitBefore !== null) remove(this.bedsOf, unitBefore, before!);
      if (unitAfter !== null) push(this.bedsOf, unitAfter, after);
    }
    if (before?.unit !== after.unit) for (const request of this.givenTo.get(id) ?? []) this.staleRequests.add(request);
  }

  changedEncounter(id: string): void {
    this.staleEncounters.add(id);
  }

  changedRequest(id: string): void {
    this.staleRequests.add(id);
  }

  /** Derives what follows from the changes told. */
  settle(): void {
    for (const id of this.staleEncounters) this.settleEncounter(id);
    this.staleEncounters.clear();
    for (const id of this.staleRequests) this.settleRequest(id);
    this.staleRequests.clear();
  }

  private counts(bed: CountedBed): boolean {
    return this.configured.has(bed.id) || isStillUsed(bed);
  }

  private settleEncounter(encounterId: string): void {
    const naming = this.naming.get(encounterId);
    if (naming?.size === 0) this.naming.delete(encounterId);
    const beds = [...(naming?.values() ?? [])];
    if (beds.length > 1) beds.sort((a, b) => (a.id < b.id ? -1 : 1));
    const visit = this.view.encounters.get(encounterId);
    const named = new Set<string>();
    const kept: string[] = [];
    let placed: { readonly occupant: CountedOccupant; readonly bed: CountedBed } | undefined;
    let leftFrom: CountedBed | undefined;
    let unlisted: CountedBed | undefined;
    let isSetAside = false;
    for (const bed of beds) {
      const isOf = (o: { readonly encounterId: string }) => o.encounterId === encounterId;
      const occupant = bed.occupants.find(isOf);
      if (!this.counts(bed)) {
        if (occupant !== undefined) unlisted ??= bed;
        continue;
      }
      if (bed.notInBed?.some(isOf) === true && visit?.location?.bedId === bed.id) isSetAside = true;
      if (bed.reservedFor?.encounterId === encounterId) {
        named.add(bed.unit);
        kept.push(bed.unit);
      }
      if (bed.onLeave?.some(isOf) === true) {
        named.add(bed.unit);
        leftFrom ??= bed;
      }
      if (occupant === undefined) continue;
      named.add(bed.unit);
      if (placed === undefined || outweighs(occupant, bed, placed)) placed = { occupant, bed };
    }
    const bed = placed?.bed ?? leftFrom;
    put(this.bedOf, encounterId, bed);
    put(this.unlistedBedOf, encounterId, unlisted);
    put(this.namedIn, encounterId, named.size === 0 ? undefined : [...named]);
    put(this.keptIn, encounterId, kept.length === 0 ? undefined : kept);
    const place =
      visit === undefined || !isOpenEncounter(visit)
        ? undefined
        : whereaboutsOf(visit, {
            bedUnit: bed?.unit ?? null,
            inUnlistedBed: unlisted !== undefined,
            isSetAside,
            isUnit: (unit) => this.listed.has(unit),
            isBed: (bedId) => this.configured.has(bedId),
          });
    put(this.places, encounterId, place);
    this.listWithoutBed(encounterId, place === 'unit' ? visit!.location!.unit! : undefined);
  }

  private listWithoutBed(encounterId: string, unit: string | undefined): void {
    const before = this.unitWithoutBed.get(encounterId);
    if (before === unit) return;
    if (before !== undefined) remove(this.withoutBed, before, encounterId);
    if (unit !== undefined) push(this.withoutBed, unit, encounterId);
    put(this.unitWithoutBed, encounterId, unit);
  }

  private settleRequest(id: string): void {
    const before = this.listedRequests.get(id);
    const known = this.view.requests.get(id);
    const request = known !== undefined && isOpenRequest(known) ? known : undefined;
    if (before !== undefined) {
      remove(this.requestsOf, before.request.encounterId, before.request);
      remove(this.requestsFor, before.target, before.request);
      const bedId = before.request.assignedBedId;
      if (bedId !== null && bedId !== request?.assignedBedId) this.givenTo.get(bedId)?.delete(id);
    }
    this.allOpen = null;
    if (request === undefined) {
      this.listedRequests.delete(id);
      return;
    }
    const { assignedBedId, toUnit, encounterId } = request;
    const unit = (assignedBedId === null ? undefined : this.view.beds.get(assignedBedId)?.unit) ?? toUnit;
    const target = unit !== null && this.listed.has(unit) ? unit : '';
    push(this.requestsOf, encounterId, request);
    push(this.requestsFor, target, request);
    if (assignedBedId !== null) {
      const given = this.givenTo.get(assignedBedId);
      if (given === undefined) this.givenTo.set(assignedBedId, new Set([id]));
      else given.add(id);
    }
    this.listedRequests.set(id, { request, target });
  }
}

/** Everybody a bed names, as an occupant, on leave, kept for, or as who is not in it. */
export function namedBy({ occupants, onLeave, notInBed, reservedFor }: CountedBed): Set<string> {
  const named = new Set(occupants.map((o) => o.encounterId));
  for (const { encounterId } of onLeave ?? []) named.add(encounterId);
  for (const { encounterId } of notInBed ?? []) named.add(encounterId);
  if (reservedFor !== null) named.add(reservedFor.encounterId);
  return named;
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

function byAge(a: BedRequestData, b: BedRequestData): number {
  if (a.requestedAt !== b.requestedAt) return a.requestedAt < b.requestedAt ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function put<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function remove<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  const at = list?.indexOf(value) ?? -1;
  if (at < 0) return;
  if (list!.length === 1) map.delete(key);
  else list!.splice(at, 1);
}
