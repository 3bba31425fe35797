import type { LevelOfCare } from '@wardstream/events';
import { ages, type AgeBands } from './people.js';

/**
 * The numbers of Northgate General. Rates are per day unless they say otherwise, stays in days, delays in minutes.
 * Shapes follow what is published of general hospitals (arrival curve, share admitted, lognormal stays, discharges
 * that peak at 15:00); the sizes are tuned so that this house of 300 beds runs at 82 % in the evening to 94 % before noon, with
 * some boarders by day.
 */
export interface WardProfile {
  readonly service: string;
  readonly ages: AgeBands;
  readonly level: LevelOfCare;
  /** Arithmetic mean stay in this unit and the spread of its logarithm. */
  readonly stayDays: number;
  readonly sigma: number;
  /** Arrivals of a working day as the ward's coordinator expects them; steers how hard discharges are pushed. */
  readonly expectedIn: number;
  /** Share of its beds filled at the start. */
  readonly initial: number;
  /** Units that may take its patients when a wait grows long, in order. */
  readonly outliers: readonly string[];
}

export const wards: Readonly<Record<string, WardProfile>> = {
  AMU: ward('MED', ages.medical, 'ward', 1.02, 0.55, 29, ['4B', '5A', '4A']),
  ICU: ward('ICU', ages.medical, 'icu', 5.5, 0.75, 3.2, [], 0.78),
  HDU: ward('MED', ages.medical, 'step-down', 1.75, 0.55, 4.2, ['ICU'], 0.65),
  '4A': ward('PUL', ages.medical, 'ward', 3.25, 0.7, 6, ['4B', '4C']),
  '4B': ward('MED', ages.medical, 'ward', 3.75, 0.75, 5, ['4C', '4A']),
  '4C': ward('GER', ages.older, 'ward', 4.3, 0.75, 4.6, ['4B']),
  '5A': ward('CAR', ages.medical, 'ward', 3.1, 0.65, 7.2, ['4B', '4A']),
  '3A': ward('SUR', ages.surgical, 'ward', 2.15, 0.75, 11.5, ['3B', '6A']),
  '3B': ward('ORT', ages.surgical, 'ward', 3.75, 0.65, 6.7, ['3A']),
  '3C': ward('NEU', ages.medical, 'ward', 7.6, 0.75, 3.2, ['4C', '4B']),
  '6A': ward('ONC', ages.surgical, 'ward', 4.5, 0.7, 3, ['4B']),
  MAT: ward('OBS', ages.maternity, 'maternity', 2.1, 0.55, 10, [], 0.68),
};

function ward(
  service: string,
  bands: AgeBands,
  level: LevelOfCare,
  stayDays: number,
  sigma: number,
  expectedIn: number,
  outliers: readonly string[],
  initial = 0.89,
): WardProfile {
  return { service, ages: bands, level, stayDays, sigma, expectedIn, outliers, initial };
}

/** Wards that take any patient who fits, the largest first. */
export const anyWard = ['4B', '4A', '4C', '5A', '3A', '3B', '3C', '6A', 'AMU'] as const;

/** Days that a whole stay takes which comes to this unit, on average; null of a unit without beds for stays. */
export function expectedStay(unit: string): number | null {
  const ward = wards[unit];
  return ward === undefined ? null : ward.stayDays + (onward[unit] ?? 0);
}

/** What follows in other wards, days. */
const onward: Readonly<Record<string, number>> = { AMU: 1.7, ICU: 4, HDU: 3 };

export const emergency = {
  /** Arrivals per hour, local hour 0 to 23; a day's sum is about 150. */
  perHour: [
    3.2, 2.6, 2.2, 2.0, 1.9, 2.1, 2.8, 4.2, 6.4, 8.6, 9.8, 10.0, 9.6, 9.2, 8.8, 8.6, 8.8, 9.0, 9.0, 8.6, 7.8, 6.6, 5.2,
    4.2,
  ],
  /** Factor of the day, Sunday first. */
  weekday: [0.98, 1.12, 1.04, 1.0, 0.98, 0.98, 0.92],
  admitted: 0.255,
  /** Of those sent home again: who needs a bay; the others are seen in chairs. */
  bayIfNotAdmitted: 0.78,
  leftUnseen: 0.03,
  /** From arrival to triage. */
  triage: { median: 9, sigma: 0.5 },
  /** From the bay to the decision to admit. */
  decision: { median: 165, sigma: 0.4 },
  inBay: { median: 205, sigma: 0.5 },
  inChair: { median: 125, sigma: 0.5 },
  /** Where admitted patients go. */
  to: [
    ['AMU', 55],
    ['3A', 12],
    ['3B', 8],
    ['5A', 8],
    ['3C', 5],
    ['4A', 3],
    ['ICU', 2],
    ['HDU', 3],
    ['6A', 2],
    ['4C', 1],
  ] as const,
};

/** From the acute medical unit: home, or to the ward of the specialty. */
export const fromAssessment = {
  home: 0.4,
  to: [
    ['4A', 24],
    ['4B', 27],
    ['4C', 24],
    ['5A', 13],
    ['6A', 6],
    ['3C', 3],
    ['HDU', 2],
    ['ICU', 1],
  ] as const,
};

/** From intensive care and step-down to the wards. */
export const fromCritical = {
  icuToHdu: 0.42,
  icuDeaths: 0.1,
  to: [
    ['4A', 26],
    ['4B', 14],
    ['5A', 15],
    ['3A', 27],
    ['3B', 8],
    ['3C', 6],
    ['6A', 4],
  ] as const,
};

