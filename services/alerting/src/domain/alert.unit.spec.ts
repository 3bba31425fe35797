import { describe, expect, it } from '@jest/globals';
import { alertData, type BottleneckData } from '@wardstream/events';
import type { DomainError } from '@wardstream/kernel';
import { acknowledge, followBottleneck, type Alert } from './alert.js';

const boarder: BottleneckData = {
  id: 'B1',
  facility: 'NGH',
  version: 1,
  rule: 'ed-boarding',
  subject: { type: 'encounter', id: 'E1' },
  unit: 'ED',
  where: 'ED bay 12',
  state: 'active',
  severity: 'warn',
  since: '2026-01-13T06:28:00.000Z',
  raisedAt: '2026-01-13T08:28:00.000Z',
  clearedAt: null,
  measured: 121.4,
  limit: 120,
  measuredIn: 'minutes',
};
const cleared = { state: 'cleared', clearedAt: '2026-01-13T15:00:00.000Z' } as const;
const NOW = '2026-01-13T09:00:00.000Z';

function fired(more: Partial<BottleneckData> = {}): Alert {
  return followBottleneck(null, { ...boarder, ...more })!.alert;
}

describe('an alert', () => {
  it('fires with what, where, since when and the numbers against the limit', () => {
    const change = followBottleneck(null, boarder)!;
    expect(change.notify).toBe(true);
    expect(change.alert.data).toMatchObject({
      version: 1,
      state: 'firing',
      title: 'Boarder over 2 h',
      detail: 'Waits at least 121 min since the decision to admit, limit 120 min.',
      where: 'ED bay 12',
      severity: 'warn',
      since: boarder.since,
      firedAt: boarder.raisedAt,
    });
    expect(() => alertData.parse(change.alert.data)).not.toThrow();
  });

  it('is the same when the same is told twice, and another one when it is raised anew', () => {
    const first = fired();
    expect(followBottleneck(null, boarder)!.alert.data.id).toBe(first.data.id);
    expect(followBottleneck(first, boarder)).toBeNull();
    const resolved = followBottleneck(first, { ...boarder, ...cleared, version: 2 })!.alert;
    expect(resolved.data).toMatchObject({ state: 'resolved', resolvedAt: cleared.clearedAt, version: 2 });
    const again = followBottleneck(resolved, { ...boarder, version: 3 })!;
    expect(again.alert.data.id).not.toBe(first.data.id);
    expect(again.alert.data).toMatchObject({ state: 'firing', version: 1 });
  });

  it('ignores an older version and the end of what never fired', () => {
    const third = fired({ version: 3 });
    expect(followBottleneck(third, { ...boarder, version: 2, severity: 'critical' })).toBeNull();
    expect(followBottleneck(null, { ...boarder, ...cleared })).toBeNull();
    const resolved = followBottleneck(third, { ...boarder, ...cleared, version: 4 })!.alert;
    expect(followBottleneck(resolved, { ...boarder, ...cleared, version: 5 })).toBeNull();
  });

  it('fires again at a higher severity even if it was taken, and stays taken at a lower one', () => {
    const taken = acknowledge(fired(), 'M. Okafor', NOW)!.alert;
    const higher = followBottleneck(taken, {
      ...boarder,
      version: 2,
      severity: 'critical',
      limit: 480,
      measured: 494,
      raisedAt: '2026-01-13T14:28:00.000Z',
    })!;
    expect(higher.notify).toBe(true);
    expect(higher.alert.data).toMatchObject({
      state: 'firing',
      acknowledgedBy: null,
      acknowledgedAt: null,
      title: 'Boarder over 8 h',
      firedAt: '2026-01-13T14:28:00.000Z',
    });
    const retaken = acknowledge(higher.alert, 'M. Okafor', NOW)!.alert;
    const lower = followBottleneck(retaken, { ...boarder, version: 3, severity: 'high', limit: 240 })!;
    expect(lower.notify).toBe(true);
    expect(lower.alert.data).toMatchObject({ state: 'acknowledged', severity: 'high', acknowledgedBy: 'M. Okafor' });
  });

  it('keeps its numbers up to date without telling anybody', () => {
    const full = fired({ rule: 'unit-occupancy', measuredIn: 'percent', measured: 92, limit: 89.8 });
    const moved = followBottleneck(full, {
      ...boarder,
      rule: 'unit-occupancy',
      measuredIn: 'percent',
      version: 2,
      measured: 96,
      limit: 89.8,
    })!;
    expect(moved.notify).toBe(false);
    expect(moved.alert.data.detail).toBe(
      '96.0 % of staffed, unblocked beds occupied, limit for a unit of this size 89.8 %.',
    );
  });

  it('says when its figures were measured, and when the limit was passed', () => {
    const first = fired({ measuredAt: boarder.raisedAt });
    const later = { ...boarder, version: 2, measured: 137, measuredAt: '2026-01-13T08:45:00.000Z' };
    const { data } = followBottleneck(first, later)!.alert;
    expect(data).toMatchObject({ measured: 137, measuredAt: later.measuredAt, firedAt: boarder.raisedAt });
    expect(data.detail).toContain('at least 137 min');
  });

  it('can be taken once, by one person, while it is open', () => {
    const alert = fired();
    const taken = acknowledge(alert, 'M. Okafor', NOW)!;
    expect(taken).toMatchObject({
      notify: true,
      alert: { data: { state: 'acknowledged', acknowledgedAt: NOW, version: 2 } },
    });
    expect(acknowledge(taken.alert, 'M. Okafor', '2026-01-13T10:00:00.000Z')).toBeNull();
    const refusal = (of: Alert) => {
      try {
        acknowledge(of, 'J. Lindqvist', NOW);
      } catch (error) {
        return (error as DomainError).code;
      }
      return null;
    };
    expect(refusal(taken.alert)).toBe('alert-taken');
    expect(refusal(followBottleneck(alert, { ...boarder, ...cleared, version: 2 })!.alert)).toBe('alert-resolved');
  });

  it.each([
    ['request-unassigned', {}, 'Bed request not assigned'],
    ['dirty-not-started', { aspect: 'response' as const, limit: 30 }, 'Cleaning not started'],
    ['dirty-not-started', { aspect: 'turn' as const, limit: 90 }, 'Bed turn over 90 min'],
    ['confirmed-not-left', {}, 'Confirmed, not left'],
    ['unit-occupancy', { severity: 'high' as const }, 'Unit full'],
  ] as const)('of %s %j is called %s', (rule, more, title) => {
    expect(fired({ rule, ...more }).data.title).toBe(title);
  });
});
