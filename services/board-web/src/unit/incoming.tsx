import type { UnitConfiguration } from '@wardstream/events';
import { useLocalTime } from '../app/board-context.js';
import { Needs, SexGlyph } from '../ui/bed-state.js';
import { Clock } from '../ui/duration.js';
import { counted, initialsShown } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { minutesSince } from '../time/duration.js';
import { type Coming, comingIn, comingParts, isLate } from './coming.js';
import { requestNeeds } from './request-needs.js';
import { dueWords } from './tile-body.js';
import { t } from '../texts/texts.js';

/** Who is expected here, those whose plan is overdue first, then the longest wait. Moves inside the unit stand apart: they are in no count. */
export function Incoming({ unit, state, minute }: { unit: UnitConfiguration; state: BoardState; minute: number }) {
  const { coming, within } = comingIn(state, unit.id, minute);
  return (
    <section className="panel room incoming" aria-label={t('unit.comingIn')}>
      <header>
        <h2>{t('unit.comingIn')}</h2>
        <b className="count">{coming.length}</b>
        <span className="band">{coming.length > 0 && comingParts(coming)}</span>
      </header>
      {coming.length === 0 && (
        <p className="empty">
          <b>{t('unit.nobodyWaitsForABedHere')}</b>
          {t('unit.theNextRequestOrPlanAppears')}
        </p>
      )}
      {coming.length > 0 && <Entries list={coming} minute={minute} />}
      {within.length > 0 && (
        <>
          <h3>
            {counted(within.length, 'patient')} {t('unit.toAnotherBedOfTheUnit')}
          </h3>
          <Entries list={within} minute={minute} />
        </>
      )}
    </section>
  );
}

function Entries({ list, minute }: { list: readonly Coming[]; minute: number }) {
  return (
    <ol>
      {list.map((entry) => (
        <li key={entry.encounterId}>
          <span title={entry.what}>{entry.what}</span>
          <span className="who">
            <b>{initialsShown(entry.patient)}</b>
            <span className="dim">{entry.patient.ageBand}</span>
            <SexGlyph sex={entry.patient.sex} />
            {entry.request !== null && <Needs list={requestNeeds(entry.request)} />}
            <span className="dim">{entry.bedIds.join(', ')}</span>
          </span>
          <When entry={entry} minute={minute} />
        </li>
      ))}
    </ol>
  );
}

/** The wait where there is one, and when a plan says they come. */
function When({ entry, minute }: { entry: Coming; minute: number }) {
  const local = useLocalTime();
  const { request, hold, waitingSince, dueAt } = entry;
  const due = dueAt !== null && (
    <span className={isLate(entry, minute) ? 'late' : 'dim'}>{dueWords(dueAt, minute, local)}</span>
  );
  if (waitingSince !== null && request !== null) {
    return (
      <span className="when">
        {due}
        <Clock minutes={minutesSince(waitingSince, minute)} target={request.targetMinutes} />
      </span>
    );
  }
  if (dueAt !== null) return <span className="when">{due}</span>;
  if (hold?.plan !== undefined) return <span className="when dim">{t('unit.noTimeSaid')}</span>;
  if (hold !== null && hold.until !== null)
    return (
      <span className="when dim">
        {t('unit.until3')} {local.near(hold.until, minute * 60_000)}
      </span>
    );
  return <span className="when dim">{t('unit.notHereYet')}</span>;
}
