import { Fragment } from 'react';
import { clockLevel, durationParts } from '../time/duration.js';
import { Icon } from './icon.js';
import { t } from '../texts/texts.js';

/** A duration whose width does not change while it runs. */
export function Duration({ minutes }: { minutes: number }) {
  return (
    <>
      {durationParts(minutes).map((part) => (
        <Fragment key={part.unit}>
          {part.value}
          <u>{part.unit}</u>
        </Fragment>
      ))}
    </>
  );
}

/**
 * Time since a fact against its target, then what is waited for. Over target it carries a shape as well as a colour.
 * A start that lies after the facility's now is no duration: it is said to be invalid.
 */
export function Clock({
  minutes,
  target = null,
  note = '',
}: {
  minutes: number;
  target?: number | null;
  note?: string;
}) {
  if (minutes < 0) {
    return (
      <span className="clock">
        <b className="dim">{t('ui.invalid')}</b>
        <i>{t('ui.startLiesAhead')}</i>
      </span>
    );
  }
  const level = clockLevel(minutes, target);
  return (
    <span className={`clock ${level}`}>
      {(level === 'high' || level === 'critical') && <Icon name={level} />}
      <b>
        <Duration minutes={minutes} />
      </b>
      {note !== '' && <i>{note}</i>}
    </span>
  );
}

/** A bar from 0 to 1 with an optional mark where the target stands. */
export function Meter({ value, mark, className = '' }: { value: number; mark?: number; className?: string }) {
  const style = { '--v': value, ...(mark === undefined ? {} : { '--t': mark }) } as React.CSSProperties;
  return (
    <span className={`meter ${className}`} style={style}>
      <i />
      {mark !== undefined && <em />}
    </span>
  );
}
