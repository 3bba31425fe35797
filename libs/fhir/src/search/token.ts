import { error, type FhirIssue } from '../outcome/issue.js';
import { refuseModifier, type SentParameter, split, unescaped } from './parameters.js';

/** A token that is searched for. `system`: undefined any, null none. `code` null: any of the system. */
export interface TokenCriterion {
  readonly system: string | null | undefined;
  readonly code: string | null;
}

/** Reads one token parameter, `code`, `system|code`, `|code` or `system|`; null where it has a fault. */
export function tokenAlternatives(parameter: SentParameter, issues: FhirIssue[]): readonly TokenCriterion[] | null {
  if (refuseModifier(parameter, issues)) return null;
  const tokens = parameter.values.map((text): TokenCriterion | null => {
    const [first = '', second, ...more] = split(text, '|').map(unescaped);
    if (more.length > 0 || (first === '' && (second ?? '') === '')) {
      issues.push(error('value', parameter.name, 'The value must be code, system|code, |code or system|'));
      return null;
    }
    if (second === undefined) return { system: undefined, code: first };
    return { system: first === '' ? null : first, code: second === '' ? null : second };
  });
  return tokens.every((t) => t !== null) ? tokens : null;
}

/** Reads a parameter whose code is one of a closed set, of one system or none. */
export function codeAlternatives<T extends string>(
  parameter: SentParameter,
  allowed: readonly T[],
  system: string,
  issues: FhirIssue[],
): readonly T[] | null {
  const tokens = tokenAlternatives(parameter, issues);
  if (tokens === null) return null;
  const codes: T[] = [];
  for (const token of tokens) {
    const code = allowed.find((a) => a === token.code);
    if (code === undefined || (typeof token.system === 'string' && token.system !== system)) {
      issues.push(error('code-invalid', parameter.name, `The value must be one of ${allowed.join(', ')}`));
      return null;
    }
    codes.push(code);
  }
  return codes;
}

/** Whether an identifier or a coding fulfils a criterion. */
export function tokenFulfils(
  value: { readonly system?: string | null | undefined; readonly code: string | null },
  { system, code }: TokenCriterion,
): boolean {
  if (system === null && (value.system ?? null) !== null) return false;
  if (typeof system === 'string' && value.system !== system) return false;
  return code === null || value.code === code;
}
