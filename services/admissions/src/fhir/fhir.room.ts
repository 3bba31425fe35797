import { EncounterController } from './encounter.controller.js';
import { FhirTransport } from './fhir-transport.js';
import { LocationController } from './location.controller.js';
import { PatientController } from './patient.controller.js';
import { SearchEncounters } from './reads/encounter-search.js';
import { FhirKnowledge } from './reads/fhir-knowledge.js';
import { StoredLocations } from './reads/stored-locations.js';
import { StoredResources } from './reads/stored-resources.js';
import { MetadataController } from './reads/metadata.controller.js';
import { UnservedController } from './unserved.controller.js';
import { BundleController } from './writes/bundle.controller.js';
import { TakeWrite } from './writes/take-write.js';
import { WriteBundle } from './writes/write-bundle.js';
import { WriteEncounter } from './writes/write-encounter.js';
import { WriteLocation } from './writes/write-location.js';
import { WritePatient } from './writes/write-patient.js';

/** What of this room Nest makes; `AdmissionsModule` joins the rooms. */
export const fhirRoom = {
  controllers: [
    BundleController,
    EncounterController,
    LocationController,
    MetadataController,
    PatientController,
    UnservedController,
  ],
  providers: [
    FhirKnowledge,
    FhirTransport,
    StoredLocations,
    StoredResources,
    SearchEncounters,
    TakeWrite,
    WriteBundle,
    WriteEncounter,
    WriteLocation,
    WritePatient,
  ],
};
