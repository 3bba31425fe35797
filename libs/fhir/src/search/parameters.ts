import { error, type FhirIssue, warning } from '../outcome/issue.js';

/** SearchParamType (R4), as far as it is used here. */
export type ParameterType = 'token' | 'date' | 'reference' | 'string' | 'number';

export interface ParameterDefinition {
  readonly name: string;
  readonly type: ParameterType;
  readonly documentation: string;
}

/** One parameter as it was sent: `name:modifier=a,b`. */
export interface SentParameter {
  readonly name: string;
  readonly modifier: string | null;
  /** Comma-separated alternatives, still escaped. */
  readonly values: readonly string[];
}

/** What to do with a parameter that is not known: `strict` refuses it, `lenient` passes it over and says so (Prefer: handling=). */
export type Handling = 'strict' | 'lenient';

/** Parameters of every search here; `_format` and `_pretty` are the edge's own. */
export const commonParameters: readonly ParameterDefinition[] = [
  { name: '_id', type: 'token', documentation: 'Logical id' },
  { name: '_count', type: 'number', documentation: 'Resources in a page' },
];
const ignored: ReadonlySet<string> = new Set(['_format', '_pretty', '_total', '_summary']);

const MOST_COUNT = 1000;
const MOST_VALUES = 500;

/** Takes a query apart; what is not known, or not to be done, becomes an issue whose expression is the parameter. */
export function sentParameters(
  query: Iterable<readonly [string, string]>,
  known: readonly ParameterDefinition[],
  handling: Handling,
  issues: FhirIssue[],
): SentParameter[] {
  const names = new Set(known.map(({ name }) => name));
  const sent: SentParameter[] = [];
  for (const [key, value] of query) {
    const [name = '', modifier = null] = split(key, ':');
    if (ignored.has(name) || value === '') continue;
    if (!names.has(name)) {
      const chained = name.includes('.')
        ? 'Chained searches are not supported'
        : 'The search parameter is not supported';
      const text = `${chained}; supported are ${[...names].join(', ')}`;
      issues.push(
        handling === 'strict' ? error('not-supported', named(name), text) : warning('not-supported', named(name), text),
      );
      continue;
    }
    const values = split(value, ',');
    if (values.length > MOST_VALUES) {
      issues.push(error('too-costly', name, `At most ${MOST_VALUES} values are taken for one parameter`));
      continue;
    }
    sent.push({ name, modifier, values });
  }
  return sent;
}

/** Splits at a separator that no backslash stands before. The parts stay escaped. */
export function split(text: string, separator: ',' | '|' | ':'): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '\\' && i + 1 < text.length) {
      part += text[i]! + text[i + 1]!;
      i += 1;
    } else if (text[i] === separator) {
      parts.push(part);
      part = '';
    } else part += text[i]!;
  }
  return [...parts, part];
}

/** `\,` `\|` `\$` `\\` as what they stand for. */
export function unescaped(text: string): string {
  return text.replace(/\\([,|$\\])/g, '$1');
}

/** Refuses a modifier; true if there was one. */
export function refuseModifier({ name, modifier }: SentParameter, issues: FhirIssue[]): boolean {
  if (modifier === null) return false;
  issues.push(error('not-supported', name, 'The search parameter takes no modifier here'));
  return true;
}

/** What every parameter of these names says, without those that have a fault. */
export function readEach<T>(
  parameters: readonly SentParameter[],
  names: readonly string[],
  read: (parameter: SentParameter) => T | null,
): T[] {
  return parameters.flatMap((parameter) => {
    const value = names.includes(parameter.name) ? read(parameter) : null;
    return value === null ? [] : [value];
  });
}

/** How many resources a page is to have; null for the server's own measure, 0 for the count alone. */
export function countOf(parameters: readonly SentParameter[], issues: FhirIssue[]): number | null {
  const sent = parameters.filter(({ name }) => name === '_count').at(-1);
  if (sent === undefined) return null;
  const text = sent.values.join(',');
  if (!/^\d{1,9}$/.test(text)) {
    issues.push(error('value', '_count', 'The page size must be a whole number'));
    return null;
  }
  return Math.min(Number(text), MOST_COUNT);
}

/** The ids of `_id`; null where it is not asked for. */
export function idsOf(parameters: readonly SentParameter[], issues: FhirIssue[]): readonly string[] | null {
  const sent = parameters.filter(({ name }) => name === '_id');
  if (sent.length === 0) return null;
  const sets = sent.map((parameter) => {
    refuseModifier(parameter, issues);
    return parameter.values.map(unescaped);
  });
  return sets.reduce((all, ids) => all.filter((id) => ids.includes(id)));
}

function named(name: string): string {
  return /^[A-Za-z0-9._-]{1,64}$/.test(name) ? name : 'parameter';
}
