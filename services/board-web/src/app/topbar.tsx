import { useSyncExternalStore } from 'react';
import { conflictCounts } from '../conflicts/conflict-counts.js';
import { refusalOf } from '@wardstream/access';
import { Icon } from '../ui/icon.js';
import { menuGroup } from '../actions/menu-group.js';
import { actionsChanged } from '../actions/registry.js';
import { Menu } from '../ui/menu.js';
import { initialsOf, roleLabel } from '../ui/labels.js';
import { densities, themes } from './appearance.js';
import { useBoard, useLocalTime, useMe, useStore } from './board-context.js';
import { Link } from './link.js';
import { go, hrefTo, setParameters, useParameter, usePage } from './navigation.js';
import type { Route } from './route.js';
import { Search } from './search-box.js';
import { singleKeys } from './shortcuts.js';
import type { Language } from '../texts/language.js';
import { chooseHours, chooseLanguage, hours, language, t } from '../texts/texts.js';

export function TopBar() {
  return (
    <div className="topbar">
      <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M2.5 6.5 6.5 18l4-9.5" />
        <path d="M9.8 6.5 13.8 18l4.3-11.5h3.4" />
      </svg>
      <FacilityMenu />
      <Places />
      <Search />
      <WallClock />
      <UserMenu />
    </div>
  );
}

function FacilityMenu() {
  const me = useMe();
  const store = useStore();
  const name = useBoard((s) => s.facility?.name) ?? me.facilities.find((f) => f.id === store.facility)?.name;
  return (
    <Menu
      label={t('app.facility', { value: name ?? store.facility })}
      className="facility"
      button={
        <>
          {name ?? store.facility} <Icon name="down" />
        </>
      }
      groups={[
        {
          id: 'facilities',
          chosen: [store.facility],
          entries: me.facilities.map((f) => ({
            id: f.id,
            label: f.name,
            end: f.id,
            onAction: () => go(hrefTo({ page: 'house' }, { facility: f.id })),
          })),
        },
      ]}
    />
  );
}

function Places() {
  const { roles } = useMe();
  const page = usePage();
  const alerts = useBoard((s) => s.alerts);
  const conflicts = useBoard((s) => conflictCounts(s).total);
  let active = 0;
  let critical = false;
  for (const a of alerts.values()) {
    if (a.state === 'resolved') continue;
    active += 1;
    critical ||= a.severity === 'critical';
  }
  const place = (to: Route, name: string, count = 0, tone = '') => (
    <Link to={to} aria-current={page === to.page ? 'page' : undefined}>
      {name}
      {count > 0 && <span className={`count ${tone}`}>{count}</span>}
    </Link>
  );
  return (
    <nav aria-label={t('app.places')}>
      {place({ page: 'house' }, t('app.house'))}
      {place({ page: 'unit', unit: null }, t('app.units'))}
      {isOnWard(roles) && place({ page: 'ward' }, t('actions.goWard'))}
      {place({ page: 'placement' }, t('actions.goPlacement'))}
      {place({ page: 'free-beds' }, t('search.freeBeds'))}
      {place({ page: 'alerts' }, t('app.alerts'), active, critical ? 'critical' : '')}
      {place({ page: 'conflicts' }, t('app.conflicts'), conflicts, 'conflict')}
      {place({ page: 'housekeeping' }, t('actions.goHousekeeping'))}
      {refusalOf('message.read', roles) === null && place({ page: 'messages' }, t('app.messages'))}
    </nav>
  );
}

/** A nurse's own page has its place in the bar; everybody else finds it among the actions. */
const isOnWard = (roles: readonly string[]): boolean => roles.includes('ward-nurse') || roles.includes('charge-nurse');

function WallClock() {
  const store = useStore();
  const minute = useSyncExternalStore(store.wallMinute.subscribe, store.wallMinute.get);
  const speed = useSyncExternalStore(store.speed.subscribe, store.speed.get);
  const local = useLocalTime();
  if (minute === null) return <span className="now" aria-hidden="true" />;
  const ms = minute * 60_000;
  return (
    <>
      {speed !== 1 && (
        <span className="chip line" title={t('app.demonstrationTimeRunsTimesAsFast', { speed })}>
          {t('app.demo')} {speed}×
        </span>
      )}
      <time className="now" dateTime={new Date(ms).toISOString()} aria-label={t('app.localTimeOfTheFacility')}>
        <b>{local.clock(ms)}</b>
        {local.date(ms)}
      </time>
    </>
  );
}

/** Each by its own name: who does not read the others finds it. */
const languageNames: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
];

function UserMenu() {
  const me = useMe();
  const theme = useParameter('theme');
  const density = useParameter('density');
  const name = me.name ?? me.subject;
  const keysOn = useSyncExternalStore(singleKeys.subscribe, singleKeys.get);
  // What can be done is told after the bar is drawn.
  useSyncExternalStore(actionsChanged.subscribe, actionsChanged.get);
  const choices = (
    title: string,
    parameter: string,
    chosen: string | null,
    rest: string,
    all: readonly (typeof themes | typeof densities)[number][],
  ) => ({
    id: parameter,
    title,
    chosen: [chosen ?? 'none'],
    stays: true,
    entries: [null, ...all].map((value) => ({
      id: value ?? 'none',
      label: value === null ? rest : t(`app.${value}`),
      onAction: () => setParameters({ [parameter]: value }),
    })),
  });
  const roles = me.roles.map((r) => roleLabel[r] ?? r).join(', ');
  return (
    <Menu
      label={t('app.signedInAs', { name })}
      isNamedByContent
      className="user"
      side="right"
      button={
        <>
          <b aria-hidden="true">{initialsOf(name)}</b>
          <span title={roles}>
            {name} <i>{roles}</i>
          </span>
          <em className="visually-hidden">{t('app.signedInAs', { name })}</em>
        </>
      }
      groups={[
        choices(t('app.theme'), 'theme', theme, t('app.asTheSystem'), themes),
        choices(t('app.rowsAndTiles'), 'density', density, t('app.normal'), densities),
        {
          id: 'language',
          title: t('app.language'),
          chosen: [language],
          entries: languageNames.map(([id, label]) => ({ id, label, onAction: () => chooseLanguage(id) })),
        },
        {
          id: 'clock',
          title: t('app.clock'),
          chosen: [hours],
          entries: (['24', '12'] as const).map((id) => ({
            id,
            label: t(`app.hours${id}`),
            onAction: () => chooseHours(id),
          })),
        },
        {
          id: 'keys',
          chosen: keysOn ? ['single-keys'] : [],
          choice: 'several',
          stays: true,
          entries: [
            {
              id: 'single-keys',
              label: t('app.singleKeys'),
              end: keysOn ? t('app.on') : t('app.off'),
              onAction: () => singleKeys.set(!keysOn),
            },
          ],
        },
        menuGroup('help', ['board.keys', 'board.tour'], me.roles),
        menuGroup('session', ['board.change-password', 'board.sign-out'], me.roles),
      ]}
    />
  );
}
