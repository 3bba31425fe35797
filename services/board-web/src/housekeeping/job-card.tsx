import type { HousekeepingItem } from '@wardstream/api-contract';
import { useState } from 'react';
import { ActionButton } from '../actions/action-button.js';
import { t } from '../texts/parts/housekeeping.js';
import { Clock } from '../ui/duration.js';
import { Icon } from '../ui/icon.js';
import { type AtWork, jobAction, problemActions } from './job-actions.js';
import { stepsOf } from './job-list.js';

/** One bed to be cleaned: where, what clean, who waits, its clock against its target, and what can be done. */
export function JobCard({
  at,
  item,
  minute,
  isFirst = false,
}: {
  at: AtWork;
  item: HousekeepingItem;
  minute: number | null;
  isFirst?: boolean;
}) {
  const [asksWhat, setAsksWhat] = useState(false);
  const { job, clocks, waiting } = item;
  const steps = stepsOf(item, at.me);
  const [clock] = clocks;
  const isStarted = job.status === 'started';
  const state = isStarted ? 'cleaning' : 'dirty';
  return (
    <li className={`clean-job s-${state} ${isFirst ? 'first' : ''}`}>
      <h3>
        {job.bedId}
        {job.priority === 'stat' && (
          <span className="chip critical">
            <Icon name="bolt" />
            {t('housekeeping.stat')}
          </span>
        )}
        {isFirst && job.priority !== 'stat' && <span className="chip line">{t('housekeeping.first')}</span>}
      </h3>
      <p className="where">
        {item.unitName} · {t(`housekeeping.${job.kind}`)}
      </p>
      <p className="chips">
        {job.kind === 'terminal' && (
          <span className="chip warn">
            <Icon name="contact" />
            {t('housekeeping.terminal')}
          </span>
        )}
        {item.negativePressure && (
          <span className="chip line">
            <Icon name="negative" />
            {t('housekeeping.negative')}
          </span>
        )}
        {item.shared && <span className="chip line">{t('housekeeping.shared')}</span>}
        {waiting !== null && (
          <span className={`chip ${waiting.by === 'assigned' ? 'high' : 'line'}`}>
            <Icon name="person" />
            {t(`housekeeping.${waiting.by}`)}
          </span>
        )}
      </p>
      {clock !== undefined && minute !== null && (
        <p>
          {t(isStarted ? 'housekeeping.cleaningSince' : 'housekeeping.dirtySince')}{' '}
          <Clock
            minutes={minute - Math.floor(Date.parse(clock.since) / 60_000)}
            target={clock.targetMinutes}
            note={t('housekeeping.ofMinutes', { minutes: clock.targetMinutes })}
          />
        </p>
      )}
      {job.pausedAt !== undefined && (
        <p className="paused">
          <Icon name="pause" /> {t('housekeeping.pausedSince', { reason: job.pauseReason ?? '' })}
        </p>
      )}
      {job.claimedBy !== null && job.claimedBy !== at.me && <p>{t('housekeeping.by', { name: job.claimedBy })}</p>}
      {steps.length > 0 && (
        <div className="do">
          {steps.map((step, i) =>
            step === 'problem' ? (
              <button
                key={step}
                type="button"
                className="btn"
                aria-expanded={asksWhat}
                onClick={() => setAsksWhat(!asksWhat)}
              >
                {t('housekeeping.problem')}
              </button>
            ) : (
              <ActionButton key={step} action={jobAction(at, item, step)} primary={i === 0 && (isFirst || isStarted)} />
            ),
          )}
        </div>
      )}
      {asksWhat && (
        <div className="do" role="group" aria-label={t('housekeeping.problemOf', { bed: job.bedId })}>
          {problemActions(at, item).map((action) => (
            <ActionButton key={action.id} action={action} />
          ))}
        </div>
      )}
    </li>
  );
}
