import type { BedView } from '@wardstream/api-contract';
import { initialsShown } from '../ui/labels.js';
import { refusalOf, type Permission } from '@wardstream/access';
import { t } from '../texts/texts.js';

export type BedActionId =
  | 'reserve'
  | 'assign'
  | 'release'
  | 'start-cleaning'
  | 'complete-cleaning'
  | 'request-cleaning'
  | 'block'
  | 'unblock'
  | 'close'
  | 'open'
  | 'open-surge'
  | 'close-surge';

/** What must be told before the command can be sent. */
export type ActionForm = 'none' | 'patient' | 'reason';

export interface BedAction {
  readonly id: BedActionId;
  readonly label: string;
  /** Under `/api/v1/facilities/{facility}/beds/{bed}/`. */
  readonly path: string;
  readonly form: ActionForm;
  readonly permission: Permission;
  /** Why it is refused now; null if it is allowed as far as the board can tell. The service decides. */
  readonly refused: string | null;
}

const define = (
  id: BedActionId,
  label: string,
  path: string,
  permission: Permission,
  form: ActionForm = 'none',
): Omit<BedAction, 'refused'> => ({ id, label, path, permission, form });

const actions = {
  reserve: define('reserve', t('commands.reserve'), 'reserve', 'bed.reserve', 'patient'),
  assign: define('assign', t('commands.assign'), 'assign', 'bed.reserve', 'patient'),
  release: define('release', t('commands.release'), 'release', 'bed.reserve'),
  start: define('start-cleaning', t('commands.startCleaning'), 'cleaning/start', 'bed.clean'),
  complete: define('complete-cleaning', t('commands.bedIsClean'), 'cleaning/complete', 'bed.clean'),
  request: define('request-cleaning', t('commands.askForCleaning'), 'cleaning/request', 'bed.clean'),
  block: define('block', t('commands.blockBed'), 'block', 'bed.block', 'reason'),
  unblock: define('unblock', t('commands.unblock'), 'unblock', 'bed.block'),
  close: define('close', t('commands.closeBed'), 'close', 'bed.open', 'reason'),
  open: define('open', t('commands.openBed'), 'open', 'bed.open'),
  openSurge: define('open-surge', t('commands.openSurgeBed'), 'open-surge', 'bed.open'),
  closeSurge: define('close-surge', t('commands.closeSurgeBed'), 'close-surge', 'bed.open'),
};

/**
 * Every command that could come to mind for a bed in this state: those allowed first, then the refused ones with their
 * reason. A command is never hidden because it is refused; what has no sense in any state of this bed is left out.
 */
export function bedActions(bed: BedView, roles: readonly string[]): BedAction[] {
  const list = candidates(bed).map(([action, refused]) => ({
    ...action,
    refused: refused ?? refusalOf(action.permission, roles),
  }));
  return [...list.filter((a) => a.refused === null), ...list.filter((a) => a.refused !== null)];
}

type Candidate = readonly [Omit<BedAction, 'refused'>, string | null];

