import { encounterParameters } from '../search/encounter-search.js';
import { locationParameters } from '../search/location-search.js';
import type { ParameterType } from '../search/parameters.js';
import { systems } from '../r4/systems.js';
import type { OutConcept } from '../r4/resources.js';

/** What a CapabilityStatement needs to know of the installation. */
export interface Capabilities {
  /** Where the FHIR interface is, without a slash at the end. */
  readonly base: string;
  /** Of the software. */
  readonly version: string;
  /** When these capabilities came to be, as FHIR dateTime. */
  readonly date: string;
  /** Whether Subscriptions are served. */
  readonly subscriptions?: boolean;
}

type Interaction = 'read' | 'update' | 'delete' | 'create' | 'search-type';

interface RestResource {
  readonly type: string;
  readonly documentation?: string;
  readonly interaction: readonly { readonly code: Interaction }[];
  readonly versioning: 'versioned' | 'no-version';
  readonly updateCreate?: boolean;
  readonly conditionalCreate?: boolean;
  readonly conditionalUpdate?: boolean;
  readonly searchParam?: readonly {
    readonly name: string;
    readonly type: ParameterType;
    readonly documentation: string;
  }[];
}

export interface CapabilityStatementResource {
  readonly resourceType: 'CapabilityStatement';
  readonly status: 'active';
  readonly date: string;
  readonly kind: 'instance';
  readonly software: { readonly name: string; readonly version: string };
  readonly implementation: { readonly description: string; readonly url: string };
  readonly fhirVersion: '4.0.1';
  readonly format: readonly string[];
  readonly rest: readonly {
    readonly mode: 'server';
    readonly security: {
      readonly cors: boolean;
      readonly service: readonly OutConcept[];
      readonly description: string;
    };
    readonly resource: readonly RestResource[];
    readonly interaction: readonly { readonly code: 'transaction' }[];
    readonly operation: readonly { readonly name: string; readonly definition: string }[];
  }[];
}

/** What this server takes and gives by FHIR R4. */
export function capabilityStatement({
  base,
  version,
  date,
  subscriptions = false,
}: Capabilities): CapabilityStatementResource {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Wardstream', version },
    implementation: { description: 'Patient flow: encounters, beds and what happens to them', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          service: [{ coding: [{ system: systems.securityService, code: 'OAuth' }] }],
          description: 'A bearer token; every interaction names the roles that may use it.',
        },
        resource: subscriptions ? [...resources, subscription] : resources,
        interaction: [{ code: 'transaction' }],
        operation: [
          {
            name: 'process-message',
            definition: 'http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message',
          },
        ],
      },
    ],
  };
}

const codes = (...interactions: Interaction[]): { code: Interaction }[] => interactions.map((code) => ({ code }));

const written = {
  versioning: 'versioned',
  updateCreate: true,
  conditionalCreate: true,
  conditionalUpdate: true,
} as const;

const resources: readonly RestResource[] = [
  {
    type: 'Encounter',
    documentation:
      'What is written is a record of what happened and is never refused because the house knows otherwise.',
    interaction: codes('read', 'create', 'update', 'search-type'),
    ...written,
    searchParam: encounterParameters.map(({ name, type, documentation }) => ({ name, type, documentation })),
  },
  {
    type: 'Location',
    documentation: 'Sites, wards, rooms and beds as configured. Of what is written, the status of a bed counts.',
    interaction: codes('read', 'create', 'update', 'search-type'),
    versioning: 'versioned',
    conditionalUpdate: true,
    searchParam: locationParameters.map(({ name, type, documentation }) => ({ name, type, documentation })),
  },
  {
    type: 'Patient',
    documentation: 'The least that is needed: identifier and gender, more by policy.',
    interaction: codes('read', 'create', 'update'),
    ...written,
  },
];

const subscription: RestResource = {
  type: 'Subscription',
  documentation: 'Rest-hook on Encounter and Location.',
  interaction: codes('read', 'create', 'update', 'delete', 'search-type'),
  versioning: 'versioned',
};
