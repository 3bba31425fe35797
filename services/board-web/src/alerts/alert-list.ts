import type { AlertData, ConflictData, Severity } from '@wardstream/events';
import { conflictCounts } from '../conflicts/conflict-counts.js';
import { conflictLabel } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { durationText, minutesSince } from '../time/duration.js';
import { localTime, type LocalTime } from '../time/local-time.js';

/** A cleared alert leaves the list after this time, in the facility's minutes. */
export const CLEARED_SHOWN_MINUTES = 5;

/** One row of the list of alerts: an alert, or two facts that disagree about a bed or an encounter. */
export interface AlertItem {
  readonly id: string;
  readonly tone: Severity | 'conflict' | 'info';
  readonly title: string;
  readonly where: string;
  readonly detail: string;
  /** ISO; for a cleared one when it was cleared. */
  readonly since: string;
  /** When the limit was passed, ISO, and how the measure stands now, in words; null where it is no measure. */
  readonly live: { readonly passedAt: string; readonly now: string } | null;
  readonly cleared: boolean;
  readonly owner: string | null;
  /** Who it is for while nobody has taken it; empty for the unit and its bed manager. */
  readonly owners: readonly string[];
  readonly ownedAt: string | null;
  /** Whether somebody can take it now. */
  readonly takeable: boolean;
  readonly unit: string | null;
  /** It is about the data, not about a place. */
  readonly ofData: boolean;
  readonly bedId: string | null;
}

const rank: Readonly<Record<AlertItem['tone'], number>> = { critical: 0, high: 1, conflict: 2, warn: 3, info: 4 };

/** What needs a person first: by severity, unowned before owned, then the longest-standing. Cleared ones come last. */
export function alertItems(state: BoardState, minute: number): AlertItem[] {
  const items: AlertItem[] = [];
  const local = localTime(state.facility?.timeZone ?? 'UTC');
  for (const alert of state.alerts.values()) {
    if (
      alert.resolvedAt !== null &&
      minute - Math.floor(Date.parse(alert.resolvedAt) / 60_000) >= CLEARED_SHOWN_MINUTES
    ) {
      continue;
    }
    items.push(fromAlert(state, alert, minute));
  }
  for (const conflict of state.conflicts.values()) {
    if (conflict.severity !== 'low') items.push(fromConflict(conflict, local, minute));
  }
  return items.sort(
    (a, b) =>
      rank[a.tone] - rank[b.tone] ||
      Number(a.owner !== null) - Number(b.owner !== null) ||
      a.since.localeCompare(b.since) ||
      a.id.localeCompare(b.id),
  );
}

function fromAlert(state: BoardState, alert: AlertData, minute: number): AlertItem {
  const cleared = alert.state === 'resolved';
  const now = cleared ? null : measureNow(alert, minute);
  return {
    id: alert.id,
    tone: cleared ? 'info' : alert.severity,
    title: alert.title,
    where: alert.where,
    detail: now === null ? alert.detail : alert.detail.replace(/at least \d+ (?:min|d)/, now),
    live: now === null ? null : { passedAt: alert.firedAt, now },
    since: (cleared ? alert.resolvedAt : null) ?? alert.since,
    cleared,
    owner: alert.acknowledgedBy,
    ownedAt: alert.acknowledgedAt,
    owners: alert.owners ?? [],
    ofData: ['feed', 'sender', 'facility'].includes(alert.subject.type),
    takeable: alert.state === 'firing',
    unit: alert.unit,
    bedId: bedOf(state, alert),
  };
}

/** The measure of an open alert: a wait goes on by the minute, a share or a number is what was last told of it. */
export function measureNow({ measuredIn, measured, since }: AlertData, minute: number): string {
  if (measuredIn === 'minutes') return durationText(Math.max(0, minutesSince(since, minute)));
  return measuredIn === 'percent' ? `${measured.toFixed(1)} %` : String(measured);
}

/** The bed the alert is about, so that opening it leads there. */
function bedOf(state: BoardState, alert: AlertData): string | null {
  if (alert.subject.type === 'bed') return alert.subject.id;
  if (alert.subject.type === 'encounter') {
    return state.plans.get(alert.subject.id)?.bedId ?? state.encounters.get(alert.subject.id)?.location?.bedId ?? null;
  }
  if (alert.subject.type === 'bed-request') return state.requests.get(alert.subject.id)?.assignedBedId ?? null;
  return null;
}

function fromConflict(conflict: ConflictData, local: LocalTime, minute: number): AlertItem {
  return {
    id: conflict.id,
    tone: 'conflict',
    title: conflictLabel(conflict.kind),
    where: conflict.subject.type === 'bed' ? conflict.subject.id : (conflict.unit ?? ''),
    detail: conflict.facts
      .map((f) => `${f.source}: ${f.says}${f.at === null ? '' : ` ${local.near(f.at, minute * 60_000)}`}`)
      .join('. '),
    since: conflict.openedAt,
    live: null,
    cleared: false,
    owner: null,
    ownedAt: null,
    owners: [],
    ofData: false,
    takeable: false,
    unit: conflict.unit,
    bedId: conflict.subject.type === 'bed' ? conflict.subject.id : null,
  };
}

export interface AlertCounts {
  readonly active: number;
  readonly unowned: number;
  readonly conflicts: number;
}

/** `conflicts`: every open one, as everywhere; the list leaves those of low severity to their own page. */
export function alertCounts(items: readonly AlertItem[], state: BoardState): AlertCounts {
  const alerts = items.filter((i) => i.tone !== 'conflict' && !i.cleared);
  return {
    active: alerts.length,
    unowned: alerts.filter((i) => i.owner === null).length,
    conflicts: conflictCounts(state).total,
  };
}

export const alertFilters = ['all', 'unowned', 'critical', 'high', 'warn', 'conflict'] as const;
export type AlertFilter = (typeof alertFilters)[number];

export function filterAlerts(items: readonly AlertItem[], filter: AlertFilter): AlertItem[] {
  if (filter === 'all') return [...items];
  if (filter === 'unowned') return items.filter((i) => i.owner === null && !i.cleared && i.tone !== 'conflict');
  return items.filter((i) => i.tone === filter);
}
