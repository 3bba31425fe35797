/** The pure core of admissions: what the facts of a visit amount to. For whoever must come to the same result from the same facts. */
export type { EncounterConflict } from './conflicts.js';
export { endVisit, joinVisits, nameMother, standingFacts, withdrawDecision } from './decisions.js';
export { type DerivedEncounter, deriveEncounter } from './derive-encounter.js';
export { deriveFacility, type FacilityEncounter, type FacilityEncounters } from './derive-facility.js';
export { type Directory, emptyDirectory, FacilityDirectory } from './directory.js';
export { type Elsewhere, type Houses, oneHouse } from './houses.js';
export { encounterIdOf, factIdOf, identifierKey, patientIdOf, SEPARATOR } from './identify.js';
export {
  identitiesNamed,
  type Identity,
  mayBeOthers,
  nobodyKnown,
  patientIdsOf,
  type Persons,
  personsAmong,
  type PlacedFact,
  placedFacts,
  retirementAmong,
  settledSurvivors,
  type StatedFact,
  subjectOf,
} from './identities.js';
export { inRecordedOrder } from './movements.js';
export { asOneVisit, type Joined, mergedAt, mergedAway, type Visit } from './one-visit.js';
export {
  bedConflictKinds,
  bedSince,
  type Disagreement,
  type HeldBed,
  inSeveralBeds,
  MOST_SIDES,
  numberConflictKinds,
  type OnePatient,
  openBed,
  patientConflictIds,
  underSeveralNumbers,
} from './patient-visits.js';
export { PersonHistory, type Patient, addsNothing } from './patient.js';
export { type LastRetirement, settleMore } from './settle-merges.js';
export { type NumberedVisit, visitsOfUnnumbered } from './unnumbered.js';
export { isPersonal, isUnnumbered, mergesVisits, statesIdentity, type VisitFact } from './visit-fact.js';
