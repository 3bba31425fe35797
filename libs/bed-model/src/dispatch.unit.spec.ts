import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dispatchGroupOf, dispatchGroups, type DispatchedJob, dispatchOrder } from './dispatch.js';

const job = (id: string, of: Partial<DispatchedJob> = {}): DispatchedJob => ({
  ...{ id, kind: 'standard', priority: 'normal', requestedAt: 0, startedAt: null, waiting: null },
  ...of,
});
const order = (...jobs: DispatchedJob[]): string =>
  dispatchOrder(jobs)
    .map(({ id }) => id)
    .join(' ');

describe('the order in which beds are cleaned', () => {
  it('puts beds with a patient waiting first, behind what is stat alone', () => {
    expect(
      order(
        job('rest', { requestedAt: -500 }),
        job('unit', { waiting: { by: 'unit', since: -100 } }),
        job('reserved', { waiting: { by: 'reserved', since: -90 } }),
        job('next', { priority: 'next' }),
        job('waits', { waiting: { by: 'assigned', since: -10 } }),
        job('waits longer', { waiting: { by: 'assigned', since: -20 } }),
        job('stat', { priority: 'stat' }),
      ),
    ).toBe('stat waits longer waits next reserved unit rest');
  });

  it('is by the longest dirty among equals, then the shorter clean', () => {
    expect(order(job('b', { requestedAt: 2 }), job('a', { requestedAt: 1 }))).toBe('a b');
    expect(order(job('a', { kind: 'terminal' }), job('b'))).toBe('b a');
  });

  const anyJob: fc.Arbitrary<DispatchedJob> = fc.record({
    id: fc.uuid(),
    kind: fc.constantFrom('standard', 'terminal'),
    priority: fc.constantFrom('normal', 'next', 'stat'),
    requestedAt: fc.integer({ min: -5, max: 5 }),
    startedAt: fc.option(fc.integer({ min: 0, max: 5 })),
    waiting: fc.option(
      fc.record({ by: fc.constantFrom('assigned', 'reserved', 'unit'), since: fc.integer({ min: -5, max: 5 }) }),
    ),
  });

  it('is the same however the jobs come, loses none, and no bed is before one with a patient waiting that is not stat', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyJob, { selector: (j) => j.id, maxLength: 12 }), fc.nat(), (jobs, turn) => {
        const ordered = dispatchOrder(jobs);
        const turned = [...jobs.slice(turn % (jobs.length + 1)), ...jobs.slice(0, turn % (jobs.length + 1))];
        expect(dispatchOrder(turned)).toEqual(ordered);
        expect([...ordered].map((j) => j.id).sort()).toEqual(jobs.map((j) => j.id).sort());
        const ranks = ordered.map((j) => dispatchGroups.indexOf(dispatchGroupOf(j)));
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }),
    );
  });
});
