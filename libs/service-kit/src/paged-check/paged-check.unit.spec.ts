import { describe, expect, it } from '@jest/globals';
import { checkCall, type CheckPart, checkOn } from './paged-check.js';

interface Counts {
  readonly rows: number;
}

/** Parts of so many pages each, of three rows a page; `wrong`: pages (part/page) in which something differs. */
function parts(
  pages: readonly number[],
  wrong: readonly string[] = [],
): { seen: string[]; all: CheckPart<Counts, string>[] } {
  const seen: string[] = [];
  const all = pages.map((count, part) => (after: string | null, tally: string) => {
    const page = after === null ? 0 : Number(after) + 1;
    const name = `${part}/${page}`;
    seen.push(`${name} ${tally}`);
    return Promise.resolve({
      looked: 3,
      counts: { rows: 3 },
      differences: wrong.filter((w) => w === name),
      last: page + 1 < count ? String(page) : undefined,
      tally: `${tally}${page}`,
    });
  });
  return { seen, all };
}

describe('a check in pages', () => {
  it('goes on where the call before ended, and comes to the same as in one call', async () => {
    const whole = parts([3, 1, 2], ['1/0']);
    const report = await checkOn<Counts, string>(whole.all, { rows: 0 }, {});
    expect(report).toEqual({ rows: 18, equal: false, differences: ['1/0'], next: null });
    const cut = parts([3, 1, 2], ['1/0']);
    const found: string[] = [];
    const equal: unknown[] = [];
    for (let after: string | undefined; ;) {
      const call = checkCall.parse({ limit: '4', ...(after === undefined ? {} : { after }) });
      const { next, differences, ...rest } = await checkOn<Counts, string>(cut.all, { rows: 0 }, call);
      found.push(...differences);
      equal.push(rest.equal);
      if (next === null) {
        expect(rest).toEqual({ rows: 18, equal: false });
        break;
      }
      after = next;
    }
    // Nothing is known to be equal before everything was compared; what differs is known at once.
    expect(equal).toEqual([null, false, false]);
    expect(found).toEqual(['1/0']);
    expect(cut.seen).toEqual(whole.seen);
  });

  it.each(['x', 'bnVsbA', Buffer.from('{"part":-1}').toString('base64url'), 'x'.repeat(2_000)])(
    'refuses %.10s, which is no place in it',
    (after) => expect(checkCall.safeParse({ after }).success).toBe(false),
  );
});
