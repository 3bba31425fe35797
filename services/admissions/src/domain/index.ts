/** The pure core of admissions: what the facts of a visit amount to. For whoever must come to the same result from the same facts. */
export { deriveEncounter, type DerivedEncounter, type EncounterMovement } from './derive-encounter.js';
export { deriveFacility, type FacilityEncounter, type FacilityEncounters } from './derive-facility.js';
export { type Directory, emptyDirectory, FacilityDirectory } from './directory.js';
export { type PlacedFact, subjectOf } from './identities.js';
export { encounterIdOf, factIdOf } from './identify.js';
export type { VisitFact } from './visit-fact.js';
