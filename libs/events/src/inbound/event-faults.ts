import type { z } from 'zod';
import type { InboundFault } from './cloud-event.js';

/** Faults of a check, each with a pointer to its place and what is expected there; never what stands there. */
export function faultsOf({ issues }: Pick<z.ZodError, 'issues'>, value: unknown, base: string): InboundFault[] {
  const found = issues.map((issue) => {
    const path = issue.path.reduce<string>((pointer, part) => `${pointer}/${escaped(String(part))}`, base);
    const there = issue.path.reduce<unknown>((at, part) => own(at, part), value);
    if (issue.code === 'invalid_type' || ((there === undefined || there === null) && issue.path.length > 0)) {
      const expected = expectedText(issue);
      if (there === undefined || there === null) return fault(path, 'missing', `is missing; ${expected} is expected`);
      return fault(path, 'wrong-type', `must be ${expected}`);
    }
    return fault(path, 'wrong-value', wordsOf(issue));
  });
  // The first thing that is wrong at a place is enough of it.
  return [...new Map(found.reverse().map((f) => [f.path, f])).values()].reverse();
}

function expectedText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    const article = /^[aeiou]/.test(issue.expected) ? 'an' : 'a';
    return `${article} ${issue.expected}`;
  }
  return issue.code === 'invalid_value' ? `one of ${issue.values.map(String).join(', ')}` : 'a value';
}

function wordsOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must have ${String(issue.minimum)} entries`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must have ${String(issue.maximum)} characters at most`
        : `must have ${String(issue.maximum)} entries`;
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'must be a moment with its offset, as in 2026-01-13T08:00:00Z'
        : issue.message;
    case 'custom':
      return issue.message;
    default:
      return 'is not what is expected here';
  }
}

export function fault(
  path: string,
  code: InboundFault['code'],
  text: string,
  severity: InboundFault['severity'] = 'E',
): InboundFault {
  return { path, code, severity, text: `${path === '' ? '' : `${path} `}${text}` };
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of a JSON value by its own name; undefined where there is none. */
export function own(value: unknown, name: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<PropertyKey, unknown>)[name];
}

/** A part of a JSON pointer (RFC 6901). */
function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
