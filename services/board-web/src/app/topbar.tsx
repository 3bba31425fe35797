import { useSyncExternalStore } from 'react';
import { conflictCounts } from '../conflicts/conflict-counts.js';
import { refusalOf } from '../commands/permissions.js';
import { Icon } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { initialsOf, roleWord } from '../parts/words.js';
import { densities, themes } from './appearance.js';
import { beginTour } from '../tour/tour-state.js';
import { useBoard, useLocalTime, useMe, useStore } from './board-context.js';
import { Link } from './link.js';
import { go, hrefTo, setParameters, useParameter, useRoute } from './navigation.js';
import type { Route } from './route.js';
import { Search } from './search-box.js';
import { signOut } from './session.js';
import { singleKeys } from './shortcuts.js';

export function TopBar({ onKeys }: { onKeys: () => void }) {
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
      <UserMenu onKeys={onKeys} />
    </div>
  );
}

function FacilityMenu() {
  const me = useMe();
  const store = useStore();
  const name = useBoard((s) => s.facility?.name) ?? me.facilities.find((f) => f.id === store.facility)?.name;
  return (
    <Menu
      label={`Facility: ${name ?? store.facility}`}
      className="facility"
      button={
        <>
          {name ?? store.facility} <Icon name="down" />
        </>
      }
    >
      {(close) =>
        me.facilities.map((f) => (
          <button
            key={f.id}
            type="button"
            role="menuitemradio"
            aria-checked={f.id === store.facility}
            onClick={() => {
              close();
              go(hrefTo({ page: 'house' }, { facility: f.id }));
            }}
          >
            {f.name}
            <span className="end">{f.id}</span>
          </button>
        ))
      }
    </Menu>
  );
}

function Places() {
  const { roles } = useMe();
  const route = useRoute();
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
    <Link to={to} aria-current={route.page === to.page ? 'page' : undefined}>
      {name}
      {count > 0 && <span className={`count ${tone}`}>{count}</span>}
    </Link>
  );
  return (
    <nav aria-label="Places">
      {place({ page: 'house' }, 'House')}
      {place({ page: 'unit', unit: null }, 'Units')}
      {place({ page: 'alerts' }, 'Alerts', active, critical ? 'critical' : '')}
      {place({ page: 'conflicts' }, 'Conflicts', conflicts, 'conflict')}
      {refusalOf('see-messages', roles) === null && place({ page: 'messages' }, 'Messages')}
    </nav>
  );
}

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
        <span className="chip line" title={`Demonstration: time runs ${speed} times as fast`}>
          Demo {speed}×
        </span>
      )}
      <time className="now" dateTime={new Date(ms).toISOString()} aria-label="Local time of the facility">
        <b>{local.clock(ms)}</b>
        {local.date(ms)}
      </time>
    </>
  );
}

function UserMenu({ onKeys }: { onKeys: () => void }) {
  const me = useMe();
  const theme = useParameter('theme');
  const density = useParameter('density');
  const name = me.name ?? me.subject;
  const keysOn = useSyncExternalStore(singleKeys.subscribe, singleKeys.get);
  const choices = (title: string, parameter: string, chosen: string | null, rest: string, all: readonly string[]) => (
    <>
      <h3>{title}</h3>
      {[null, ...all].map((value) => (
        <button
          key={value ?? ''}
          type="button"
          role="menuitemradio"
          aria-checked={chosen === value}
          onClick={() => setParameters({ [parameter]: value })}
        >
          {value === null ? rest : value.charAt(0).toUpperCase() + value.slice(1)}
          {chosen === value && (
            <span className="end">
              <Icon name="check" />
            </span>
          )}
        </button>
      ))}
    </>
  );
  const roles = me.roles.map((r) => roleWord[r] ?? r).join(', ');
  return (
    <Menu
      label={`Signed in as ${name}`}
      className="user"
      side="right"
      button={
        <>
          <b>{initialsOf(name)}</b>
          <span title={roles}>
            {name}
            <i>{roles}</i>
          </span>
        </>
      }
    >
      {(close) => (
        <>
          {choices('Theme', 'theme', theme, 'As the system', themes)}
          {choices('Rows and tiles', 'density', density, 'Normal', densities)}
          <hr />
          <button type="button" role="menuitemcheckbox" aria-checked={keysOn} onClick={() => singleKeys.set(!keysOn)}>
            Single keys<span className="end">{keysOn ? 'on' : 'off'}</span>
          </button>
          <button
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              onKeys();
            }}
          >
            All keys<span className="end">?</span>
          </button>
          <button
            type="button"
            role="menuitem"
            onClick={() => {
              close();
              beginTour();
            }}
          >
            Tour
          </button>
          <hr />
          <button type="button" role="menuitem" onClick={signOut}>
            Sign out
          </button>
        </>
      )}
    </Menu>
  );
}
