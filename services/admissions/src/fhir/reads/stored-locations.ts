import { Injectable } from '@nestjs/common';
import { covers, type Facilities } from '@wardstream/access';
import {
  type BundleResource,
  identifierSystems,
  locationIdOf,
  type LocationResource,
  type LocationSearch,
  operationOutcome,
  parseLocationSearch,
  searchsetBundle,
  tokenFulfils,
  versionOfEtag,
} from '@wardstream/fhir';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { bedsOf, type BedCopy } from '../../directory/index.js';
import type { Preference } from '../fhir-http.js';
import { FhirKnowledge } from './fhir-knowledge.js';
import { FhirRefusal } from '../fhir-refusal.js';
import { type BedStates, type StoredLocation, resourceOf } from './location-view.js';

type Query = readonly (readonly [string, string])[];
type Named = readonly [id: string, known: StoredLocation];

const PAGE = 100;
/** Of the next page: the id that the page before ended with. */
const AFTER = '_after';
const physicalTypes = { site: 'si', ward: 'wa', room: 'ro', bed: 'bd' } as const;

/** The sites, wards, rooms and beds of all facilities as Locations; of a bed its state as bed-management last told it. */
@Injectable()
export class StoredLocations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly knowledge: FhirKnowledge,
  ) {}

  /** The facility that this Location is of; undefined where there is no such Location. */
  facilityOf(id: string): string | undefined {
    return this.knowledge.locations().get(id)?.facility.id;
  }

  async one(id: string): Promise<LocationResource | undefined> {
    const known = this.knowledge.locations().get(id);
    if (known === undefined) return undefined;
    const beds = await this.unitOfWork.read((tx) => stateOf(tx, [known]));
    return resourceOf(known, beds);
  }

  private async matches(query: Query): Promise<string[]> {
    const search = read(query, 'strict');
    if (search.identifier.length === 0 && search.ids === null) {
      throw FhirRefusal.of(412, 'business-rule', 'The condition names no identifier and no id: it selects nothing');
    }
    return (await this.found(search)).map(([id]) => id);
  }

  /** The id of the Location that a condition finds, null if there is none. @throws FhirRefusal 412 where it finds several */
  async match(query: Query, expression?: string): Promise<string | null> {
    const [match, another] = await this.matches(query);
    if (another !== undefined) {
      throw FhirRefusal.of(412, 'multiple-matches', 'The condition finds more than one Location', expression);
    }
    return match ?? null;
  }

  /** @throws FhirRefusal 412 where the Location is not at the version that an If-Match names */
  async checkVersion(id: string | null, ifMatch: string, expression?: string): Promise<void> {
    const resource = id === null ? undefined : await this.one(id);
    const current = resource?.meta?.versionId;
    if (
      resource !== undefined &&
      (ifMatch.trim() === '*' || (current !== undefined && versionOfEtag(ifMatch) === current))
    )
      return;
    const text = 'The Location is not at this version; read it again before you change it';
    throw FhirRefusal.of(412, 'conflict', text, expression);
  }

  /** @throws FhirRefusal 400 for parameters that cannot be read, or are not known and not to be passed over */
  async page(base: string, query: Query, { handling }: Preference, facilities: Facilities): Promise<BundleResource> {
    const search = read(
      query.filter(([name]) => name !== AFTER),
      handling ?? 'strict',
    );
    const after = query.findLast(([name]) => name === AFTER)?.[1] ?? '';
    const all = await this.found(search);
    const found = all.filter(([, { facility }]) => covers(facilities, facility.id));
    const countOnly = search.count === 0 || query.some(([n, v]) => n === '_summary' && v === 'count');
    const left = countOnly ? [] : found.filter(([id]) => id > after);
    const matches = await this.resources(left.slice(0, search.count ?? PAGE));
    const self = query.filter(([n]) => n !== '_format' && n !== '_pretty').map(([n, v]) => [n, v] as [string, string]);
    const next = [...self.filter(([n]) => n !== AFTER), [AFTER, matches.at(-1)?.id ?? ''] as [string, string]];
    return searchsetBundle(base, 'Location', {
      ...{ matches, total: found.length, self: new URLSearchParams(self).toString() },
      next: left.length > matches.length ? new URLSearchParams(next).toString() : null,
      ...(search.warnings.length > 0 ? { outcome: operationOutcome(search.warnings) } : {}),
    });
  }

  /** All that match, in order of their ids. There are as many Locations as there are beds: they are looked through in memory. */
  private async found(search: LocationSearch): Promise<Named[]> {
    const all = [...this.knowledge.locations()].filter(([id, known]) => isNamed(search, id, known));
    const inUse = await this.inUse(all);
    const named = all.filter(([id, known]) => known.isListed || inUse.has(id));
    if (search.status.length + search.operationalStatus.length === 0) return named;
    const resources = await this.resources(named);
    return named.filter((_, i) => isInState(search, resources[i]!));
  }

  /** Beds not listed any more that somebody is in, by their ids. */
  private async inUse(named: readonly Named[]): Promise<ReadonlySet<string>> {
    const former = named.filter(([, { isListed, kind }]) => !isListed && kind === 'bed');
    if (former.length === 0) return new Set();
    const beds = await this.unitOfWork.read((tx) =>
      stateOf(
        tx,
        former.map(([, known]) => known),
      ),
    );
    const isIn = ({ facility, bedId }: StoredLocation): boolean =>
      beds.get(facility.id)?.get(bedId!)?.state === 'occupied';
    return new Set(former.flatMap(([id, known]) => (isIn(known) ? [id] : [])));
  }

  private async resources(named: readonly Named[]): Promise<LocationResource[]> {
    const locations = named.map(([, known]) => known);
    const beds = await this.unitOfWork.read((tx) => stateOf(tx, locations));
    return locations.map((known) => resourceOf(known, beds));
  }
}

function read(query: Query, handling: 'strict' | 'lenient'): LocationSearch {
  const search = parseLocationSearch(query, { handling });
  if (!search.ok) throw new FhirRefusal(400, search.error);
  return search.value;
}

async function stateOf(tx: Tx, locations: readonly StoredLocation[]): Promise<BedStates> {
  const ids = new Map<string, string[]>();
  for (const { bedId, facility } of locations) {
    if (bedId !== null) ids.set(facility.id, [...(ids.get(facility.id) ?? []), bedId]);
  }
  const beds = new Map<string, ReadonlyMap<string, BedCopy>>();
  for (const [facility, of] of ids) beds.set(facility, await bedsOf(tx, facility, of));
  return beds;
}

function isNamed(search: LocationSearch, id: string, { kind, unit, room, bedId, facility }: StoredLocation): boolean {
  const code = { site: facility.id, ward: unit, room, bed: bedId }[kind];
  const above = {
    site: null,
    ward: locationIdOf(facility.id, 'site'),
    room: locationIdOf(facility.id, 'ward', unit ?? ''),
    bed: locationIdOf(facility.id, 'room', unit ?? '', room ?? ''),
  }[kind];
  return (
    (search.ids === null || search.ids.includes(id)) &&
    search.identifier.every((list) =>
      list.some((token) => tokenFulfils({ system: identifierSystems.place, code }, token)),
    ) &&
    search.partOf.every((list) => above !== null && list.includes(above)) &&
    search.physicalType.every((list) => list.includes(physicalTypes[kind]))
  );
}

function isInState(search: LocationSearch, { status, operationalStatus }: LocationResource): boolean {
  const code = operationalStatus?.code;
  return (
    search.status.every((list) => list.includes(status)) &&
    search.operationalStatus.every((list) => list.some((asked) => asked === code))
  );
}
