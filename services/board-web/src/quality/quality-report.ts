import type { BottleneckData, Severity } from '@wardstream/events';
import type { GhostKind } from '@wardstream/flow-model';

/** What `GET /api/v1/facilities/{facility}/data-quality` answers, as far as the page shows it. */
export interface QualityReport {
  readonly facility: string;
  readonly asOf: string;
  readonly senders: readonly SenderRow[];
  /** Senders of messages that name no facility configured here. */
  readonly unattributed: readonly SenderRow[];
  readonly ghosts: readonly GhostRow[];
  readonly invalidClocks: {
    readonly hours: number;
    readonly count: number;
    readonly byClock: readonly { readonly clock: string; readonly count: number }[];
    readonly running: readonly { readonly clock: string; readonly where: string; readonly since: string }[];
    readonly items: readonly ClockRow[];
  };
  readonly conflicts: {
    readonly open: number;
    readonly byKind: readonly {
      readonly kind: string;
      readonly severity: string;
      readonly open: number;
      readonly oldestAt: string;
    }[];
  };
  readonly bottlenecks: readonly BottleneckData[];
  readonly definitions: Readonly<Record<string, string>>;
}

export interface SenderRow {
  readonly id: string;
  readonly sender: string;
  readonly name: string;
  readonly heardBy: string;
  readonly state: 'silent' | 'late' | 'normal' | 'learning';
  readonly lastReceivedAt: string;
  readonly usualGapMinutes: number | null;
  readonly usualSilenceMinutes: number | null;
  readonly alertAfterMinutes: number | null;
  readonly counted: CountedMessages | null;
}

export interface CountedMessages {
  readonly since: string;
  readonly lastHour: number;
  readonly usualThisHour: number | null;
  readonly perHour: readonly number[];
  /** `notProduction` is not told by a service of before. */
  readonly counts: Readonly<Record<CountName, number>> & { readonly notProduction?: number };
  readonly delays: { readonly boundsSeconds: readonly number[]; readonly counts: readonly number[] };
  readonly unknownPlaces: { readonly messages: number; readonly codes: number };
}

export type CountName =
  | 'received'
  | 'processed'
  | 'unplaced'
  | 'notActedOn'
  | 'quarantined'
  | 'refused'
  | 'repeats'
  | 'controlIdsReused'
  | 'timed'
  | 'recordedAhead'
  | 'eventInFuture'
  | 'eventLongPast';

export interface GhostRow {
  readonly kind: GhostKind;
  readonly id: string;
  readonly unit: string | null;
  readonly bedId: string | null;
  readonly where: string;
  readonly why: string;
  readonly since: string;
}

export interface ClockRow {
  readonly clock: string;
  readonly unit: string | null;
  readonly where: string;
  readonly from: string;
  readonly to: string;
  readonly source: string | null;
  readonly foundAt: string;
  readonly subject: { readonly type: string; readonly id: string };
}

const rank: Readonly<Record<Severity, number>> = { critical: 3, high: 2, warn: 1 };

/** The worst that was raised of a sender: of its feed, or of its messages; null where nothing was. */
export function severityOf(report: QualityReport, row: SenderRow): Severity | null {
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
export function senderOrder(report: QualityReport): { readonly row: SenderRow; readonly severity: Severity | null }[] {
  const late = (row: SenderRow) => Number(row.state === 'late' || row.state === 'silent');
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
    if (lower === undefined) return `over ${text(bound)} ahead`;
    if (bound === Infinity) return `over ${text(lower)}`;
    if (bound < 0) return `${text(bound)} to ${text(lower)} ahead`;
    return lower < 0 ? `within ${text(bound)}` : `${text(lower)} to ${text(bound)}`;
  });
}

const clockWords: Readonly<Record<string, string>> = {
  stay: 'Stay: discharged before admitted',
  'evs-response': 'Cleaning response: started before the bed was dirty',
  'evs-clean': 'Cleaning: clean before it was started',
  'evs-turn': 'Bed turn: clean before the bed was dirty',
  'request-to-assign': 'Assignment: assigned before requested',
  occupied: 'Move: in bed before bed and patient were ready',
  total: 'Request: in bed before requested',
  'confirmed-to-left': 'Departure: left before the discharge was confirmed',
  boarding: 'Boarding: the decision lies ahead',
};

export const clockWord = (clock: string): string => clockWords[clock] ?? clock;

export const ghostWord: Readonly<Record<GhostKind, string>> = {
  'bed-without-encounter': 'Occupied bed, no visit',
  'hold-without-encounter': 'Held bed, visit over',
  'encounter-without-bed': 'Visit without a bed',
  'encounter-silent': 'Visit not heard of',
};
