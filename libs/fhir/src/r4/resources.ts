import type { IssueType } from '../outcome/issue.js';

/** The shapes of FHIR R4 that are written. Narrower than the standard: what is not here is never sent. */
export interface OutCoding {
  readonly system?: string;
  readonly code: string;
  readonly display?: string;
}

export interface OutConcept {
  readonly coding?: readonly OutCoding[];
  readonly text?: string;
}

export interface OutIdentifier {
  readonly use?: 'usual' | 'official' | 'secondary';
  readonly type?: OutConcept;
  readonly system?: string;
  readonly value: string;
}

export interface OutReference {
  readonly reference?: string;
  readonly identifier?: OutIdentifier;
  readonly display?: string;
}

export interface OutPeriod {
  readonly start?: string;
  readonly end?: string;
}

export interface OutExtension {
  readonly url: string;
  readonly valueCode?: string;
  readonly valueBoolean?: boolean;
  readonly valueDateTime?: string;
  readonly valueReference?: OutReference;
}

export interface OutMeta {
  readonly versionId?: string;
  readonly lastUpdated?: string;
}

export interface OperationOutcomeResource {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly {
    readonly severity: 'fatal' | 'error' | 'warning' | 'information';
    readonly code: IssueType;
    readonly details?: OutConcept;
    readonly diagnostics?: string;
    readonly expression?: readonly string[];
  }[];
}

export interface EncounterResource {
  readonly resourceType: 'Encounter';
  readonly id: string;
  readonly meta?: OutMeta;
  readonly extension?: readonly OutExtension[];
  readonly identifier: readonly OutIdentifier[];
  readonly status: 'planned' | 'in-progress' | 'onleave' | 'finished' | 'cancelled';
  readonly class: OutCoding;
  readonly serviceType?: OutConcept;
  readonly subject?: OutReference;
  readonly period?: OutPeriod;
  readonly location?: readonly {
    readonly location: OutReference;
    readonly status: 'planned' | 'active' | 'completed';
    readonly period?: OutPeriod;
  }[];
  readonly serviceProvider?: OutReference;
}

export interface PatientResource {
  readonly resourceType: 'Patient';
  readonly id: string;
  readonly meta?: OutMeta;
  readonly identifier?: readonly OutIdentifier[];
  /** Said of a patient who goes by another resource now. */
  readonly active?: false;
  readonly name?: readonly { readonly family?: string; readonly given?: readonly string[] }[];
  readonly gender: 'male' | 'female' | 'other' | 'unknown';
  readonly birthDate?: string;
  readonly link?: readonly { readonly other: OutReference; readonly type: 'replaced-by' }[];
}

export interface LocationResource {
  readonly resourceType: 'Location';
  readonly id: string;
  readonly meta?: OutMeta;
  readonly extension?: readonly OutExtension[];
  readonly identifier: readonly OutIdentifier[];
  readonly status: 'active' | 'suspended';
  readonly operationalStatus?: OutCoding;
  readonly name: string;
  readonly mode: 'instance';
  readonly physicalType: OutConcept;
  readonly partOf?: OutReference;
}

export type OutResource =
  EncounterResource | PatientResource | LocationResource | OperationOutcomeResource | SubscriptionResource;

export interface BundleResource {
  readonly resourceType: 'Bundle';
  readonly id?: string;
  readonly type: 'searchset' | 'history' | 'transaction-response';
  readonly timestamp?: string;
  readonly total?: number;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly {
    readonly fullUrl?: string;
    readonly resource?: OutResource;
    readonly search?: { readonly mode: 'match' | 'include' | 'outcome' };
    readonly request?: { readonly method: 'POST' | 'PUT' | 'DELETE'; readonly url: string };
    readonly response?: {
      readonly status: string;
      readonly location?: string;
      readonly etag?: string;
      readonly lastModified?: string;
      readonly outcome?: OperationOutcomeResource;
    };
  }[];
}

export interface SubscriptionResource {
  readonly resourceType: 'Subscription';
  readonly id: string;
  readonly meta?: OutMeta;
  readonly status: 'requested' | 'active' | 'error' | 'off';
  readonly reason: string;
  readonly criteria: string;
  readonly end?: string;
  readonly error?: string;
  readonly channel: {
    readonly type: 'rest-hook';
    readonly endpoint: string;
    readonly payload?: 'application/fhir+json';
  };
}
