import type { PatientBrief } from '@wardstream/events';
import { conflictWord, initialsShown, sentence } from '../parts/words.js';

/** Something that happened to a bed, as `GET .../beds/{bed}/history` tells it. */
export interface BedHappening {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly recordedAt: string | null;
  readonly by: string | null;
  readonly visitNumber: string | null;
  readonly patient: PatientBrief | null;
  readonly details: Readonly<Record<string, unknown>>;
}

const steps: Readonly<Record<string, string>> = {
  unblocked: 'In use again',
  opened: 'Opened',
  'surge-opened': 'Surge bed opened',
  'surge-closed': 'Surge bed shut',
  'cleaning-claimed': 'Cleaning taken by a crew',
  'cleaning-started': 'Cleaning started',
  'cleaning-completed': 'Clean',
  'occupant-chosen': 'Said who is in it',
  'found-empty': 'Said that nobody is in it',
  'conflict-closed': 'Conflict closed',
};

const statuses: Readonly<Record<string, string>> = {
  C: 'closed',
  H: 'in housekeeping',
  I: 'isolated',
  K: 'contaminated',
  O: 'occupied',
  U: 'unoccupied',
};

/** 'Maintenance until 18:00, ticket 4711': what happened, in words. `time` writes an instant as people of the house read it. */
export function happeningWords(happening: BedHappening, time: (iso: string) => string): string {
  const { kind, patient, details } = happening;
  const text = (name: string): string => {
    const value = details[name];
    return typeof value === 'string' ? value : '';
  };
  const who = patient === null ? 'a patient' : initialsShown(patient);
  const end = details.until;
  const until = end === null || end === undefined ? '' : ` until ${time(instantOf(end))}`;
  const why = text('reason') === '' ? '' : `: ${text('reason')}`;
  switch (kind) {
    case 'came':
      return `${upper(who)} in the bed`;
    case 'left':
      return `${upper(who)} ${text('endedBy') === 'discharge' ? 'left the house' : 'left the bed'}${details.leavesDirty === true ? ', to be cleaned' : ''}`;
    case 'kept':
      return `${text('plan') !== '' ? 'Planned' : sentence(text('as') === 'assignment' ? 'assigned' : 'reserved')} for ${who}${until}`;
    case 'kept-no-more':
      return details.released === true ? `Given up for ${who}` : `Kept no more for ${who}`;
    case 'blocked':
    case 'closed': {
      const note = text('note') === '' ? '' : `, ${text('note')}`;
      return `${sentence(text('reason') === '' ? kind : text('reason'))}${until}${note}`;
    }
    case 'configured':
      if (details.listed === false) return 'Not listed any more';
      return details.staffed === false ? 'Configured without staff' : 'Configured';
    case 'status-reported':
      return `Reported ${statuses[text('code')] ?? text('code')}`;
    case 'cleaning-requested':
      return text('jobKind') === 'terminal' ? 'Terminal clean asked for' : 'Cleaning asked for';
    case 'cleaning-cancelled':
      return details.patientInBed === true ? 'Crew found a patient in the bed' : `Cleaning called off${why}`;
    case 'conflict-opened':
      return conflictWord(text('conflict'));
    case 'conflict-over':
      return `Settled: ${conflictWord(text('conflict')).toLowerCase()}`;
    default:
      return `${steps[kind] ?? sentence(kind)}${why}`;
  }
}

const upper = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Facts tell milliseconds, holds ISO instants. */
function instantOf(value: unknown): string {
  return new Date(typeof value === 'number' ? value : String(value)).toISOString();
}
