import { Injectable } from '@nestjs/common';
import type { FacilityData, SentPlace } from '@wardstream/events';
import {
  locationIndex,
  type LocationMapping,
  type LocationOptions,
  locationToBedStatus,
  type PlaceOf,
} from '@wardstream/fhir';
import type { FacilityDirectory } from '@wardstream/encounter-model';
import { Directories } from '../../directory/index.js';
import { ClientDomains } from './client-domains.js';
import { FhirRefusal } from '../fhir-refusal.js';
import { personFact, type Visit } from '../writes/fhir-write.js';
import { type StoredLocation, resourceOf } from './location-view.js';

type LocationResolve = NonNullable<LocationOptions['resolve']>;

/** What FHIR needs to know of facilities and clients. A client is known by the subject of its token, as a sender by its MSH-3. */
@Injectable()
export class FhirKnowledge {
  private generation = -1;
  private index: ReadonlyMap<string, StoredLocation> = new Map();

  constructor(private readonly directories: Directories) {}

  get defaultTimeZone(): string {
    return this.directories.defaultTimeZone;
  }

  /** All Locations of all facilities by their ids, in the order of these. */
  locations(): ReadonlyMap<string, StoredLocation> {
    if (this.generation !== this.directories.generation) {
      this.generation = this.directories.generation;
      const index = new Map<string, StoredLocation>();
      for (const { facility } of this.directories.all()) {
        const listed = locationIndex(facility);
        const whole = withFormer(facility);
        for (const [id, key] of locationIndex(whole))
          index.set(id, { ...key, facility: whole, isListed: listed.has(id) });
      }
      this.index = new Map([...index].sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    return this.index;
  }

  /**
   * The place of a reference to a Location of ours. One that has the form of our ids and is not configured (yet) is what its id
   * says, so that it is found once it is.
   */
  readonly placeOf: PlaceOf = (reference): SentPlace | null => {
    const id = /(?:^|\/)Location\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/|$)/.exec(reference)?.[1];
    if (id === undefined) return null;
    const known = this.locations().get(id);
    if (known === undefined) return placeOfId(id);
    const { kind, unit, room, bedId, facility } = known;
    if (kind === 'site') return null;
    const bed = bedId === null ? null : (facility.beds.find((b) => b.id === bedId)?.bed ?? null);
    return { unit, room, bed, facility: facility.id };
  };

  /** Systems of identifiers by the domain that they have here, as the client's profile says. */
  domainsOf(client: string): ClientDomains {
    const authorities = this.directories.sender(client, '')?.profile.identifiers.authorities ?? {};
    return new ClientDomains(Object.entries(authorities).filter(([, domain]) => domain !== ''));
  }

  /** An identifier in the terms of the house: what interpreting makes of it by the client's profile. */
  inHouse(client: string, { number, domain }: Visit): Visit {
    const sender = this.directories.sender(client, '');
    const said = { id: number, domain, family: null, given: null, birthDate: null, sex: 'unknown' } as const;
    return sender?.translate({ ...personFact(said, ''), visit: { number, domain } }).visit ?? { number, domain };
  }

  /**
   * The facility that one of these names, else that of the client's profile; undefined while none is known.
   * @throws FhirRefusal where they name several: what is written at once is written to one facility
   */
  facilityOf(client: string, names: readonly string[]): FacilityDirectory | undefined {
    const named = new Set(names.flatMap((name) => this.directories.facility(name) ?? []));
    if (named.size > 1) {
      throw FhirRefusal.of(422, 'business-rule', 'What is written at once must be of one facility; this names several');
    }
    const profile = this.directories.sender(client, '')?.profile.facility;
    return [...named][0] ?? (profile ? this.directories.facility(profile) : undefined);
  }

  /** What a Location says of a bed's status; places of ours that it is a part of are known. */
  bedStatusOf(location: unknown, at: { readonly receivedAt: string; readonly timeZone: string }): LocationMapping {
    return locationToBedStatus(location, { ...at, recorded: 'receipt', placeOf: this.placeOf, resolve: this.resolve });
  }

  /** A Location of ours that a resource refers to. */
  private readonly resolve: LocationResolve = ({ reference = '' }) => {
    const known = this.locations().get(/^(?:.*\/)?Location\/([A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1] ?? '');
    if (known === undefined) return undefined;
    return { resource: { ...resourceOf(known) }, path: reference, resolve: this.resolve };
  };

  facility(id: string): FacilityData | undefined {
    return this.directories.facility(id)?.facility;
  }

  facilities(): FacilityData[] {
    return this.directories.all().map(({ facility }) => facility);
  }
}

/** A facility with the places that were configured once: a patient may be in such a bed, and earlier stays refer to it. */
function withFormer(facility: FacilityData): FacilityData {
  const { former } = facility;
  if (former === undefined) return facility;
  const and = <T>(listed: readonly T[], others: readonly T[], keyOf: (of: T) => string): T[] => {
    const known = new Set(listed.map(keyOf));
    return [...listed, ...others.filter((of) => !known.has(keyOf(of)))];
  };
  return {
    ...facility,
    units: and(facility.units, former.units, (u) => u.id),
    rooms: and(facility.rooms, former.rooms, (r) => `${r.unit}/${r.id}`),
    beds: and(facility.beds, former.beds, (b) => b.id),
  };
}

/** `NGH.bed.4A-14`, `NGH.room.4A.R1`, `NGH.ward.4A`. */
function placeOfId(id: string): SentPlace | null {
  const [facility = '', kind, code = '', room = '', ...more] = id.split('.');
  const none = { unit: null, room: null, bed: null, facility };
  if (code === '' || more.length > 0) return null;
  if (kind === 'bed' && room === '') return { ...none, bed: code };
  if (kind === 'ward' && room === '') return { ...none, unit: code };
  return kind === 'room' && room !== '' ? { ...none, unit: code, room } : null;
}
