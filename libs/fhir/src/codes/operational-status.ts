import type { BedState } from '@wardstream/events';
import { type BedStatusCode, bedStatusCodes } from '@wardstream/hl7v2';
import type { OutCoding } from '../r4/resources.js';
import { systems } from '../r4/systems.js';

const displays: Readonly<Record<BedStatusCode, string>> = {
  C: 'Closed',
  H: 'Housekeeping',
  I: 'Isolated',
  K: 'Contaminated',
  O: 'Occupied',
  U: 'Unoccupied',
};

/** Table 0116 has six codes: no reserved, no blocked, no cleaning. The bed's own state goes along as an extension. */
const codes: Readonly<Record<BedState, BedStatusCode>> = {
  available: 'U',
  reserved: 'U',
  occupied: 'O',
  dirty: 'H',
  cleaning: 'H',
  blocked: 'C',
  closed: 'C',
  surge: 'C',
};

/** Location.operationalStatus of a bed. `terminalClean`: what it waits for, or is in, is a clean after an infection. */
export function operationalStatusOf(state: BedState, terminalClean = false): OutCoding {
  const code = terminalClean && codes[state] === 'H' ? 'K' : codes[state];
  return { system: systems.bedStatus, code, display: displays[code] };
}

/** The code of table 0116 that a Location says; null if it says none of them. */
export function bedStatusCodeOf(coding: {
  system?: string | undefined;
  code?: string | undefined;
}): BedStatusCode | null {
  if (coding.system !== undefined && coding.system !== systems.bedStatus) return null;
  return bedStatusCodes.find((code) => code === coding.code?.toUpperCase()) ?? null;
}
