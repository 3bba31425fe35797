import type { CountedMessages, QualityReport, SenderReport } from '@wardstream/api-contract';
import type { Severity } from '@wardstream/events';
import type { GhostKind } from '@wardstream/flow-model';
import { t } from '../texts/parts/quality.js';

const rank: Readonly<Record<Severity, number>> = { critical: 3, high: 2, warn: 1 };

/** The worst that was raised of a sender: of its feed, or of its messages; null where nothing was. */
export function severityOf(report: QualityReport, row: SenderReport): Severity | null {
  const facility = row.id.startsWith('-/') ? '-' : report.facility;
  const own = report.bottlenecks.filter(
    ({ subject }) =>
      (subject.type === 'feed' && subject.id === row.id) ||
      (subject.type === 'sender' && row.counted !== null && subject.id === `${facility}/${row.sender}`),
  );
  return own.reduce<Severity | null>((worst, { severity }) => {
    return worst === null || rank[severity] > rank[worst] ? severity : worst;
  }, null);
}

/** What needs a person first: by severity, then late ones, then by name. */
export function senderOrder(
  report: QualityReport,
): { readonly row: SenderReport; readonly severity: Severity | null }[] {
  const late = (row: SenderReport) => Number(row.state === 'late' || row.state === 'silent');
  return [...report.senders, ...report.unattributed]
    .map((row) => ({ row, severity: severityOf(report, row) }))
    .sort(
      (a, b) =>
        (b.severity === null ? 0 : rank[b.severity]) - (a.severity === null ? 0 : rank[a.severity]) ||
        late(b.row) - late(a.row) ||
        a.row.name.localeCompare(b.row.name, 'en') ||
        a.row.id.localeCompare(b.row.id),
    );
}

export interface QualityTotals {
  readonly senders: number;
  /** Silent for longer than usual, or an alert is raised of its silence. */
  readonly quiet: number;
  readonly lastHour: number;
  readonly usualThisHour: number | null;
  readonly received: number;
  readonly refused: number;
  readonly unplaced: number;
}

/** Sums over the facility's own senders. What is usual is told only where it is known of every sender that is counted. */
export function totals({ senders }: QualityReport): QualityTotals {
  const counted = senders.flatMap((s) => s.counted ?? []);
  const sum = (of: (c: CountedMessages) => number) => counted.reduce((total, c) => total + of(c), 0);
  const known = counted.length > 0 && counted.every((c) => c.usualThisHour !== null);
  return {
    senders: senders.length,
    quiet: senders.filter((s) => s.state === 'silent' || s.state === 'late').length,
    lastHour: sum((c) => c.lastHour),
    usualThisHour: known ? sum((c) => c.usualThisHour ?? 0) : null,
    received: sum((c) => c.counts.received),
    refused: sum((c) => c.counts.quarantined + c.counts.refused),
    unplaced: sum((c) => c.counts.unplaced),
  };
}

/** '2.1' of a share, '0' of nothing, '<0.1' of what would be rounded away; null without a base. */
export function shareText(part: number, base: number): string | null {
  if (base === 0) return null;
  if (part === 0) return '0';
  const percent = (100 * part) / base;
  return percent < 0.1 ? '<0.1' : percent.toFixed(1);
}

/** A class of delays in words: what its messages were received after being recorded, or before. */
export function delayClasses(bounds: readonly number[]): string[] {
  const text = (seconds: number): string => {
    const s = Math.abs(seconds);
    return s >= 86_400 ? `${s / 86_400} d` : s >= 3600 ? `${s / 3600} h` : s >= 60 ? `${s / 60} min` : `${s} s`;
  };
  return [...bounds, Infinity].map((bound, i) => {
    const lower = bounds[i - 1];
    if (lower === undefined) return t('quality.overAhead', { bound: text(bound) });
    if (bound === Infinity) return t('quality.over', { lower: text(lower) });
    if (bound < 0) return t('quality.toAhead', { bound: text(bound), lower: text(lower) });
    return lower < 0
      ? t('quality.within', { bound: text(bound) })
      : t('quality.to2', { lower: text(lower), bound: text(bound) });
  });
}

const clockWords: Readonly<Record<string, string>> = {
  stay: t('quality.stayDischargedBeforeAdmitted'),
  'evs-response': t('quality.cleaningResponseStartedBeforeTheBed'),
  'evs-clean': t('quality.cleaningCleanBeforeItWasStarted'),
  'evs-turn': t('quality.bedTurnCleanBeforeTheBed'),
  'request-to-assign': t('quality.assignmentAssignedBeforeRequested'),
  occupied: t('quality.moveInBedBeforeBedAnd'),
  total: t('quality.requestInBedBeforeRequested'),
  'confirmed-to-left': t('quality.departureLeftBeforeTheDischargeWas'),
  boarding: t('quality.boardingTheDecisionLiesAhead'),
};

export const clockWord = (clock: string): string => clockWords[clock] ?? clock;

export const ghostWord: Readonly<Record<GhostKind, string>> = {
  'bed-without-encounter': t('quality.occupiedBedNoVisit'),
  'hold-without-encounter': t('quality.heldBedVisitOver'),
  'encounter-without-bed': t('quality.visitWithoutABed'),
  'encounter-silent': t('quality.visitNotHeardOf'),
};
