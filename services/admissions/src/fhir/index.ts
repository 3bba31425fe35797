/** The FHIR R4 interface: what is read and what is written by it. */
export { answer, baseOf, FhirController, jsonOf, queryOf } from './fhir-http.js';
export { FhirRefusal, statusOfIssues } from './fhir-refusal.js';
export { fhirEncounters } from './persistence/fhir-encounter.rows.js';
export { systemsOf } from './reads/client-domains.js';
export { encounterView } from './reads/encounter-view.js';
export { FhirKnowledge } from './reads/fhir-knowledge.js';
export { resourceOf } from './reads/location-view.js';
export { fhirRoom } from './fhir.room.js';
