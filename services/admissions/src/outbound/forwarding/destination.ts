import type { SentPlace } from '@wardstream/events';
import type { MllpTls } from '@wardstream/mllp';
import { PlaceMap, type PlaceRule } from '../../directory/names/index.js';

/** A system that is sent HL7 v2 over MLLP. */
export interface Destination {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls: MllpTls | null;
  /** Only of these; of all where empty. */
  readonly facilities: readonly string[];
  /** ADT triggers that it is sent. */
  readonly adt: 'all' | readonly string[];
  /** Whether it is sent an A20 whenever the status of a bed is another. */
  readonly bedStatus: boolean;
  /** Sending applications whose messages it is not sent: those it comes by itself. */
  readonly notFrom: readonly string[];
  /** MSH-3 to MSH-6. Where one is null, a message that is sent on keeps its own. */
  readonly names: {
    readonly sendingApplication: string | null;
    readonly sendingFacility: string | null;
    readonly receivingApplication: string | null;
    readonly receivingFacility: string | null;
  };
  /** MSH-10 of a message that is sent on: as it came, or one of ours. */
  readonly controlId: 'kept' | 'own';
  /** Name of table 0211; where null, a message that is sent on keeps its own. */
  readonly characterSet: string | null;
  /** Codes of places here, and what the receiver calls them. */
  readonly places: readonly PlaceRule[];
  readonly seconds: { readonly connect: number; readonly answer: number; readonly idle: number };
  readonly retry: {
    /** Pause after the first failure and the longest one, seconds. */
    readonly first: number;
    readonly most: number;
    /** How often a message is sent that is answered AE or CE, or AR or CR, before it is set aside. */
    readonly errors: number;
    readonly rejects: number;
  };
}

/** A message as far as it decides who is sent it. */
export interface Forwardable {
  readonly facility: string | null;
  readonly application: string;
}

/** Whether a destination may be sent what this system said of this facility. */
export function mayHear({ facilities, notFrom }: Destination, { facility, application }: Forwardable): boolean {
  if (facility === null || notFrom.includes(application)) return false;
  return facilities.length === 0 || facilities.includes(facility);
}

/** Whether it is sent ADT of this trigger. One that is told of beds by us is not sent what others say of them. */
export function takesTrigger({ adt, bedStatus }: Destination, trigger: string): boolean {
  if (trigger === 'A20' && bedStatus) return false;
  return adt === 'all' || adt.includes(trigger);
}

/** Places in the codes of a destination. Null where no rule of it fits: the place goes out as it is. */
export class PlacesOfDestination {
  private readonly map: PlaceMap | null;

  constructor({ places }: Destination) {
    this.map = places.length === 0 ? null : new PlaceMap(places);
  }

  named(place: SentPlace | null): SentPlace | null {
    if (place === null || this.map === null) return null;
    const mapped = this.map.map(place);
    return mapped === place ? null : mapped;
  }

  /** The place as it goes out in a message of ours. */
  outgoing(place: SentPlace | null): SentPlace | null {
    return this.named(place) ?? place;
  }
}
