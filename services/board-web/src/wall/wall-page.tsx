import './wall-page.css';
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { alertItems } from '../alerts/alert-list.js';
import { useBoardState, useCatchingUp, useLocalTime, useMinute, usePhase, useStore } from '../app/board-context.js';
import { hasNoData, totalsOf } from '../house/headline.js';
import { tickAt, unitRows, type UnitRow } from '../house/unit-rows.js';
import { t } from '../texts/parts/wall.js';
import { ageText, durationText, minutesSince } from '../time/duration.js';
import { Cells } from '../ui/cells.js';
import { Icon } from '../ui/icon.js';
import { loadStep, percent } from '../ui/load.js';
import { pageOfWall, UNITS_ON_WALL, wallAlerts } from './wall-model.js';

/** How long a part of the units stays, in real milliseconds. */
const TURN_MS = 20_000;
const [WIDTH, HEIGHT] = [1920, 1080];

/**
 * The house for a screen on the wall, read from six metres: no patient, no control, nothing to scroll. It says of itself when it is
 * old. Above fourteen units it turns from part to part.
 */
export function WallPage() {
  const state = useBoardState();
  const minute = useMinute();
  const phase = usePhase();
  const behind = useCatchingUp();
  const isOld = phase === 'stale' || phase === 'signed-out' || phase === 'refused';
  const frame = useRef<HTMLElement>(null);
  useFitted(frame);
  const rows = unitRows(state);
  const parts = Math.max(1, Math.ceil(rows.length / UNITS_ON_WALL));
  const part = useTurn(parts);
  const shown = pageOfWall(rows, part);
  const name = state.facility?.name ?? '';
  useEffect(() => {
    document.title = `${t('wall.title')}: ${name}`;
  }, [name]);
  return (
    <main
      ref={frame}
      className="wall"
      data-state={isOld ? 'stale' : undefined}
      data-behind={behind === undefined ? undefined : ''}
    >
      <WallHead name={name} />
      <Stopped />
      {state.ready && minute !== null && (
        <>
          <Figures minute={minute} />
          <section className="wall-units" aria-label={t('wall.units')}>
            {shown.map((row) => (
              <UnitCard key={row.unit.id} row={row} />
            ))}
            {parts > 1 && (
              <p className="wall-part" aria-hidden="true">
                {t('wall.part', {
                  from: part * UNITS_ON_WALL + 1,
                  to: part * UNITS_ON_WALL + shown.length,
                  of: rows.length,
                })}
              </p>
            )}
          </section>
          <Alerts minute={minute} />
        </>
      )}
    </main>
  );
}

/** Drawn for one size and scaled as a whole, so that what is read from six metres is, on any screen. */
function useFitted(frame: React.RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const fit = (): void => {
      const scale = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
      frame.current?.style.setProperty('--scale', String(scale));
    };
    fit();
    addEventListener('resize', fit);
    return () => removeEventListener('resize', fit);
  }, [frame]);
}

function useTurn(parts: number): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (parts === 1) return;
    const timer = setInterval(() => setTurn((n) => n + 1), TURN_MS);
    return () => clearInterval(timer);
  }, [parts]);
  return turn % parts;
}

function WallHead({ name }: { name: string }) {
  const store = useStore();
  const phase = usePhase();
  const local = useLocalTime();
  const minute = useSyncExternalStore(store.wallMinute.subscribe, store.wallMinute.get);
  const heardAt = useSyncExternalStore(store.heardAt.subscribe, store.heardAt.get);
  const isLive = phase === 'live';
  return (
    <header>
      <h1>{name}</h1>
      {heardAt !== null && (
        <span className={isLive ? 'age' : 'age is-old'}>
          <s />
          {isLive ? t('wall.live', { at: local.seconds(heardAt) }) : t('wall.from', { at: local.seconds(heardAt) })}
        </span>
      )}
      {minute !== null && <time>{local.clock(minute * 60_000)}</time>}
    </header>
  );
}

