import { ApiProduces } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, checkFacility, noteAct, type User } from '@wardstream/service-kit';
import {
  checkPresent,
  FHIR_JSON,
  type FhirAnswer,
  FhirController,
  type Preference,
  type Writing,
} from './fhir-http.js';
import { FhirRefusal } from './fhir-refusal.js';
import { SearchEncounters } from './reads/encounter-search.js';
import { findEncounterById } from './reads/stored-resources.js';
import { searchInteractions } from './resource.controller.js';
import { WriteEncounter } from './writes/write-encounter.js';

const interactions = searchInteractions({
  type: 'Encounter',
  permission: 'patient.read',
  look: Act('patient.look'),
  searched: Act('patient.search'),
  searchedByForm: Act('patient.search'),
  search: 'Search encounters',
  one: 'One encounter (FHIR R4)',
  present: 'One encounter in its present version (FHIR R4)',
  create: 'Create an encounter (FHIR R4)',
  updateFound: 'Create or update the encounter that a search finds (FHIR R4)',
  update: 'Create or update an encounter (FHIR R4)',
});

/**
 * Encounters by FHIR R4: those of the whole house, whoever told of them. One is shown as it is derived, with its stays and plans; its
 * version grows with whatever is heard of the visit. What is written is a fact like any other: where its visit is known, it is taken as
 * that one's next version. Searched by identifier, status, class, date, location, patient and _id.
 */
@FhirController()
@ApiProduces(FHIR_JSON)
export class EncounterController extends interactions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly search: SearchEncounters,
    private readonly writes: WriteEncounter,
  ) {
    super();
  }

  page(user: User, base: string, query: readonly (readonly [string, string])[], preference: Preference) {
    return this.search.page(user, base, query, preference);
  }

  write(writing: Writing): Promise<FhirAnswer> {
    return this.writes.write(writing);
  }

  async read(user: User, id: string, version: string | null): Promise<FhirAnswer> {
    const found = await this.unitOfWork.read((tx) => findEncounterById(tx, id));
    if (found === undefined) throw FhirRefusal.of(404, 'not-found', 'There is no such Encounter');
    checkFacility(user, found.encounter?.facility ?? null);
    if (found.encounter === undefined) {
      throw FhirRefusal.of(404, 'not-found', 'The Encounter is kept, and is served once its facility is known here');
    }
    noteAct({ facility: found.encounter.facility, encounters: [found.encounter.id] });
    const resource = this.search.shown(user.subject, found.encounter, id);
    const { versionId, lastUpdated } = resource.meta;
    checkPresent('an Encounter', version, versionId);
    return { status: 200, resource, versionId, lastModified: lastUpdated };
  }
}
