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

/** Of a conditional update: the resource that was found is the one that the body names, where it names one (R4 3.1.0.4.3). @throws FhirRefusal 400 */
export function checkFoundId(type: string, found: string, own: unknown): void {
  if (own !== undefined && own !== found)
    throw FhirRefusal.of(
      400,
      'invariant',
      'The id of the resource must be that of the one the condition finds',
      `${type}.id`,
    );
}
