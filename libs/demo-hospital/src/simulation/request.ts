import type { BedNeeds } from '@wardstream/events';
import type { BedRequest } from './acts.js';
import type { SimulatedBed } from './bed-tracker.js';
import { wards } from './profile.js';
import type { Visit } from './visit.js';

/** A patient's call for a bed, from the asking until the patient lies in it. */
export interface Request extends BedRequest {
  readonly visit: Visit;
  readonly requestedAt: number;
  /** The bed manager has read it. */
  seen: boolean;
  bed: SimulatedBed | null;
  ready: boolean;
  moving: boolean;
  closed: boolean;
  /** What the sending side does when the moment to move has come. */
  readonly move: (bed: SimulatedBed) => void;
}

/** Units whose patients are watched by telemetry; elsewhere the need has ended with the move. */
const monitored: ReadonlySet<string> = new Set(['AMU', '4A', '5A', 'ICU', 'HDU']);

/** What a patient needs of a bed of a unit. */
export function needsOf(visit: Visit, toUnit: string): BedNeeds {
  const profile = wards[toUnit];
  return {
    levelOfCare: profile?.level ?? 'ward',
    specialty: profile?.service ?? visit.service,
    isolation: visit.isolation,
    sex: profile?.level === 'icu' || profile?.level === 'step-down' ? 'any' : visit.person.sex,
    telemetry: visit.telemetry && monitored.has(toUnit),
    equipment: [...visit.equipment],
  };
}
