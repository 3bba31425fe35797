import { error, type FhirIssue } from '../outcome/issue.js';
import { parseSearchDate } from '../r4/date-time.js';
import { refuseModifier, type SentParameter } from './parameters.js';

/** Prefixes of R4 search.html#prefix, without `ap`: what is near is not the same for a minute and a month. */
export const datePrefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const;
export type DatePrefix = (typeof datePrefixes)[number];

/** A date that is searched for: the half-open range [from, to) that the text names, ISO 8601 in UTC. */
export interface DateCriterion {
  readonly prefix: DatePrefix;
  readonly from: string;
  readonly to: string;
}

/** Alternatives of which one must hold. */
export type DateAlternatives = readonly DateCriterion[];

const form = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d.*)$/;

/** Reads one date parameter; null where it has a fault, which is then among the issues. */
export function dateAlternatives(parameter: SentParameter, zone: string, issues: FhirIssue[]): DateAlternatives | null {
  if (refuseModifier(parameter, issues)) return null;
  const criteria = parameter.values.map((text): DateCriterion | null => {
    const m = form.exec(text);
    const prefix = m?.[1] ?? 'eq';
    if (prefix === 'ap') {
      issues.push(error('not-supported', parameter.name, 'The prefix ap is not supported; use ge and le'));
      return null;
    }
    const date = m === null ? null : parseSearchDate(m[2]!, zone);
    if (date === null) {
      const text = `The value must be a date, YYYY, YYYY-MM, YYYY-MM-DD or with a time, after one of ${datePrefixes.join(', ')} or none`;
      issues.push(error('value', parameter.name, text));
      return null;
    }
    return { prefix: prefix as DatePrefix, from: date.iso, to: date.endIso };
  });
  return criteria.every((c) => c !== null) ? criteria : null;
}

/**
 * Whether a period fulfils a criterion (R4 search.html#prefix). A period without an end goes on for ever, one without a beginning
 * comes from ever; the end is the last instant in it, to the millisecond. `ge` and `le` take whatever reaches into the range, as
 * servers do: by R4's own words nobody who came the day before and left today would be found from today on.
 */
export function periodFulfils(
  period: { readonly start: string | null; readonly end: string | null },
  { prefix, from, to }: DateCriterion,
): boolean {
  const [start, end] = [period.start ?? '', period.end ?? '~'];
  switch (prefix) {
    case 'eq':
      return start >= from && end < to;
    case 'ne':
      return start < from || end >= to;
    case 'gt':
      return end >= to;
    case 'lt':
      return start < from;
    case 'ge':
      return end >= from;
    case 'le':
      return start < to;
    case 'sa':
      return start >= to;
    case 'eb':
      return end < from;
  }
}
