import type { FhirIssue, IssueType } from '@wardstream/fhir';

/** What is not done, with its HTTP status and why. Its issues hold no personal data. */
export class FhirRefusal extends Error {
  override readonly name = 'FhirRefusal';

  constructor(
    readonly status: number,
    readonly issues: readonly FhirIssue[],
  ) {
    super(issues[0]?.diagnostics ?? 'refused');
  }

  static of(status: number, code: IssueType, diagnostics: string, expression?: string): FhirRefusal {
    return new FhirRefusal(status, [
      { severity: 'error', code, diagnostics, ...(expression === undefined ? {} : { expression }) },
    ]);
  }
}

/** What R4 calls basic rules (400); all else that is wrong with a resource is a rule of this server (422). */
const basic: ReadonlySet<IssueType> = new Set([
  'structure',
  'required',
  'value',
  'code-invalid',
  'invalid',
  'too-costly',
]);

/** The status of a resource that is refused for what it is. */
export function statusOfIssues(issues: readonly FhirIssue[]): 400 | 422 {
  const errors = issues.filter(({ severity }) => severity === 'error' || severity === 'fatal');
  return errors.every(({ code }) => basic.has(code)) ? 400 : 422;
}
