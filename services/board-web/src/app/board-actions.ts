import type { Action } from '../actions/action.js';
import { t } from '../texts/texts.js';
import { beginTour } from '../tour/tour-state.js';
import { lastUnit } from '../unit/last-unit.js';
import { go, hrefTo } from './navigation.js';
import type { Route } from './route.js';
import { signOut } from './session.js';

const to = (id: string, label: string, keys: string | undefined, route: () => Route): Action => ({
  id: `go.${id}`,
  group: 'go',
  label,
  ...(keys === undefined ? {} : { keys }),
  perform: () => go(hrefTo(route())),
});

/** What can be done on every page of the board. `changePassword`: where that is done; null where it is not ours to do. A page of its own has its line here, and with it its key and its place in the palette. */
export function boardActions(showKeys: () => void, changePassword: string | null): readonly Action[] {
  return [
    to('house', t('actions.goHouse'), 'g h', () => ({ page: 'house' })),
    to('unit', t('actions.goUnit'), 'g u', () => ({ page: 'unit', unit: lastUnit() })),
    to('placement', t('actions.goPlacement'), 'g p', () => ({ page: 'placement' })),
    to('alerts', t('actions.goAlerts'), 'g a', () => ({ page: 'alerts' })),
    to('conflicts', t('actions.goConflicts'), 'g c', () => ({ page: 'conflicts' })),
    to('free-beds', t('search.freeBeds'), 'g f', () => ({ page: 'free-beds' })),
    to('patients', t('actions.goPatients'), undefined, () => ({ page: 'patients' })),
    to('wall', t('actions.goWall'), 'g w', () => ({ page: 'wall' })),
    to('ward', t('actions.goWard'), 'g n', () => ({ page: 'ward' })),
    to('housekeeping', t('actions.goHousekeeping'), 'g k', () => ({ page: 'housekeeping' })),
    { ...to('messages', t('actions.goMessages'), 'g m', () => ({ page: 'messages' })), permission: 'message.read' },
    { ...to('quality', t('actions.goQuality'), 'g d', () => ({ page: 'data-quality' })), permission: 'quality.read' },
    { ...to('audit', t('actions.goAudit'), undefined, () => ({ page: 'audit' })), permission: 'audit.read' },
    { ...to('users', t('actions.goUsers'), undefined, () => ({ page: 'users' })), permission: 'account.change' },
    { id: 'board.keys', group: 'board', label: t('actions.allKeys'), keys: '?', perform: showKeys },
    { id: 'board.tour', group: 'board', label: t('actions.tour'), perform: beginTour },
    ...(changePassword === null
      ? []
      : [
          {
            id: 'board.change-password',
            group: 'board' as const,
            label: t('actions.changePassword'),
            perform: () => void window.open(changePassword, '_blank', 'noopener'),
          },
        ]),
    { id: 'board.sign-out', group: 'board', label: t('actions.signOut'), perform: () => signOut() },
  ];
}
