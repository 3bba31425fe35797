import { describe, expect, it } from '@jest/globals';
import { changesFrom } from './bed-changes.js';
import { historyOf } from './bed-view.js';
import { deriveBed } from './derive-bed.js';

const setup = { facility: 'H1', bedId: 'W-1', staffed: true, surge: false };
const hour = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

describe('what a change tells of the history of a bed', () => {
  it('begins where it differs, also where all that was known of that time was taken back', () => {
    const now = 10 * hour;
    const configured = { id: 'c', at: 8 * hour, recordedAt: 8 * hour, receivedAt: 8 * hour, by: 'configuration' };
    const facts = [{ ...configured, kind: 'configured' as const, staffed: true, surge: false }];
    const input = { setup, checkpoint: null, facts, stays: [], holds: [] };
    // A patient was in the bed from the third hour on, before it was configured here; the admission was cancelled.
    const taken = changesFrom(deriveBed(input, { now }), 3 * hour);
    expect(historyOf(taken, iso(now))).toEqual({
      from: iso(3 * hour),
      segments: [{ from: iso(8 * hour), to: null, state: 'available', encounterIds: [] }],
    });
    const nothing = changesFrom(deriveBed({ ...input, facts: [] }, { now }), 3 * hour);
    expect(historyOf(nothing, iso(now))).toEqual({ from: iso(3 * hour), segments: [] });
  });

  it('is the present state where only what is shown of it changed', () => {
    const stay = { encounterId: 'e', movementId: 'm', from: 2 * hour, to: null, leavesDirty: true, endedBy: null };
    const input = { setup, checkpoint: null, facts: [], stays: [stay], holds: [] };
    const shown = changesFrom(deriveBed(input, { now: 5 * hour }), Infinity);
    expect(historyOf(shown, iso(0))).toEqual({
      from: iso(2 * hour),
      segments: [{ from: iso(2 * hour), to: null, state: 'occupied', encounterIds: ['e'] }],
    });
  });
});
