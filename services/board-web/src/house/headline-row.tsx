import './headline.css';
import { Bone } from '../ui/bone.js';
import type { ReactNode } from 'react';
import { useBoardState, useMinute } from '../app/board-context.js';
import { Changed } from '../ui/changed.js';
import { Icon } from '../ui/icon.js';
import { percent } from '../ui/load.js';
import { durationText, minutesSince } from '../time/duration.js';
import {
  availableParts,
  noRate,
  noRateWord,
  boarderTone,
  hasNoData,
  notCounted,
  oldestDirty,
  pendingInParts,
  shortPlace,
  totalsOf,
} from './headline.js';
import { t } from '../texts/texts.js';

function Stat({
  name,
  value,
  children,
  tone = '',
}: {
  name: string;
  value: ReactNode;
  children: ReactNode;
  tone?: string;
}) {
  return (
    <div className={`stat ${tone}`}>
      <dt>{name}</dt>
      <dd className="v">{value}</dd>
      <dd>{children}</dd>
    </div>
  );
}

/** The house in six numbers, each with its base or its parts. */
export function Headline() {
  const state = useBoardState();
  const minute = useMinute();
  if (!state.ready || minute === null) return <HeadlineBones />;
  const total = totalsOf(state, minute);
  const dirty = oldestDirty(state, total, minute);
  const ed = total.boarders;
  const edTone = boarderTone(total, minute);
  const coming = pendingInParts(total);
  const leaving = total.pendingOutBy;
  const leftOut = notCounted(state.facility?.units ?? []);
  return (
    <dl className="panel headline">
      <Stat
        name={t('house.staffedOccupancy')}
        value={
          total.occupancyRate === null ? (
            <span className="dim">{noRateWord(!hasNoData(total))}</span>
          ) : (
            <>
              <Changed value={percent(total.occupancyRate)}>{percent(total.occupancyRate)}</Changed>
              <small> %</small>
            </>
          )
        }
      >
        {total.occupancyRate === null ? (
          noRate(!hasNoData(total))
        ) : (
          <>
            <b>
              {total.occupied} {t('house.of')} {total.denominator}
            </b>{' '}
            {t('house.staffedUnblocked')}
            <br />
            {leftOut !== '' && t('house.notCounted', { leftOut })}
          </>
        )}
      </Stat>
      {hasNoData(total) ? (
        <Stat name={t('house.availableNow')} value={<span className="dim">{t('house.noData')}</span>}>
          {t('house.nothingWasHeardOfAnyBed')}
        </Stat>
      ) : (
        <Stat name={t('house.availableNow')} value={<Changed value={total.available}>{total.available}</Changed>}>
          {availableParts(state).map((part) => (
            <div key={part}>{part}</div>
          ))}
          {total.unheard > 0 && (
            <div>
              {t('house.noDataOf')} {total.unheard}
            </div>
          )}
        </Stat>
      )}
      <Stat
        name={t('house.dirtyAndCleaning')}
        value={
          <span className="pair">
            <span className="s-dirty bed">
              <Icon name="bed-dirty" label={t('house.dirty')} />
              <Changed value={total.dirty}>{total.dirty}</Changed>
            </span>
            <span className="s-cleaning bed">
              <Icon name="bed-cleaning" label={t('house.cleaning')} />
              <Changed value={total.cleaning}>{total.cleaning}</Changed>
            </span>
          </span>
        }
      >
        {dirty === null ? (
          t('house.noneWaitsForACrew')
        ) : (
          <>
            {t('house.oldestNotStarted')}
            <br />
            <b>{durationText(dirty.minutes)}</b>
            {dirty.target !== null && t('house.of2', { target: dirty.target })}, {dirty.bedId}
          </>
        )}
      </Stat>
      <Stat name={t('house.pendingIn')} value={<Changed value={total.pendingIn}>{total.pendingIn}</Changed>}>
        {coming[0]}
        <br />
        {coming[1]}
      </Stat>
      <Stat name={t('house.pendingOut')} value={<Changed value={total.pendingOut}>{total.pendingOut}</Changed>}>
        <b>{leaving.confirmed}</b> {t('house.confirmed')}
        <br />
        {t('house.pending')} {leaving.pending}
        {t('house.moves')} {leaving.move}
      </Stat>
      <Stat
        name={t('house.boardersInEd')}
        tone={edTone}
        value={
          <>
            <Changed value={ed.count}>{ed.count}</Changed>
            <small>
              {' '}
              {t('house.of')} {ed.of}
            </small>
          </>
        }
      >
        {ed.longest === null ? (
          t('house.nobodyWaitsForABed')
        ) : (
          <>
            <b>{ed.overTarget}</b> {t('house.overTargetLongest')}
            <br />
            <b className="over">{durationText(Math.max(0, minutesSince(ed.longest.since, minute)))}</b>,{' '}
            {shortPlace(ed.longest.from)}
          </>
        )}
      </Stat>
    </dl>
  );
}

function HeadlineBones() {
  const names = [
    t('house.staffedOccupancy'),
    t('house.availableNow'),
    t('house.dirtyAndCleaning'),
    t('house.pendingIn'),
    t('house.pendingOut'),
    t('house.boardersInEd'),
  ];
  return (
    <dl className="panel headline" aria-busy="true">
      {names.map((name) => (
        <Stat key={name} name={name} value={<Bone letters={4} />}>
          <Bone letters={14} />
          <br />
          <Bone letters={11} />
        </Stat>
      ))}
    </dl>
  );
}
