import type { AlertData, BottleneckData, Severity } from '@wardstream/events';
import { deterministicId, DomainError } from '@wardstream/kernel';
import { alertOwners, alertText } from './alert-texts.js';

/** An alert and the bottleneck it tells of. */
export interface Alert {
  readonly data: AlertData;
  readonly bottleneckId: string;
  /** Version of the bottleneck that was taken in last. */
  readonly bottleneckVersion: number;
}

/** An alert after a change. */
export interface AlertChange {
  readonly alert: Alert;
  /** Whether somebody outside is to be told: state or severity are new, not just a number. */
  readonly notify: boolean;
}

const rank: Readonly<Record<Severity, number>> = { warn: 1, high: 2, critical: 3 };

/**
 * What a bottleneck does to the alert of its rule and subject; null if nothing.
 *
 * `current` is the bottleneck's latest alert, resolved or not. One that is active raises an alert if none is open: a new
 * one, also where an earlier one was resolved. While one is open it keeps the numbers up to date; at a higher severity it
 * fires again, because what was acknowledged was the lesser thing. A cleared one resolves it. A version that is not newer
 * than what was taken in changes nothing.
 */
export function followBottleneck(current: Alert | null, bottleneck: BottleneckData): AlertChange | null {
  if (current !== null && bottleneck.version <= current.bottleneckVersion) return null;
  const open = current !== null && current.data.state !== 'resolved' ? current : null;
  if (bottleneck.state === 'cleared') return open === null ? null : resolve(open, bottleneck);
  return open === null ? fire(bottleneck) : update(open, bottleneck);
}

function shownOf(bottleneck: BottleneckData) {
  const { unit, where, severity, measured, measuredAt, limit, measuredIn, since } = bottleneck;
  const owners = alertOwners(bottleneck);
  return {
    ...{ unit, where, severity, ...alertText(bottleneck), measured, limit, measuredIn, since },
    ...(measuredAt === undefined ? {} : { measuredAt }),
    ...(owners === undefined ? {} : { owners: [...owners] }),
  };
}

function fire(bottleneck: BottleneckData): AlertChange {
  const { id, facility, rule, subject, version, raisedAt } = bottleneck;
  const data: AlertData = {
    // By the raising version: taken in twice it is the same alert, raised anew it is another.
    id: deterministicId('alert', id, String(version)),
    facility,
    version: 1,
    rule,
    subject,
    ...shownOf(bottleneck),
    state: 'firing',
    firedAt: raisedAt,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
  };
  return { alert: { data, bottleneckId: id, bottleneckVersion: version }, notify: true };
}

function update(open: Alert, bottleneck: BottleneckData): AlertChange {
  const worse = rank[bottleneck.severity] > rank[open.data.severity];
  const data: AlertData = { ...open.data, ...shownOf(bottleneck), version: open.data.version + 1 };
  const again = { state: 'firing', firedAt: bottleneck.raisedAt, acknowledgedAt: null, acknowledgedBy: null } as const;
  return {
    alert: { ...open, data: worse ? { ...data, ...again } : data, bottleneckVersion: bottleneck.version },
    notify: bottleneck.severity !== open.data.severity,
  };
}

function resolve(open: Alert, bottleneck: BottleneckData): AlertChange {
  const data: AlertData = {
    ...open.data,
    version: open.data.version + 1,
    measured: bottleneck.measured,
    state: 'resolved',
    resolvedAt: bottleneck.clearedAt ?? bottleneck.raisedAt,
  };
  return { alert: { ...open, data, bottleneckVersion: bottleneck.version }, notify: true };
}

/**
 * Somebody takes an alert. Null if the same person has it already: a repeated request is answered as the first. Throws
 * DomainError 'alert-resolved', and 'alert-taken' where somebody else has it.
 */
export function acknowledge(current: Alert, by: string, at: string): AlertChange | null {
  const { data } = current;
  if (data.state === 'resolved') {
    throw new DomainError('conflict', 'alert-resolved', 'The alert is resolved already.', {
      resolvedAt: data.resolvedAt,
    });
  }
  if (data.state === 'acknowledged') {
    if (data.acknowledgedBy === by) return null;
    throw new DomainError('conflict', 'alert-taken', 'Somebody else has taken the alert.', {
      acknowledgedBy: data.acknowledgedBy,
      acknowledgedAt: data.acknowledgedAt,
    });
  }
  const taken = { state: 'acknowledged', acknowledgedAt: at, acknowledgedBy: by, version: data.version + 1 } as const;
  return { alert: { ...current, data: { ...data, ...taken } }, notify: true };
}
