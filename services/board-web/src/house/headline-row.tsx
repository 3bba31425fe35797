import type { ReactNode } from 'react';
import { useBoardState, useMinute } from '../app/board-context.js';
import { Changed } from '../parts/changed.js';
import { Icon } from '../parts/icon.js';
import { percent } from '../parts/load.js';
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
        name="Staffed occupancy"
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
              {total.occupied} of {total.denominator}
            </b>{' '}
            staffed, unblocked
            <br />
            {leftOut !== '' && `${leftOut} not counted`}
          </>
        )}
      </Stat>
      {hasNoData(total) ? (
        <Stat name="Available now" value={<span className="dim">no data</span>}>
          nothing was heard of any bed yet
        </Stat>
      ) : (
        <Stat name="Available now" value={<Changed value={total.available}>{total.available}</Changed>}>
          {availableParts(state).map((part) => (
            <div key={part}>{part}</div>
          ))}
          {total.unheard > 0 && <div>no data of {total.unheard}</div>}
        </Stat>
      )}
      <Stat
        name="Dirty and cleaning"
        value={
          <span className="pair">
            <span className="s-dirty bed">
              <Icon name="bed-dirty" label="Dirty" />
              <Changed value={total.dirty}>{total.dirty}</Changed>
            </span>
            <span className="s-cleaning bed">
              <Icon name="bed-cleaning" label="Cleaning" />
              <Changed value={total.cleaning}>{total.cleaning}</Changed>
            </span>
          </span>
        }
      >
        {dirty === null ? (
          'none waits for a crew'
        ) : (
          <>
            oldest not started
            <br />
            <b>{durationText(dirty.minutes)}</b>
            {dirty.target !== null && ` of ${dirty.target}`}, {dirty.bedId}
          </>
        )}
      </Stat>
      <Stat name="Pending in" value={<Changed value={total.pendingIn}>{total.pendingIn}</Changed>}>
        {coming[0]}
        <br />
        {coming[1]}
      </Stat>
      <Stat name="Pending out" value={<Changed value={total.pendingOut}>{total.pendingOut}</Changed>}>
        <b>{leaving.confirmed}</b> confirmed,
        <br />
        pending {leaving.pending}, moves {leaving.move}
      </Stat>
      <Stat
        name="Boarders in ED"
        tone={edTone}
        value={
          <>
            <Changed value={ed.count}>{ed.count}</Changed>
            <small> of {ed.of}</small>
          </>
        }
      >
        {ed.longest === null ? (
          'nobody waits for a bed'
        ) : (
          <>
            <b>{ed.overTarget}</b> over target; longest
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
    'Staffed occupancy',
    'Available now',
    'Dirty and cleaning',
    'Pending in',
    'Pending out',
    'Boarders in ED',
  ];
  return (
    <dl className="panel headline" aria-busy="true">
      {names.map((name) => (
        <Stat key={name} name={name} value={<span className="bone">00.0</span>}>
          <span className="bone">base and parts</span>
          <br />
          <span className="bone">second line</span>
        </Stat>
      ))}
    </dl>
  );
}
