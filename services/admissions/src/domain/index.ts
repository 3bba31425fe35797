/** The pure core of admissions: what the facts of a visit amount to. For whoever must come to the same result from the same facts. */
export { deriveEncounter, type DerivedEncounter, type EncounterMovement } from './derive-encounter.js';
export { deriveFacility, type FacilityEncounter, type FacilityEncounters } from './derive-facility.js';
export { type Directory, emptyDirectory, FacilityDirectory } from './directory.js';
export { type PlacedFact, subjectOf } from './identities.js';
export { encounterIdOf, factIdOf, patientIdOf } from './identify.js';
export { inSeveralBeds, openBed } from './patient-visits.js';
export { visitsOfUnnumbered } from './unnumbered.js';
export type { VisitFact } from './visit-fact.js';
