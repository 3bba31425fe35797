import { err, ok, type Result } from '@wardstream/kernel';
import type { FhirIssue } from '../outcome/issue.js';
import { encounterStatuses, type FhirEncounterStatus } from '../r4/encounter.schema.js';
import { type DateAlternatives, dateAlternatives } from './date.js';
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

export const encounterParameters = [
  ...commonParameters,
  { name: 'identifier', type: 'token', documentation: 'Visit number, with or without its system' },
  { name: 'status', type: 'token', documentation: 'Status of the encounter' },
  { name: 'class', type: 'token', documentation: 'Class of the encounter' },
  { name: 'date', type: 'date', documentation: 'Period of the encounter; all prefixes but ap' },
  { name: 'location', type: 'reference', documentation: 'A Location the patient is, was or is planned to be in' },
  { name: 'patient', type: 'reference', documentation: 'The patient' },
  { name: 'subject', type: 'reference', documentation: 'The patient' },
] as const satisfies readonly ParameterDefinition[];

/** A search for encounters. Every part that is not null must hold; within one, one of the alternatives. */
export interface EncounterSearch {
  readonly ids: readonly string[] | null;
  /** Each list must hold. */
  readonly identifier: readonly (readonly TokenCriterion[])[];
  readonly status: readonly (readonly FhirEncounterStatus[])[];
  readonly class: readonly (readonly TokenCriterion[])[];
  readonly date: readonly DateAlternatives[];
  /** Ids of Locations. */
  readonly location: readonly (readonly string[])[];
  /** Ids of Patients. */
  readonly patient: readonly (readonly string[])[];
  readonly count: number | null;
  /** What was passed over. */
  readonly warnings: readonly FhirIssue[];
}

const statusSystem = 'http://hl7.org/fhir/encounter-status';

/** Reads the query of a search for encounters; dates without an offset are in `timeZone`. Never throws. */
export function parseEncounterSearch(
  query: Iterable<readonly [string, string]>,
  options: { readonly timeZone: string; readonly handling?: Handling },
): Result<EncounterSearch, readonly FhirIssue[]> {
  const issues: FhirIssue[] = [];
  const sent = sentParameters(query, encounterParameters, options.handling ?? 'strict', issues);
  const search: EncounterSearch = {
    ids: idsOf(sent, issues),
    identifier: readEach(sent, ['identifier'], (p) => tokenAlternatives(p, issues)),
    status: readEach(sent, ['status'], (p) => codeAlternatives(p, encounterStatuses, statusSystem, issues)),
    class: readEach(sent, ['class'], (p) => tokenAlternatives(p, issues)),
    date: readEach(sent, ['date'], (p) => dateAlternatives(p, options.timeZone, issues)),
    location: readEach(sent, ['location'], (p) => referenceAlternatives(p, 'Location', issues)),
    patient: readEach(sent, ['patient', 'subject'], (p) => referenceAlternatives(p, 'Patient', issues)),
    count: countOf(sent, issues),
    warnings: issues.filter(({ severity }) => severity !== 'error'),
  };
  const errors = issues.filter(({ severity }) => severity === 'error');
  return errors.length > 0 ? err(errors) : ok(search);
}
