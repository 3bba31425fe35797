import { describe, expect, it } from '@jest/globals';
import type { HousekeepingItem } from '@wardstream/api-contract';
import { jobSections, running, stepsOf } from './job-list.js';

const item = (bedId: string, job: Partial<HousekeepingItem['job']> = {}): HousekeepingItem =>
  ({ job: { id: bedId, bedId, status: 'requested', claimedBy: null, ...job } }) as HousekeepingItem;

const free = item('A');
const claimed = item('B', { status: 'claimed', claimedBy: 'Ana' });
const paused = item('C', { status: 'started', claimedBy: 'Ana', pausedAt: '2026-01-01T00:00:00.000Z' });
const started = item('D', { status: 'started', claimedBy: 'Ana' });
const nobodys = item('E', { status: 'started' });

describe('the cleaning list of a crew', () => {
  it('has each job once, and first what is being cleaned', () => {
    const all = [free, claimed, paused, started, nobodys];
    const { mine, next, others } = jobSections(all, 'Ana');
    expect([mine, next, others].map((part) => part.map(({ job }) => job.bedId))).toEqual([
      ['D', 'C', 'B'],
      ['A'],
      ['E'],
    ]);
    expect(jobSections(all, 'Bea').others).toHaveLength(4);
    expect(running(mine)).toBe(started);
    expect(running([paused, claimed])).toBeNull();
  });

  it('offers what may be done, and nothing with what is with others', () => {
    expect([free, claimed, paused, started].map((i) => stepsOf(i, 'Ana'))).toEqual([
      ['start', 'claim'],
      ['start', 'problem'],
      ['resume', 'problem'],
      ['complete', 'problem'],
    ]);
    expect([claimed, paused, started].map((i) => stepsOf(i, 'Bea'))).toEqual([[], [], []]);
    // Started by somebody who gave no name: whoever sees it may end it.
    expect(stepsOf(nobodys, 'Bea')).toEqual(['complete', 'problem']);
  });
});
