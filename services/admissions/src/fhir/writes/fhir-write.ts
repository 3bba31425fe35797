import type { MovementFact } from '@wardstream/events';
import type { EncounterMemory, FhirIssue, IdentifierDomains, PlaceOf } from '@wardstream/fhir';
import type { BedStatusReport } from '@wardstream/hl7v2';
import type { Result } from '@wardstream/kernel';

export type Visit = NonNullable<MovementFact['visit']>;
export type FactPatient = MovementFact['patient'];

/** What the request says of the resource that is written, apart from the resource. */
export interface Target {
  /** Position in the bundle; 0 where it came alone. */
  readonly index: number;
  /** The id in the URL; null where the server gives one. */
  readonly id: string | null;
  /** The version that the client knows; null where it does not say. */
  readonly ifMatch: string | null;
  /** Whether it is to be written only if there is none yet. */
  readonly onlyNew: boolean;
}

/** What was read of a write: all that it says, by resource. */
export interface ReadWrite {
  readonly encounters: readonly {
    readonly target: Target;
    readonly visit: Visit;
    /** Other identifiers that it has. */
    readonly others: readonly Visit[];
    readonly facts: readonly MovementFact[];
    readonly memory: EncounterMemory;
    /** When the version was recorded. */
    readonly recordedAt: string;
  }[];
  readonly patients: readonly { readonly target: Target; readonly patient: FactPatient & { readonly id: string } }[];
  /** `report` is null where the Location says nothing that is acted on. */
  readonly beds: readonly { readonly target: Target; readonly report: BedStatusReport | null }[];
  /** Codes that may name the facility, the likeliest first. */
  readonly sites: readonly string[];
  readonly warnings: readonly FhirIssue[];
  /** Of a message: when it was written, if it says so. */
  readonly sentAt?: string | null;
}

export interface ReadingOptions {
  readonly receivedAt: string;
  readonly timeZone: string;
  readonly domains: IdentifierDomains;
  readonly placeOf: PlaceOf;
  readonly memoryOf: (visit: Visit) => EncounterMemory | undefined;
  /** Which of the Encounters of a visit has this id: none of its own has the one by which the server knows the visit. */
  readonly pieceOf: (visit: Visit, id: string | null) => string;
}

/** One request that writes: everything in it is taken, or nothing. */
export interface FhirWrite {
  /** The client, by the subject of its token. */
  readonly client: string;
  readonly bytes: Buffer;
  readonly messageType: string;
  readonly trigger: string;
  /** `sender`: it is a message, recorded when its sender says and recognised by its content; `receipt`: a REST interaction. */
  readonly recorded: 'receipt' | 'sender';
  /** Of a message, what its sender calls it. */
  readonly controlId: string | null;
  /** Pure: may be called more than once. */
  readonly read: (options: ReadingOptions) => Result<ReadWrite, readonly FhirIssue[]>;
}

/** What became of one resource of a write. */
export interface Written {
  readonly index: number;
  readonly type: 'Encounter' | 'Patient' | 'Location';
  /** By which it can be read. */
  readonly id: string;
  readonly created: boolean;
  /** How many times it was written, where that is counted. */
  readonly writes: number;
}

export interface Taken {
  readonly written: readonly Written[];
  readonly warnings: readonly FhirIssue[];
  /** Id of the stored message. */
  readonly messageId: string;
}

/** Who a patient is, told apart from any visit: what an A31 says. */
export function personFact(patient: FactPatient, receivedAt: string): MovementFact {
  return {
    ...{ kind: 'person', trigger: 'A31', visit: null, patient, class: null, specialty: null },
    ...{ location: null, priorLocation: null, pendingLocation: null, temporaryLocation: null },
    ...{ at: receivedAt, recordedAt: receivedAt, atFrom: 'MSH-7', expectedAt: null, movement: null },
  };
}
