import { describe, expect, it } from '@jest/globals';
import { aBoard, aConflict, ago, anAlert, aPlan, MINUTE } from '../stream/board.fixture.spec.js';
import { alertCounts, alertItems, filterAlerts } from './alert-list.js';
import { lastCleared } from './last-cleared.js';

const board = aBoard({
  plans: [aPlan('e8', { bedId: '4A-08' })],
  alerts: [
    anAlert('warn'),
    anAlert('owned', {
      severity: 'high',
      state: 'acknowledged',
      acknowledgedBy: 'M. Okafor',
      acknowledgedAt: ago(5),
      since: ago(300),
    }),
    anAlert('high', { severity: 'high', subject: { type: 'encounter', id: 'e8' } }),
    anAlert('critical', { severity: 'critical' }),
    anAlert('gone', { state: 'resolved', resolvedAt: ago(5) }),
    anAlert('cleared', { state: 'resolved', resolvedAt: ago(4) }),
  ],
  conflicts: [
    aConflict('c', {
      facts: [{ source: 'ADT', says: 'Patient left', at: ago(37), recordedAt: null, receivedAt: null }],
    }),
    aConflict('low', { severity: 'low' }),
  ],
});

describe('alertItems', () => {
  const items = alertItems(board, MINUTE);

  it('puts what needs a person first, conflicts between, cleared ones last and only for a while', () => {
    expect(items.map((i) => i.id)).toEqual(['critical', 'high', 'owned', 'c', 'warn', 'cleared']);
  });

  it('leads to the bed the alert is about', () => {
    expect(items.find((i) => i.id === 'high')?.bedId).toBe('4A-08');
    expect(items.find((i) => i.id === 'critical')?.bedId).toBe('4A-01');
  });

  it('tells the facts of a conflict with their times', () => {
    expect(items.find((i) => i.id === 'c')).toMatchObject({
      title: 'Two patients in one bed',
      detail: 'ADT: Patient left 14:05',
    });
  });

  it('counts active and unowned alerts, conflicts apart', () => {
    expect(alertCounts(items, board)).toEqual({ active: 4, unowned: 3, conflicts: 2 });
  });

  it('can be filtered', () => {
    expect(filterAlerts(items, 'unowned').map((i) => i.id)).toEqual(['critical', 'high', 'warn']);
    expect(filterAlerts(items, 'conflict').map((i) => i.id)).toEqual(['c']);
    expect(filterAlerts(items, 'all')).toHaveLength(6);
  });

  it('says when the last one was cleared', () => {
    expect(lastCleared(board)).toBe('Last one cleared 14:38.');
    expect(lastCleared(aBoard())).toBe('None in the last hour.');
  });
});
