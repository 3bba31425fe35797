import type { FacilityDirectory } from '@wardstream/encounter-model';
import type { Sender } from './sender-profile.js';

/** What interpreting needs to know of the world. */
export interface Knowledge {
  /** By id or alias. */
  facility(name: string): FacilityDirectory | undefined;
  /** The profile of whoever sends as `application` (MSH-3) of `sendingFacility` (MSH-4). */
  sender(application: string, sendingFacility: string): Sender | undefined;
  /** IANA zone of times without offset while the facility is not known. */
  readonly defaultTimeZone: string;
}
