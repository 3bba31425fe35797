import { ApiProduces } from '@nestjs/swagger';
import { checkFacility, NoAct, type User } from '@wardstream/service-kit';
import {
  checkPresent,
  FHIR_JSON,
  type FhirAnswer,
  FhirController,
  type Preference,
  type Writing,
} from './fhir-http.js';
import { FhirRefusal } from './fhir-refusal.js';
import { StoredLocations } from './reads/stored-locations.js';
import { searchInteractions } from './resource.controller.js';
import { WriteLocation } from './writes/write-location.js';

const interactions = searchInteractions({
  type: 'Location',
  permission: 'board.read',
  searchedByForm: NoAct('Shows places and no patient.'),
  search: 'Search sites, wards, rooms and beds',
  one: 'One site, ward, room or bed (FHIR R4)',
  present: 'One site, ward, room or bed in its present version (FHIR R4)',
  create: 'Report the status of a bed (FHIR R4)',
  updateFound: 'Report the status of the bed that a search finds (FHIR R4)',
  update: 'Report the status of a bed by its id (FHIR R4)',
});

/**
 * Sites, wards, rooms and beds by FHIR R4, a bed with its operational status by table 0116 and its own state as an extension. Nothing here
 * tells who is in a bed. What is written reports the status of a bed, as an A20 does; the bed's state follows from it and from what else
 * is known of the bed. Searched by identifier, status, operational-status, partof, physical-type and _id.
 */
@FhirController()
@ApiProduces(FHIR_JSON)
export class LocationController extends interactions {
  constructor(
    private readonly locations: StoredLocations,
    private readonly writes: WriteLocation,
  ) {
    super();
  }

  page(user: User, base: string, query: readonly (readonly [string, string])[], preference: Preference) {
    return this.locations.page(base, query, preference, user.facilities);
  }

  write(writing: Writing): Promise<FhirAnswer> {
    return this.writes.write(writing);
  }

  async read(user: User, id: string, version: string | null): Promise<FhirAnswer> {
    const facility = this.locations.facilityOf(id);
    if (facility !== undefined) checkFacility(user, facility);
    const resource = await this.locations.one(id);
    if (resource === undefined) throw FhirRefusal.of(404, 'not-found', 'There is no such Location');
    const { versionId, lastUpdated } = resource.meta ?? {};
    checkPresent('a Location', version, versionId);
    return { status: 200, resource, versionId, lastModified: lastUpdated };
  }
}
