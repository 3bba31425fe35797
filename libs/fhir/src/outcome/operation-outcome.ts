import type { DomainError } from '@wardstream/kernel';
import { systems } from '../r4/systems.js';
import type { OperationOutcomeResource } from '../r4/resources.js';
import type { FhirIssue, IssueType } from './issue.js';

/** An OperationOutcome of these issues, in their order; of none, that all is well. */
export function operationOutcome(issues: readonly FhirIssue[]): OperationOutcomeResource {
  const told: readonly FhirIssue[] =
    issues.length > 0 ? issues : [{ severity: 'information', code: 'informational', diagnostics: 'All is well' }];
  return {
    resourceType: 'OperationOutcome',
    issue: told.map(({ severity, code, diagnostics, expression }) => ({
      severity,
      code,
      diagnostics,
      ...(expression === undefined ? {} : { expression: [expression] }),
    })),
  };
}

const codeOf: Readonly<Record<DomainError['refusal'], IssueType>> = {
  invalid: 'invalid',
  'not-found': 'not-found',
  conflict: 'conflict',
  forbidden: 'forbidden',
  unauthenticated: 'login',
  'too-large': 'too-costly',
  unavailable: 'transient',
};

/** A refusal of the domain as an OperationOutcome. Its stable code is `issue.details.coding`, as problem+json's `code` is. */
export function outcomeOfRefusal(refused: Pick<DomainError, 'refusal' | 'code' | 'message'>): OperationOutcomeResource {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: codeOf[refused.refusal],
        details: { coding: [{ system: systems.refusal, code: refused.code }] },
        diagnostics: refused.message,
      },
    ],
  };
}
