import type { BedState, Need, PatientBrief, Severity } from '@wardstream/events';

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

export const stateWord: Readonly<Record<BedState, string>> = {
  occupied: 'Occupied',
  reserved: 'Reserved',
  available: 'Available',
  dirty: 'Dirty',
  cleaning: 'Cleaning',
  blocked: 'Blocked',
  closed: 'Closed',
  surge: 'Surge',
};

export const needWord: Readonly<Record<Need, string>> = {
  airborne: 'Airborne isolation',
  droplet: 'Droplet isolation',
  contact: 'Contact isolation',
  protective: 'Protective isolation',
  negative: 'Negative pressure',
  telemetry: 'Telemetry',
  bariatric: 'Bariatric',
  falls: 'Falls risk',
  oxygen: 'Oxygen',
  watch: 'Close observation',
};

export const sexWord: Readonly<Record<PatientBrief['sex'], string>> = {
  female: 'Female',
  male: 'Male',
  other: 'Other sex',
  unknown: 'Sex not known',
};

export const severityWord: Readonly<Record<Severity, string>> = { critical: 'Critical', high: 'High', warn: 'Warning' };

export const roleWord: Readonly<Record<string, string>> = {
  'bed-manager': 'Bed manager',
  'department-system': 'Department system',
  'department-staff': 'Department staff',
  'operations-manager': 'Operations manager',
  auditor: 'Auditor',
  administrator: 'Administrator',
};

const conflictWords: Readonly<Record<string, string>> = {
  'bed-disputed': 'Two patients in one bed',
  'patient-in-blocked-bed': 'Patient in a blocked bed',
  'message-not-processed': 'A message that is not processed',
  'patient-in-closed-bed': 'Patient in a closed bed',
  'patient-in-unlisted-bed': 'Patient in a bed that is not listed any more',
  'returned-to-another-bed': 'Back from leave in another bed',
  'transfer-origin-differs': 'Transfer from another place',
  'control-id-reused': 'Message number used twice',
  'patient-in-two-beds': 'One patient in two beds',
  'merged-patients-both-in-beds': 'One patient in two beds',
  'visit-under-two-numbers': 'One visit under two numbers',
};

/** A conflict's code in words: known ones as written here, others made readable. */
export function conflictWord(kind: string): string {
  return conflictWords[kind] ?? sentence(kind);
}

/** 'ready-to-move' -> 'Ready to move' */
export function sentence(code: string): string {
  const words = code.replace(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** '1 bed', '2 beds' */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
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