/** That the numbers are old, or may not be of now: over the whole width, so that nobody places by them. */
function Stopped() {
  const store = useStore();
  const phase = usePhase();
  const behind = useCatchingUp();
  const local = useLocalTime();
  const heardAt = useSyncExternalStore(store.heardAt.subscribe, store.heardAt.get);
  const now = useSyncExternalStore(store.wallBeat.subscribe, store.wallBeat.get);
  if (phase === 'live' || phase === 'starting') {
    return behind === undefined ? null : (
      <div className="stopped" role="status">
        <Icon name="silent" />
        {t('wall.catchingUp')}
      </div>
    );
  }
  const age = heardAt === null ? '' : ageText(((now ?? heardAt) - heardAt) / 1000);
  return (
    <div className="stopped" role="alert">
      <Icon name="silent" />
      {phase === 'reconnecting'
        ? t('wall.silent', { age })
        : t('wall.stopped', { at: heardAt === null ? '' : local.clock(heardAt), age })}
    </div>
  );
}

function Figures({ minute }: { minute: number }) {
  const state = useBoardState();
  const total = totalsOf(state, minute);
  const { count, longest, overTarget } = total.boarders;
  const noData = <span className="no-data">{t('wall.noData')}</span>;
  return (
    <dl className="wall-figures" aria-label={t('wall.figures')}>
      <div>
        <dt>{t('wall.occupied')}</dt>
        <dd>
          {total.occupancyRate === null ? noData : percent(total.occupancyRate)}
          {total.occupancyRate !== null && <small>{t('wall.of', { n: total.denominator })}</small>}
        </dd>
      </div>
      <div>
        <dt>{t('wall.free')}</dt>
        <dd>
          {hasNoData(total) ? noData : total.available}
          <small>{t('wall.cleaning', { n: total.cleaning })}</small>
        </dd>
      </div>
      <div>
        <dt>{t('wall.waiting')}</dt>
        <dd className={overTarget > 0 ? 'is-critical' : ''}>
          {count}
          <small>
            {longest === null
              ? t('wall.nobody')
              : t('wall.longest', { time: durationText(Math.max(0, minutesSince(longest.since, minute))) })}
          </small>
        </dd>
      </div>
      <div>
        <dt>{t('wall.inAndOut')}</dt>
        <dd>
          {total.pendingIn}
          <small>{t('wall.in')}</small> {total.pendingOut}
          <small>{t('wall.out')}</small>
        </dd>
      </div>
    </dl>
  );
}

function UnitCard({ row: { unit, counts, surge } }: { row: UnitRow }) {
  const rate = counts?.occupancyRate ?? null;
  return (
    <article className={counts !== null && counts.available === 0 ? 'none' : ''}>
      <header>
        <h2>{unit.id}</h2>
        {rate !== null && (
          <span className={`rate l-${loadStep(rate, counts?.actAt ?? null)}`}>{Math.round(rate * 100)} %</span>
        )}
      </header>
      <p className="free">
        <b>{counts === null || rate === null ? '?' : counts.available}</b>
        <span>
          {counts === null || rate === null ? t('wall.noData') : t('wall.freeWord')}
          {surge !== null && surge.open > 0 && <i>{t('wall.surge')}</i>}
        </span>
      </p>
      <p className="flow">
        <span>
          {t('wall.in')} <b>{counts?.pendingIn ?? '?'}</b>
        </span>
        <span>
          {t('wall.out')} <b>{counts?.pendingOut ?? '?'}</b>
        </span>
      </p>
      {counts !== null && rate !== null && <Cells counts={counts} tickAt={tickAt(counts)} />}
    </article>
  );
}

function Alerts({ minute }: { minute: number }) {
  const state = useBoardState();
  const worst = wallAlerts(alertItems(state, minute));
  return (
    <ol className="wall-alerts" aria-label={t('wall.alerts')}>
      {worst.length === 0 && <li className="quiet">{t('wall.noAlerts')}</li>}
      {worst.map((alert) => (
        <li key={alert.id} className={alert.tone}>
          <Icon name={alert.tone} label={alert.tone} />
          <div>
            <h3>{alert.title}</h3>
            <p>{alert.where}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
