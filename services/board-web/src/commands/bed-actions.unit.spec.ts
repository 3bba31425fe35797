import { describe, expect, it } from '@jest/globals';
import type { BedState } from '@wardstream/events';
import { aBed, ago, occupiedBed } from '../stream/board.fixture.spec.js';
import { bedActions, doneWords, undoOf } from './bed-actions.js';

const states: BedState[] = ['available', 'reserved', 'occupied', 'dirty', 'cleaning', 'blocked', 'closed', 'surge'];
const allowed = (...given: Parameters<typeof bedActions>) =>
  bedActions(...given)
    .filter((a) => a.refused === null)
    .map((a) => a.id);

describe('bedActions', () => {
  it.each(states)('never hide reserving a bed that is %s: it is allowed or refused with a reason', (state) => {
    const reserve = bedActions(aBed('4A-01', { state }), ['bed-manager']).find(
      (a) => a.id === 'reserve' || a.id === 'assign',
    );
    expect(reserve).toBeDefined();
    expect(reserve?.refused === null || (reserve?.refused ?? '').length > 8).toBe(true);
  });

  it('lead on to the next state of a bed', () => {
    const job = { cleaningJobId: 'j1' };
    expect(allowed(aBed('4A-01', { state: 'dirty', ...job }), ['bed-manager'])[0]).toBe('start-cleaning');
    expect(allowed(aBed('4A-01', { state: 'dirty' }), ['bed-manager'])[0]).toBe('request-cleaning');
    expect(allowed(aBed('4A-01', { state: 'cleaning', ...job }), ['bed-manager'])[0]).toBe('complete-cleaning');
    expect(allowed(aBed('4A-01', { state: 'surge', surge: true }), ['bed-manager'])).toEqual(['open-surge']);
  });

  it('say that a disputed bed counts as occupied', () => {
    const conflicts = [{ id: 'c', kind: 'x', severity: 'high', openedAt: ago(1) }];
    const reserve = bedActions(occupiedBed('4A-01', 'e', { conflicts }), ['bed-manager']).find(
      (a) => a.id === 'reserve',
    );
    expect(reserve?.refused).toBe('The bed counts as occupied while the facts disagree.');
  });

  it('are refused by role with the reason, not hidden', () => {
    const actions = bedActions(aBed('4A-01'), ['auditor']);
    expect(actions.every((a) => a.refused !== null)).toBe(true);
    expect(actions.find((a) => a.id === 'reserve')?.refused).toBe('Your role cannot place patients.');
  });

  it('offer an undo only where one is legal', () => {
    expect([undoOf('reserve'), undoOf('block'), undoOf('complete-cleaning')]).toEqual(['release', 'unblock', null]);
    expect([doneWords('reserve', '4A-03', '15:45'), doneWords('release', '4A-03', null)]).toEqual([
      '4A-03 reserved until 15:45',
      '4A-03 released',
    ]);
  });
});
