/** What names mean here: of places, and by the profile of whoever sends them. Pure. */
export type { Knowledge } from './knowledge.js';
export { faultOf, PlaceMap, type PlaceRule } from './place-rules.js';
export {
  aheadMsOf,
  isKnownClass,
  keysOf,
  patientClasses,
  processingIds,
  Sender,
  SenderRegistry,
  type SenderConnection,
  type SenderProfile,
} from './sender-profile.js';
