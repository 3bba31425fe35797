import { err, ok, type Result } from '@wardstream/kernel';
import type { z } from 'zod';
import { error, type FhirIssue } from './issue.js';

/** Where an element stands, for an issue: `Bundle.entry[2].resource` and a path below it. */
export function pathText(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
    root,
  );
}

const MOST_ISSUES = 50;

/**
 * Reads the parts of a resource that are of use. What is not of its form is told element by element, without the values; what is
 * not known is passed over, but for that which may turn the meaning of the rest round (modifier extensions, implicit rules).
 * Never throws.
 */
export function readResource<T>(
  schema: z.ZodType<T>,
  input: unknown,
  root: string,
): Result<T, readonly [FhirIssue, ...FhirIssue[]]> {
  const result = schema.safeParse(input);
  if (result.success) {
    const modified = modifierIssue(input, root);
    return modified === null ? ok(result.data) : err([modified]);
  }
  const [first, ...more] = result.error.issues.slice(0, MOST_ISSUES).map((i) => issueOf(i, input, root));
  return err([first ?? error('structure', root, 'is not readable'), ...more]);
}

function modifierIssue(input: unknown, root: string): FhirIssue | null {
  const { modifierExtension, implicitRules } = input as { modifierExtension?: unknown[]; implicitRules?: string };
  if (modifierExtension !== undefined && modifierExtension.length > 0) {
    return error('extension', `${root}.modifierExtension`, 'A modifier extension that is not known here');
  }
  return implicitRules === undefined
    ? null
    : error('not-supported', `${root}.implicitRules`, 'Implicit rules that are not known here');
}

function issueOf(found: z.core.$ZodIssue, input: unknown, root: string): FhirIssue {
  const at = pathText(root, found.path);
  if (valueAt(input, found.path) === undefined) return error('required', at, 'The element is missing');
  switch (found.code) {
    case 'invalid_type':
      return error('structure', at, `The element must be ${article(found.expected)}`);
    case 'invalid_value':
      return typeof valueAt(input, found.path) === 'string'
        ? error('code-invalid', at, `The code is none of: ${found.values.map(String).join(', ')}`)
        : error('structure', at, 'The element must be a code');
    case 'invalid_format':
      return error('value', at, 'The value has not the form that FHIR asks for');
    case 'too_big':
      return found.origin === 'string'
        ? error('too-long', at, `At most ${found.maximum} characters are read`)
        : error('too-costly', at, `At most ${found.maximum} elements are read`);
    case 'custom':
      return found.params?.['fhir'] === 'dateTime'
        ? error(
            'value',
            at,
            'The value is no FHIR dateTime: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with offset',
          )
        : error('value', at, 'The value is not allowed here');
    default:
      return error('structure', at, 'The element has not the form that FHIR asks for');
  }
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}
