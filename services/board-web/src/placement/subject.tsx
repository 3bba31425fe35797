import { originInWords, waitSince } from '@wardstream/flow-model';
import { useBoardState, useLocalTime } from '../app/board-context.js';
import { setParameters } from '../app/navigation.js';
import { facilityView } from '../stream/facility-view.js';
import { t } from '../texts/parts/placement.js';
import { durationText } from '../time/duration.js';
import { SexGlyph } from '../ui/bed-state.js';
import { Clock } from '../ui/duration.js';
import { Icon } from '../ui/icon.js';
import { initialsShown, needLabel } from '../ui/labels.js';
import { requestNeeds } from '../unit/request-needs.js';
import type { WaitingRequest } from './placement-options.js';

/** The patient the beds are for: from where to where, what they need, how long they have waited. */
export function Subject({ waiting: { request, minutes }, minute }: { waiting: WaitingRequest; minute: number }) {
  const state = useBoardState();
  const local = useLocalTime();
  const { patient, targetMinutes, readyToMoveAt, readyToMove } = request;
  const since = waitSince(request);
  const near = (iso: string): string => local.near(iso, minute * 60_000);
  const from = originInWords(facilityView(state), request);
  return (
    <section className="panel subject">
      <div>
        <button type="button" className="btn quiet back" onClick={() => setParameters({ request: null })}>
          <Icon name="left" /> {t('placement.back')}
        </button>
        <h2>{initialsShown(patient)}</h2>
        <span className="dim">{patient.ageBand}</span>
        <SexGlyph sex={patient.sex} />
        <span className="sub">{t('placement.from', { from, to: request.toUnit ?? t('placement.anyUnit') })}</span>
      </div>
      <div className="asks">
        {requestNeeds(request).map((need) => (
          <span key={need} className="chip line">
            <Icon name={need} />
            {needLabel[need]}
          </span>
        ))}
        {request.needs.specialty !== null && <span className="chip line">{request.needs.specialty}</span>}
      </div>
      <p className="sub">
        {minutes !== null && (
          <Clock
            minutes={minutes}
            target={targetMinutes}
            note={t('placement.ofTarget', { target: durationText(targetMinutes) })}
          />
        )}{' '}
        {since !== null && t('placement.waitedSince', { at: near(since) })},{' '}
        {readyToMove && readyToMoveAt !== null
          ? t('placement.readyToMove', { at: near(readyToMoveAt) })
          : t('placement.notReady')}
      </p>
    </section>
  );
}