function candidates(bed: BedView): Candidate[] {
  const notClean = bed.cleaningJobId === null ? t('commands.noCleaningWasAskedFor') : null;
  switch (bed.state) {
    case 'available':
      return [
        [actions.reserve, null],
        [actions.assign, null],
        [actions.block, null],
        [actions.request, null],
        bed.surge ? [actions.closeSurge, null] : [actions.close, null],
        [actions.start, t('commands.theBedIsClean')],
      ];
    case 'reserved':
      return [...held(bed), [actions.block, null], [actions.start, t('commands.theBedIsClean')]];
    case 'occupied': {
      const disputed = t('commands.theBedCountsAsOccupiedWhile');
      const why = bed.conflicts.length > 0 ? disputed : t('commands.aPatientIsInTheBed');
      return [
        ...(bed.reservedFor === null ? [] : ([[actions.release, null]] as Candidate[])),
        [actions.reserve, why],
        [actions.start, bed.conflicts.length > 0 ? why : t('commands.cleaningStartsWhenThePatientHas')],
        [actions.block, t('commands.moveThePatientFirst', { why })],
      ];
    }
    case 'dirty':
      return [
        notClean === null ? [actions.start, null] : [actions.request, null],
        [actions.complete, notClean],
        ...held(bed),
        [actions.block, null],
      ];
    case 'cleaning':
      return [
        [actions.complete, notClean],
        ...held(bed),
        [actions.block, null],
        [actions.start, t('commands.aCrewHasStarted')],
      ];
    case 'blocked':
      return [
        [actions.unblock, null],
        ...(bed.reservedFor === null ? [] : ([[actions.release, null]] as Candidate[])),
        [
          actions.reserve,
          t('commands.blocked', { value: bed.blocked?.note ?? bed.blocked?.reason ?? t('commands.noReasonTold') }),
        ],
      ];
    case 'closed':
      return [
        [actions.open, null],
        [actions.reserve, t('commands.closed', { value: bed.closed?.reason ?? t('commands.notStaffed') })],
      ];
    case 'surge':
      return [
        [actions.openSurge, null],
        [actions.reserve, t('commands.theSurgeBedIsNotOpen')],
      ];
  }
}

/** A bed that is not clean yet can be promised already; one that is promised must be released before it is another's. */
function held(bed: BedView): Candidate[] {
  const hold = bed.reservedFor;
  if (hold === null) {
    return [
      [actions.reserve, null],
      [actions.assign, null],
    ];
  }
  const who =
    hold.patient.initials === '' ? t('commands.anotherPatient') : initialsShown(hold.patient).replace(/\.$/, '');
  return [
    ...(hold.kind === 'reservation' ? ([[{ ...actions.assign, form: 'none' }, null]] as Candidate[]) : []),
    [actions.release, null],
    [actions.reserve, t('commands.heldForReleaseItFirst', { who })],
  ];
}

/** What undoes a command while it still can be undone; null where nothing does. */
export function undoOf(id: BedActionId): string | null {
  switch (id) {
    case 'reserve':
    case 'assign':
      return 'release';
    case 'block':
      return 'unblock';
    case 'close':
      return 'open';
    case 'open-surge':
      return 'close-surge';
    default:
      return null;
  }
}

/** What is shown once it is done. */
export function doneWords(id: BedActionId, bedId: string, until: string | null): string {
  return until === null ? doneWithoutEnd(id, bedId) : t('commands.until', { bedId: doneWithoutEnd(id, bedId), until });
}

function doneWithoutEnd(id: BedActionId, bedId: string): string {
  switch (id) {
    case 'reserve':
      return t('commands.reserved', { bedId });
    case 'assign':
      return t('commands.assigned', { bedId });
    case 'release':
      return t('commands.released', { bedId });
    case 'start-cleaning':
      return t('commands.cleaningOfStarted', { bedId });
    case 'complete-cleaning':
      return t('commands.isClean', { bedId });
    case 'request-cleaning':
      return t('commands.cleaningOfAskedFor', { bedId });
    case 'block':
      return t('commands.blocked2', { bedId });
    case 'unblock':
      return t('commands.noLongerBlocked', { bedId });
    case 'close':
      return t('commands.closed2', { bedId });
    case 'open':
      return t('commands.open', { bedId });
    case 'open-surge':
      return t('commands.surgeBedOpen', { bedId });
    case 'close-surge':
      return t('commands.surgeBedClosed', { bedId });
  }
}

export const blockReasons: readonly (readonly [string, string])[] = [
  ['maintenance', t('commands.maintenance')],
  ['infection', t('commands.infectionControl')],
  ['isolation', t('commands.isolationNextDoor')],
  ['staffing', t('commands.noStaff')],
  ['equipment', t('commands.equipmentMissing')],
  ['other', t('commands.other')],
];

/** How long a reservation and a block last unless told otherwise, in minutes of the facility's time. */
export const HOLD_MINUTES = 60;
