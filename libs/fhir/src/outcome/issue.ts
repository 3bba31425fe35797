/** IssueType (R4, required binding), as far as it is used here. */
export const issueTypes = [
  'structure',
  'required',
  'value',
  'invariant',
  'invalid',
  'code-invalid',
  'extension',
  'not-supported',
  'duplicate',
  'not-found',
  'multiple-matches',
  'business-rule',
  'conflict',
  'login',
  'forbidden',
  'too-costly',
  'too-long',
  'transient',
  'processing',
  'informational',
] as const;
export type IssueType = (typeof issueTypes)[number];

/** One thing wrong, or worth knowing, about what was sent. `diagnostics` never quotes what a patient is called or when born. */
export interface FhirIssue {
  /** error: not taken. warning: taken, and somebody should look. */
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  readonly code: IssueType;
  readonly diagnostics: string;
  /** FHIRPath of the element, e.g. `Encounter.location[0].period.start`. */
  readonly expression?: string;
}

export function error(code: IssueType, expression: string, diagnostics: string): FhirIssue {
  return { severity: 'error', code, diagnostics, expression };
}

export function warning(code: IssueType, expression: string, diagnostics: string): FhirIssue {
  return { severity: 'warning', code, diagnostics, expression };
}