export const direct = {
  /** Sent by general practitioners and clinics to assessment, per working day; by hour 9 to 19. */
  perDay: 2,
  weekendFactor: 0.4,
  /** Units to which other hospitals transfer. */
  hospitals: [
    ['3C', 2],
    ['ICU', 0.5],
    ['4A', 4],
    ['4B', 3],
    ['5A', 4],
    ['6A', 1.5],
  ] as const,
  clinicToCancer: 1.1,
};

export const theatre = {
  /** Elective patients of a working day by the ward they go to afterwards. */
  electives: [
    ['3A', 9],
    ['3B', 5],
    ['5A', 2],
    ['MAT', 1.5],
    ['ICU', 0.5],
    ['HDU', 1.2],
  ] as const,
  weekendFactor: 0.12,
  /** Taken off the list on the day. */
  cancelled: 0.04,
  /** Length of an operation, minutes. */
  operation: { median: 85, sigma: 0.45 },
  rooms: 6,
  /** In recovery before the ward may fetch the patient. */
  recovery: { median: 70, sigma: 0.3 },
  /** Emergency operations on patients who lie on these wards already. */
  emergencies: 5,
  emergencyFrom: ['3A', '3B', 'MAT', 'ICU'] as const,
};

export const maternity = {
  /** Admissions in labour, at any hour. */
  perDay: 6.2,
};

export const discharge = {
  /** Announced in the morning round; the others are only confirmed, or simply leave. */
  announced: 0.84,
  confirmed: 0.94,
  /** Announced and then put off to another day. */
  slips: 0.05,
  /** Local hour of the confirmation: mean and deviation. */
  confirmHour: 13.0,
  confirmDeviation: 1.6,
  /** From the confirmation until the patient leaves. */
  leaving: { median: 85, sigma: 0.45 },
  /** The same where somebody waits for the bed. */
  hurried: { median: 40, sigma: 0.4 },
  waitingFor: [
    ['meds', 46],
    ['transport', 26],
    ['home care', 9],
    [null, 19],
  ] as const,
  weekendFactor: 0.88,
  deaths: 0.025,
};

/**
 * People who clean, by pool: from local hour h on, this many are on duty; where more than `manageable` jobs wait, up to `calledIn` others.
 * `claims`: jobs are taken through the system first.
 */
export const crews = {
  house: {
    claims: true,
    calledIn: 8,
    manageable: 9,
    shifts: [
      [0, 2],
      [6, 5],
      [11, 8],
      [13, 12],
      [19, 6],
      [22, 3],
    ] as const,
    claim: { median: 9, sigma: 0.6 },
    walk: { median: 7, sigma: 0.4 },
    clean: { median: 29, sigma: 0.2 },
    terminal: { median: 48, sigma: 0.2 },
  },
  ED: {
    claims: false,
    calledIn: 0,
    manageable: 0,
    shifts: [
      [0, 2],
      [8, 4],
      [23, 2],
    ] as const,
    claim: { median: 2, sigma: 0.5 },
    walk: { median: 2, sigma: 0.4 },
    clean: { median: 7, sigma: 0.3 },
    terminal: { median: 35, sigma: 0.2 },
  },
  REC: {
    claims: false,
    calledIn: 0,
    manageable: 0,
    shifts: [
      [0, 1],
      [8, 2],
      [20, 1],
    ] as const,
    claim: { median: 3, sigma: 0.5 },
    walk: { median: 3, sigma: 0.4 },
    clean: { median: 11, sigma: 0.25 },
    terminal: { median: 35, sigma: 0.2 },
  },
} as const;

export const capacity = {
  blocksPerDay: 1.2,
  blockHours: { median: 8, sigma: 0.7, most: 20 },
  blockReasons: [
    { reason: 'maintenance', note: 'Call bell out of order', ticket: 'EST' },
    { reason: 'maintenance', note: 'Bed frame being repaired', ticket: 'EST' },
    { reason: 'maintenance', note: 'Oxygen outlet tested', ticket: 'EST' },
    { reason: 'infection', note: 'Water sample awaited', ticket: 'IPC' },
    { reason: 'infection', note: 'Contact traced, place kept empty', ticket: 'IPC' },
    { reason: 'equipment', note: 'Monitor missing', ticket: 'MED' },
    { reason: 'courtesy', note: 'Kept empty beside a dying patient', ticket: 'SITE' },
  ],
  /** Units that close beds when the shift is short, with how many at most. */
  shortStaffed: [
    ['3B', 2],
    ['4C', 1],
    ['4A', 1],
  ] as const,
};

/** The bed meetings, see there. */
export const meeting = {
  /** Local hours at which the night is prepared. */
  hours: [15.75, 17.5, 19.25],
  /** Beds that are to be free for the night: of all wards for each sex, in maternity, and in each of the critical units. */
  free: { ward: 12, maternity: 7, critical: 1 },
  /** Minutes of waiting without a promised bed after which room is made. */
  patience: { ward: 110, special: 25 },
  /** Between these hours patients are sent home to make room. */
  goHome: { from: 7, until: 22 },
  /** So many days before their time may come. */
  daysEarly: 2.5,
} as const;

/** Corrections that senders make, as shares of what they correct. */
export const corrections = {
  registeredInError: 0.009,
  transferNotHappened: 0.04,
  dischargedInError: 0.02,
  /** Of those, found only after the bed has been given to another. */
  foundLate: 0.5,
  emergencyUpdated: 0.22,
  inpatientUpdatedPerDay: 0.14,
};
