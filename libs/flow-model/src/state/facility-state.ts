import type {
  BedData,
  BedRequestData,
  DischargePlanData,
  EncounterData,
  FacilityData,
  Place,
} from '@wardstream/events';
import type { HistorySegment } from './bed-history.js';

/** A patient recorded in a bed. */
export interface CountedOccupant {
  readonly encounterId: string;
  readonly since: string;
  readonly role: 'active' | 'contesting';
}

/** What counting needs of a bed. */
export interface CountedBed {
  readonly id: string;
  readonly unit: string;
  readonly room: string;
  readonly bed: string;
  readonly state: BedData['state'];
  readonly since: string;
  readonly occupants: readonly CountedOccupant[];
  /** Disagreements that are open; not known of an earlier time. */
  readonly conflicts?: readonly { readonly kind: string }[] | undefined;
  /** Visits whose sender puts them here, and of which a person said that they are not. */
  readonly notInBed?: readonly { readonly encounterId: string }[] | undefined;
  /** Nothing was ever told of it: it is as it was configured. */
  readonly nothingHeard?: boolean | undefined;
  readonly reservedFor: {
    readonly encounterId: string;
    readonly bedRequestId: string | null;
    /** Where a plan keeps the bed, and no person does. */
    readonly plan?: 'admit' | 'transfer' | undefined;
  } | null;
  readonly clocks: BedData['clocks'];
  /** Something told of it was not applied: upstream, and where it is counted. Not known of an earlier time. */
  readonly notCertainSince?: string | undefined;
  readonly unappliedSince?: string | undefined;
  /** Patients on leave for whom it is kept. */
  readonly onLeave?: readonly { readonly encounterId: string }[] | undefined;
  /** The configuration has no such bed any more. */
  readonly notListedSince?: string | undefined;
  readonly history: readonly HistorySegment[];
}

/** What counting needs of an encounter. */
export interface CountedEncounter {
  readonly encounterId: string;
  readonly status: EncounterData['status'];
  readonly class: string | null;
  readonly location: Place | null;
  /** Away from the bed for a procedure. Not known of an earlier time. */
  readonly inTransit?: boolean | undefined;
  /** Whether its class lies in no bed, as its sender means it; where that is not told the stays and the class say it. */
  readonly inNoBed?: boolean | undefined;
  readonly stays?: EncounterData['stays'] | undefined;
}

/**
 * Everything that is open in one facility at one moment: now (FacilityState) or at an earlier time (facilityAsOf).
 * Every number of the house is a function of this and a time.
 */
export interface FacilityView {
  readonly id: string;
  /** Null until the facility's configuration is known: then there are no units to count. */
  readonly configuration: FacilityData | null;
  readonly beds: ReadonlyMap<string, CountedBed>;
  readonly encounters: ReadonlyMap<string, CountedEncounter>;
  readonly requests: ReadonlyMap<string, BedRequestData>;
  /** By encounter id. */
  readonly plans: ReadonlyMap<string, DischargePlanData>;
}

/** A bed as last published, with its own recent history in the place of the event's patch. */
export type KeptBed = Omit<BedData, 'history' | 'cause'> & {
  readonly history: readonly HistorySegment[];
  /** A later change of it was told and could not be applied here. */
  readonly unappliedSince?: string;
};
export type KeptEncounter = Omit<EncounterData, 'cause'> & {
  /** When the message was received that changed it last; unknown for what was kept before this was. */
  readonly heardAt?: string;
};

/** The present state as folded from events. Immutable: every change gives a new one. */
export interface FacilityState extends FacilityView {
  readonly beds: ReadonlyMap<string, KeptBed>;
  readonly encounters: ReadonlyMap<string, KeptEncounter>;
}

export function emptyFacility(id: string): FacilityState {
  return {
    id,
    configuration: null,
    beds: new Map(),
    encounters: new Map(),
    requests: new Map(),
    plans: new Map(),
  };
}

/** An encounter that still is, or may come: neither over nor called off. */
export function isOpenEncounter(encounter: Pick<EncounterData, 'status'>): boolean {
  return encounter.status !== 'discharged' && encounter.status !== 'cancelled';
}

export function isOpenRequest(request: Pick<BedRequestData, 'status'>): boolean {
  return request.status === 'requested' || request.status === 'assigned';
}

export function isOpenPlan(plan: Pick<DischargePlanData, 'status'>): boolean {
  return plan.status === 'pending' || plan.status === 'confirmed';
}

/** A bed that the configuration has no more, and that somebody is in. */
export function isStillUsed({ notListedSince, state }: Pick<CountedBed, 'notListedSince' | 'state'>): boolean {
  return notListedSince !== undefined && state === 'occupied';
}
