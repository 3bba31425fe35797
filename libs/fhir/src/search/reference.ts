import { error, type FhirIssue } from '../outcome/issue.js';
import type { SentParameter } from './parameters.js';

const form = /^(?:(?:https?:\/\/\S+\/)?([A-Za-z]+)\/)?([A-Za-z0-9\-.]{1,64})$/;

/** Reads a reference parameter to resources of one type: `id`, `Type/id` or a URL that ends so. Gives the ids. */
export function referenceAlternatives(
  parameter: SentParameter,
  type: 'Location' | 'Patient',
  issues: FhirIssue[],
): readonly string[] | null {
  const { name, modifier } = parameter;
  if (modifier !== null && modifier !== type) {
    issues.push(error('not-supported', name, `The search parameter takes no modifier here but :${type}`));
    return null;
  }
  const ids: string[] = [];
  for (const text of parameter.values) {
    const m = form.exec(text);
    if (m === null || (m[1] !== undefined && m[1] !== type)) {
      issues.push(error('value', name, `The value must be an id or a reference ${type}/id`));
      return null;
    }
    ids.push(m[2]!);
  }
  return ids;
}
