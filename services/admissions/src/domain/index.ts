/** The pure core of admissions: what the facts of a visit amount to. For whoever must come to the same result from the same facts. */
export { deriveEncounter, type DerivedEncounter, type EncounterMovement } from './derive-encounter.js';
export { type Directory, emptyDirectory, FacilityDirectory } from './directory.js';
export { encounterIdOf } from './identify.js';
export type { VisitFact } from './visit-fact.js';
