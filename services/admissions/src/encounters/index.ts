/** Encounters as the facts say, their conflicts and what persons decide about them. Facts enter by `RestateEncounters.restate` alone. */
export { BY_FACTS } from './conflicts/conflict-decisions.js';
export { type Decision, DecisionMessages } from './conflicts/decision-messages.js';
export {
  type FailureCause,
  failureEvent,
  MESSAGE_NOT_PROCESSED,
  nobodyConcerned,
} from './conflicts/message-failure-event.js';
export { EncounterListener } from './encounter-listener.js';
export { conflictsById, saveConflicts } from './persistence/conflict.rows.js';
export { idsByOtherNumber } from './persistence/encounter-reads.rows.js';
export {
  EncounterMoved,
  type EncounterRow,
  encountersById,
  type EncounterView,
  factsById,
  factsOf,
  lockFacilities,
  type NewFact,
  openVisitsOf,
  outdatedEncounters,
} from './persistence/encounter.rows.js';
export { goesBy, identitiesOf, isNumberOfMerged, survivorsOf } from './persistence/identity.rows.js';
export { placeTermOf, type SearchTerms, searchTermsOf } from './persistence/search-terms.js';
export { giveUpWaiting, visitsFound } from './persistence/unnumbered.rows.js';
export { closed, conflictEvent, opened } from './restate/conflict-data.js';
export { housesOf } from './restate/houses.js';
export { personsOf } from './restate/identities.js';
export { findPatientConflicts, type PatientConcerned } from './restate/patient-conflicts.js';
export { type ReinterpretedMessage, RestateEncounters } from './restate/restate.js';
export { type FoundVisits, visitsKnownFor } from './restate/unnumbered.js';
export { encountersRoom } from './encounters.room.js';
