import { describe, expect, it } from '@jest/globals';
import { BedsWatch, BEHIND_AFTER_MS } from './beds-watch.js';

const visit = (encounterId: string, bedId: string) => ({ encounterId, bedId });

describe('beds that do not follow the visits', () => {
  it('are told once they stay behind, with since when, until they have followed', () => {
    const watch = new BedsWatch();
    expect(watch.look([visit('a', '4A-2')], 1_000)).toBeNull();
    expect(watch.look([visit('a', '4A-2')], 1_000 + BEHIND_AFTER_MS - 1)).toBeNull();
    const behind = watch.look([visit('a', '4A-2'), visit('b', '4A-1')], 1_000 + BEHIND_AFTER_MS);
    expect(behind).toEqual({ beds: ['4A-2'], since: 1_000 });
    const both = watch.look([visit('a', '4A-2'), visit('b', '4A-1')], 1_000 + 2 * BEHIND_AFTER_MS);
    expect(both).toEqual({ beds: ['4A-1', '4A-2'], since: 1_000 });
    expect(watch.look([visit('a', '4A-2'), visit('b', '4A-1')], 2_000 + 2 * BEHIND_AFTER_MS)).toBe(both);
    expect(watch.look([], 3_000 + 2 * BEHIND_AFTER_MS)).toBeNull();
  });

  it('begin anew where the visit went to another bed', () => {
    const watch = new BedsWatch();
    watch.look([visit('a', '4A-2')], 0);
    expect(watch.look([visit('a', '4A-3')], BEHIND_AFTER_MS)).toBeNull();
  });
});
