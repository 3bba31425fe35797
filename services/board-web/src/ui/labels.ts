import type { BedState, Need, PatientBrief, Severity } from '@wardstream/events';
import type { en } from '../texts/en.js';
import { t } from '../texts/texts.js';

/** The order of bed cells, legends and counts: in use first, ready last, then what cannot be used. */
export const stateOrder: readonly BedState[] = [
  'occupied',
  'reserved',
  'cleaning',
  'dirty',
  'available',
  'blocked',
  'closed',
  'surge',
];

export const stateLabel: Readonly<Record<BedState, string>> = {
  occupied: t('ui.occupied'),
  reserved: t('ui.reserved'),
  available: t('ui.available'),
  dirty: t('ui.dirty'),
  cleaning: t('ui.cleaning'),
  blocked: t('ui.blocked'),
  closed: t('ui.closed'),
  surge: t('ui.surge'),
};

export const needLabel: Readonly<Record<Need, string>> = {
  airborne: t('ui.airborneIsolation'),
  droplet: t('ui.dropletIsolation'),
  contact: t('ui.contactIsolation'),
  protective: t('ui.protectiveIsolation'),
  negative: t('ui.negativePressure'),
  telemetry: t('ui.telemetry'),
  bariatric: t('ui.bariatric'),
  falls: t('ui.fallsRisk'),
  oxygen: t('ui.oxygen'),
  watch: t('ui.closeObservation'),
};

export const sexLabel: Readonly<Record<PatientBrief['sex'], string>> = {
  female: t('ui.female'),
  male: t('ui.male'),
  other: t('ui.otherSex'),
  unknown: t('ui.sexNotKnown'),
};

export const severityLabel: Readonly<Record<Severity, string>> = {
  critical: t('ui.critical'),
  high: t('ui.high'),
  warn: t('ui.warning'),
};

export const roleLabel: Readonly<Record<string, string>> = {
  'bed-manager': t('ui.bedManager'),
  'department-system': t('ui.departmentSystem'),
  'department-staff': t('ui.departmentStaff'),
  'operations-manager': t('ui.operationsManager'),
  auditor: t('ui.auditor'),
  administrator: t('ui.administrator'),
  'ward-nurse': t('ui.wardNurse'),
  'charge-nurse': t('ui.chargeNurse'),
  housekeeper: t('ui.housekeeper'),
  'housekeeping-supervisor': t('ui.housekeepingSupervisor'),
  porter: t('ui.porter'),
  'interface-engineer': t('ui.interfaceEngineer'),
};

const conflictWords: Readonly<Record<string, string>> = {
  'bed-disputed': t('ui.twoPatientsInOneBed'),
  'patient-in-blocked-bed': t('ui.patientInABlockedBed'),
  'message-not-processed': t('ui.aMessageThatIsNotProcessed'),
  'patient-in-closed-bed': t('ui.patientInAClosedBed'),
  'patient-in-unlisted-bed': t('ui.patientInABedThatIs'),
  'returned-to-another-bed': t('ui.backFromLeaveInAnotherBed'),
  'transfer-origin-differs': t('ui.transferFromAnotherPlace'),
  'control-id-reused': t('ui.messageNumberUsedTwice'),
  'patient-in-two-beds': t('ui.onePatientInTwoBeds'),
  'merged-patients-both-in-beds': t('ui.onePatientInTwoBeds'),
  'visit-under-two-numbers': t('ui.oneVisitUnderTwoNumbers'),
};

/** A conflict's code in words: known ones as written here, others made readable. */
export function conflictLabel(kind: string): string {
  return conflictWords[kind] ?? sentence(kind);
}

/** 'ready-to-move' -> 'Ready to move' */
export function sentence(code: string): string {
  const words = code.replace(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** '1 bed', '2 beds' */
export function counted(n: number, what: keyof typeof en.count): string {
  return t(`count.${what}`, { n });
}

/** 'TM' -> 'T.M.'; what already has its dots, or is not initials, stays. Nobody known is '?'. */
export function initialsShown(patient: Pick<PatientBrief, 'initials'>): string {
  const { initials } = patient;
  if (initials === '') return '?';
  return /^\p{Lu}{1,4}$/u.test(initials) ? [...initials].map((letter) => `${letter}.`).join('') : initials;
}

export interface TextRun {
  readonly text: string;
  readonly strong: boolean;
}

/** A sentence with its numbers and times set apart, as an alert shows why it is there. */
export function withNumbers(text: string): readonly TextRun[] {
  const runs: TextRun[] = [];
  let at = 0;
  for (const match of text.matchAll(/(?<![\w-])\d+(?:[.:]\d+)?(?:\s?(?:%|min|h|d)\b|\s?%)?(?![\w-])/g)) {
    if (match.index > at) runs.push({ text: text.slice(at, match.index), strong: false });
    runs.push({ text: match[0], strong: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) runs.push({ text: text.slice(at), strong: false });
  return runs;
}

/** 'M. Okafor' -> 'MO'; a subject without a name gives its first two letters. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/).filter((w) => w !== '');
  const letters = words.length > 1 ? `${words[0]![0]}${words.at(-1)![0]}` : name.slice(0, 2);
  return letters.toUpperCase();
}
