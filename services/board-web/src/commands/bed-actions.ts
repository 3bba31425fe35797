import type { BedView } from '@wardstream/events';
import { initialsShown } from '../parts/words.js';
import { refusalOf, type Permission } from './permissions.js';

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
  reserve: define('reserve', 'Reserve', 'reserve', 'place', 'patient'),
  assign: define('assign', 'Assign', 'assign', 'place', 'patient'),
  release: define('release', 'Release', 'release', 'place'),
  start: define('start-cleaning', 'Start cleaning', 'cleaning/start', 'clean'),
  complete: define('complete-cleaning', 'Bed is clean', 'cleaning/complete', 'clean'),
  request: define('request-cleaning', 'Ask for cleaning', 'cleaning/request', 'clean'),
  block: define('block', 'Block bed', 'block', 'block', 'reason'),
  unblock: define('unblock', 'Unblock', 'unblock', 'block'),
  close: define('close', 'Close bed', 'close', 'capacity', 'reason'),
  open: define('open', 'Open bed', 'open', 'capacity'),
  openSurge: define('open-surge', 'Open surge bed', 'open-surge', 'capacity'),
  closeSurge: define('close-surge', 'Close surge bed', 'close-surge', 'capacity'),
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
  const notClean = bed.cleaningJobId === null ? 'No cleaning was asked for.' : null;
  switch (bed.state) {
    case 'available':
      return [
        [actions.reserve, null],
        [actions.assign, null],
        [actions.block, null],
        [actions.request, null],
        bed.surge ? [actions.closeSurge, null] : [actions.close, null],
        [actions.start, 'The bed is clean.'],
      ];
    case 'reserved':
      return [...held(bed), [actions.block, null], [actions.start, 'The bed is clean.']];
    case 'occupied': {
      const disputed = 'The bed counts as occupied while the facts disagree.';
      const why = bed.conflicts.length > 0 ? disputed : 'A patient is in the bed.';
      return [
        ...(bed.reservedFor === null ? [] : ([[actions.release, null]] as Candidate[])),
        [actions.reserve, why],
        [actions.start, bed.conflicts.length > 0 ? why : 'Cleaning starts when the patient has left.'],
        [actions.block, `${why} Move the patient first.`],
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
        [actions.start, 'A crew has started.'],
      ];
    case 'blocked':
      return [
        [actions.unblock, null],
        ...(bed.reservedFor === null ? [] : ([[actions.release, null]] as Candidate[])),
        [actions.reserve, `Blocked: ${bed.blocked?.note ?? bed.blocked?.reason ?? 'no reason told'}.`],
      ];
    case 'closed':
      return [
        [actions.open, null],
        [actions.reserve, `Closed: ${bed.closed?.reason ?? 'not staffed'}.`],
      ];
    case 'surge':
      return [
        [actions.openSurge, null],
        [actions.reserve, 'The surge bed is not open.'],
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
  const who = hold.patient.initials === '' ? 'another patient' : initialsShown(hold.patient).replace(/\.$/, '');
  return [
    ...(hold.kind === 'reservation' ? ([[{ ...actions.assign, form: 'none' }, null]] as Candidate[]) : []),
    [actions.release, null],
    [actions.reserve, `Held for ${who}. Release it first.`],
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
  return until === null ? doneWithoutEnd(id, bedId) : `${doneWithoutEnd(id, bedId)} until ${until}`;
}

function doneWithoutEnd(id: BedActionId, bedId: string): string {
  switch (id) {
    case 'reserve':
      return `${bedId} reserved`;
    case 'assign':
      return `${bedId} assigned`;
    case 'release':
      return `${bedId} released`;
    case 'start-cleaning':
      return `Cleaning of ${bedId} started`;
    case 'complete-cleaning':
      return `${bedId} is clean`;
    case 'request-cleaning':
      return `Cleaning of ${bedId} asked for`;
    case 'block':
      return `${bedId} blocked`;
    case 'unblock':
      return `${bedId} no longer blocked`;
    case 'close':
      return `${bedId} closed`;
    case 'open':
      return `${bedId} open`;
    case 'open-surge':
      return `Surge bed ${bedId} open`;
    case 'close-surge':
      return `Surge bed ${bedId} closed`;
  }
}

export const blockReasons: readonly (readonly [string, string])[] = [
  ['maintenance', 'Maintenance'],
  ['infection', 'Infection control'],
  ['isolation', 'Isolation next door'],
  ['staffing', 'No staff'],
  ['equipment', 'Equipment missing'],
  ['other', 'Other'],
];

/** How long a reservation and a block last unless told otherwise, in minutes of the facility's time. */
export const HOLD_MINUTES = 60;
