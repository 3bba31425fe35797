import type { BedRequest } from './acts.js';
import type { SimulatedBed } from './bed-book.js';
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
