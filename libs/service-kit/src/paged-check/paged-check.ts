import { checkQuery } from '@wardstream/api-contract';
import { monotonicMs } from '@wardstream/kernel';
import { z } from 'zod';
import { nextOf, placeAfter } from '../http/next-place.js';

/** One page of what a check goes through. */
export interface CheckedPage<Counts, Difference> {
  /** How much was looked at. */
  readonly looked: number;
  /** How much of each kind was compared. */
  readonly counts: Partial<Counts>;
  readonly differences: readonly Difference[];
  /** Where the next page begins; undefined after the last. */
  readonly last: string | undefined;
  /** What later pages and parts are to know of those before. As it was where it is left out. */
  readonly tally?: string;
}

/** Compares one page of one part, behind `after`; null for the first. `tally`: of the pages before. */
export type CheckPart<Counts, Difference> = (
  after: string | null,
  tally: string,
) => Promise<CheckedPage<Counts, Difference>>;

/** What a check found. Counts are of all calls together. */
export type CheckReport<Counts, Difference> = Counts & {
  /** Null while nothing was found and not everything was compared. */
  readonly equal: boolean | null;
  /** Those of this call, the first thousand. */
  readonly differences: readonly Difference[];
  /** Given as `after` the check goes on from here; null when everything was compared. */
  readonly next: string | null;
};

const MOST_DIFFERENCES = 1_000;
/** No page of a call begins later than this: proxies and clients wait a minute for an answer as a rule. */
const WITHIN_MS = 40_000;

const place = z.object({
  part: z.number().int().nonnegative(),
  after: z.string().max(300).nullable(),
  counts: z.record(z.string().max(40), z.number().int().nonnegative()),
  differing: z.number().int().nonnegative(),
  tally: z.string().max(300),
});

/** Where a check stands: in which part, behind what, and what it has come to. */
export type CheckPlace = z.infer<typeof place>;

/** The parameters of a call, `after` read as the place that it is. */
export const checkCall = checkQuery.extend({ after: placeAfter(place, 'a check', 1_000).optional() });
export type CheckCall = z.infer<typeof checkCall>;

/**
 * Goes through the parts of a check, page by page, from where the call before ended, and answers in bounded time: after the page that
 * is under way when the time or the limit is over. Nothing is kept between two calls: the place is in the answer, so that any replica
 * can go on from it, also after a restart. What changes meanwhile before the place is not looked at again.
 */
export async function checkOn<Counts extends Readonly<Record<keyof Counts, number>>, Difference>(
  parts: readonly CheckPart<Counts, Difference>[],
  nothing: Counts,
  { limit = Infinity, after }: CheckCall,
): Promise<CheckReport<Counts, Difference>> {
  const until = monotonicMs() + WITHIN_MS;
  const counts: Record<string, number> = { ...nothing };
  for (const name of Object.keys(nothing)) counts[name] = after?.counts[name] ?? 0;
  const differences: Difference[] = [];
  let { part, after: behind, differing, tally } = after ?? { part: 0, after: null, differing: 0, tally: '' };
  for (let looked = 0; part < parts.length && looked < limit && monotonicMs() < until;) {
    const page = await parts[part]!(behind, tally);
    for (const [name, count] of Object.entries<number | undefined>(page.counts)) counts[name]! += count ?? 0;
    looked += page.looked;
    differing += page.differences.length;
    differences.push(...page.differences.slice(0, MOST_DIFFERENCES - differences.length));
    tally = page.tally ?? tally;
    behind = page.last ?? null;
    if (behind === null) part += 1;
  }
  const next =
    part < parts.length ? nextOf({ part, after: behind, counts, differing, tally } satisfies CheckPlace) : null;
  const equal = differing > 0 ? false : next === null ? true : null;
  return { ...(counts as Counts), equal, differences, next };
}
