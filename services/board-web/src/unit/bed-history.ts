import type { BedHappening } from '@wardstream/api-contract';
import { conflictLabel, initialsShown, sentence } from '../ui/labels.js';
import { t } from '../texts/texts.js';

const steps: Readonly<Record<string, string>> = {
  unblocked: t('unit.inUseAgain'),
  opened: t('unit.opened'),
  'surge-opened': t('unit.surgeBedOpened'),
  'surge-closed': t('unit.surgeBedShut'),
  'cleaning-claimed': t('unit.cleaningTakenByACrew'),
  'cleaning-started': t('unit.cleaningStarted'),
  'cleaning-completed': t('unit.clean'),
  'occupant-chosen': t('unit.saidWhoIsInIt'),
  'found-empty': t('unit.saidThatNobodyIsInIt'),
  'conflict-closed': t('unit.conflictClosed'),
};

const statuses: Readonly<Record<string, string>> = {
  C: 'closed',
  H: t('unit.inHousekeeping'),
  I: 'isolated',
  K: 'contaminated',
  O: 'occupied',
  U: 'unoccupied',
};

/** 'Maintenance until 18:00, ticket 4711': what happened, in words. `time` writes an instant as people of the house read it. */
export function happeningWords(
  happening: Pick<BedHappening, 'kind' | 'patient' | 'details'>,
  time: (iso: string) => string,
): string {
  const { kind, patient, details } = happening;
  const text = (name: string): string => {
    const value = details[name];
    return typeof value === 'string' ? value : '';
  };
  const who = patient === null ? t('unit.aPatient') : initialsShown(patient);
  const end = details.until;
  const until = end === null || end === undefined ? '' : t('unit.until', { value: time(instantOf(end)) });
  const why = text('reason') === '' ? '' : `: ${text('reason')}`;
  switch (kind) {
    case 'came':
      return t('unit.inTheBed', { who: upper(who) });
    case 'left':
      return `${upper(who)} ${text('endedBy') === 'discharge' ? t('unit.leftTheHouse') : t('unit.leftTheBed')}${details.leavesDirty === true ? t('unit.toBeCleaned') : ''}`;
    case 'kept':
      return t('unit.for', {
        value:
          text('plan') !== '' ? t('unit.planned') : sentence(text('as') === 'assignment' ? 'assigned' : 'reserved'),
        who,
        until,
      });
    case 'kept-no-more':
      return details.released === true ? t('unit.givenUpFor', { who }) : t('unit.keptNoMoreFor', { who });
    case 'blocked':
    case 'closed': {
      const note = text('note') === '' ? '' : `, ${text('note')}`;
      return `${sentence(text('reason') === '' ? kind : text('reason'))}${until}${note}`;
    }
    case 'configured':
      if (details.listed === false) return t('unit.notListedAnyMore');
      return details.staffed === false ? t('unit.configuredWithoutStaff') : t('unit.configured');
    case 'status-reported':
      return t('unit.reported', { value: statuses[text('code')] ?? text('code') });
    case 'cleaning-requested':
      return text('jobKind') === 'terminal' ? t('unit.terminalCleanAskedFor') : t('unit.cleaningAskedFor');
    case 'cleaning-cancelled':
      return details.patientInBed === true ? t('unit.crewFoundAPatientInThe') : t('unit.cleaningCalledOff', { why });
    case 'conflict-opened':
      return conflictLabel(text('conflict'));
    case 'conflict-over':
      return t('unit.settled', { value: conflictLabel(text('conflict')).toLowerCase() });
    default:
      return `${steps[kind] ?? sentence(kind)}${why}`;
  }
}

const upper = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Facts tell milliseconds, holds ISO instants. */
function instantOf(value: unknown): string {
  return new Date(typeof value === 'number' ? value : String(value)).toISOString();
}
