import { PROBLEM_TYPE, type Problem } from './problem.js';

const FHIR_PATH = '/fhir/R4';
/** In the terms of FHIR; `@wardstream/fhir` has the same. */
const REFUSAL_SYSTEM = 'urn:wardstream:fhir:refusal';

/** What an OperationOutcome says of an issue (R4 value set issue-type), by the status of a problem. */
const issueOfStatus = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  408: 'timeout',
  409: 'conflict',
  413: 'too-costly',
  414: 'too-long',
  415: 'not-supported',
  417: 'not-supported',
  429: 'throttled',
  431: 'too-long',
  502: 'transient',
  503: 'transient',
} as const;
type IssueOfStatus = (typeof issueOfStatus)[keyof typeof issueOfStatus];

/** An R4 OperationOutcome of one issue. */
export interface ProblemOutcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly {
    readonly severity: 'error' | 'fatal';
    readonly code: IssueOfStatus | 'processing';
    readonly details: { readonly coding: readonly { readonly system: string; readonly code: string }[] };
    readonly diagnostics: string;
  }[];
}

/** Whether a URL (with or without its query) belongs to the FHIR interface. */
export function isFhirUrl(url: string): boolean {
  return url.startsWith(FHIR_PATH) && /^(?:[/?]|$)/.test(url.slice(FHIR_PATH.length));
}

/** A problem (RFC 9457) as an OperationOutcome. Its stable code is `issue.details.coding`. */
export function outcomeOfProblem({ status, code, detail }: Problem): ProblemOutcome {
  const issue = Object.hasOwn(issueOfStatus, status)
    ? issueOfStatus[status as keyof typeof issueOfStatus]
    : status >= 500
      ? 'processing'
      : 'invalid';
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: status >= 500 ? 'fatal' : 'error',
        code: issue,
        details: { coding: [{ system: REFUSAL_SYSTEM, code }] },
        diagnostics: detail,
      },
    ],
  };
}

/** A problem as whoever asked for this URL reads it: problem+json, below `/fhir/R4` an OperationOutcome. */
export function formOf(url: string, problem: Problem): { readonly type: string; readonly body: string } {
  return isFhirUrl(url)
    ? { type: 'application/fhir+json; charset=utf-8', body: JSON.stringify(outcomeOfProblem(problem)) }
    : { type: PROBLEM_TYPE, body: JSON.stringify(problem) };
}
