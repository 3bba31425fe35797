import { err, ok, type Result } from '@wardstream/kernel';
import { type BedStatusCode, bedStatusCodes } from '@wardstream/hl7v2';
import type { FhirIssue } from '../outcome/issue.js';
import { locationStatuses } from '../r4/location.schema.js';
import { systems } from '../r4/systems.js';
import {
  commonParameters,
  countOf,
  type Handling,
  idsOf,
  type ParameterDefinition,
  readEach,
  sentParameters,
} from './parameters.js';
import { referenceAlternatives } from './reference.js';
import { codeAlternatives, type TokenCriterion, tokenAlternatives } from './token.js';

export const locationParameters = [
  ...commonParameters,
  { name: 'identifier', type: 'token', documentation: 'Code of the bed, room, unit or facility' },
  { name: 'status', type: 'token', documentation: 'active, suspended or inactive' },
  { name: 'operational-status', type: 'token', documentation: 'Status of a bed by table 0116' },
  { name: 'partof', type: 'reference', documentation: 'The Location it is directly a part of' },
  { name: 'physical-type', type: 'token', documentation: 'bd, ro, wa or si; a parameter of this server' },
] as const satisfies readonly ParameterDefinition[];

export const physicalTypeCodes = ['bd', 'ro', 'wa', 'si'] as const;
export type PhysicalTypeCode = (typeof physicalTypeCodes)[number];

/** A search for Locations. Every part that is not null must hold; within one, one of the alternatives. */
export interface LocationSearch {
  readonly ids: readonly string[] | null;
  /** Each list must hold. */
  readonly identifier: readonly (readonly TokenCriterion[])[];
  readonly status: readonly (readonly (typeof locationStatuses)[number][])[];
  readonly operationalStatus: readonly (readonly BedStatusCode[])[];
  /** Ids of Locations. */
  readonly partOf: readonly (readonly string[])[];
  readonly physicalType: readonly (readonly PhysicalTypeCode[])[];
  readonly count: number | null;
  /** What was passed over. */
  readonly warnings: readonly FhirIssue[];
}

const statusSystem = 'http://hl7.org/fhir/location-status';

/** Reads the query of a search for Locations. Never throws. */
export function parseLocationSearch(
  query: Iterable<readonly [string, string]>,
  options: { readonly handling?: Handling } = {},
): Result<LocationSearch, readonly FhirIssue[]> {
  const issues: FhirIssue[] = [];
  const sent = sentParameters(query, locationParameters, options.handling ?? 'strict', issues);
  const search: LocationSearch = {
    ids: idsOf(sent, issues),
    identifier: readEach(sent, ['identifier'], (p) => tokenAlternatives(p, issues)),
    status: readEach(sent, ['status'], (p) => codeAlternatives(p, locationStatuses, statusSystem, issues)),
    operationalStatus: readEach(sent, ['operational-status'], (p) =>
      codeAlternatives(p, bedStatusCodes, systems.bedStatus, issues),
    ),
    partOf: readEach(sent, ['partof'], (p) => referenceAlternatives(p, 'Location', issues)),
    physicalType: readEach(sent, ['physical-type'], (p) =>
      codeAlternatives(p, physicalTypeCodes, systems.physicalType, issues),
    ),
    count: countOf(sent, issues),
    warnings: issues.filter(({ severity }) => severity !== 'error'),
  };
  const errors = issues.filter(({ severity }) => severity === 'error');
  return errors.length > 0 ? err(errors) : ok(search);
}
