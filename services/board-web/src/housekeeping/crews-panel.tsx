import type { Housekeeping } from '@wardstream/api-contract';
import { t } from '../texts/parts/housekeeping.js';
import { Empty } from '../ui/empty.js';

const minutes = (value: number | null): string =>
  value === null ? t('housekeeping.noData') : t('housekeeping.minutesShort', { minutes: Math.round(value) });

/** For who leads: who is at what, and how long it takes from dirty to clean. */
export function CrewsPanel({ list: { crews, cleaned } }: { list: Housekeeping }) {
  return (
    <section className="panel crews" aria-label={t('housekeeping.crews')}>
      <header>
        <h2>{t('housekeeping.crews')}</h2>
        <span className="dim">{t('housekeeping.crewsHint')}</span>
      </header>
      <dl>
        {(['response', 'clean', 'turn'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`housekeeping.${name}`)}</dt>
            <dd>{minutes(cleaned[name])}</dd>
          </div>
        ))}
      </dl>
      <p className="dim base">{t('housekeeping.medianOf', { count: cleaned.count })}</p>
      {crews.length === 0 ? (
        <Empty what={t('housekeeping.noCrews')} then={t('housekeeping.noCrewsThen')} />
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('housekeeping.crew')}</th>
              <th scope="col">{t('housekeeping.crewNow')}</th>
              <th scope="col">{t('housekeeping.crewDone')}</th>
              <th scope="col">{t('housekeeping.crewMinutes')}</th>
            </tr>
          </thead>
          <tbody>
            {crews.map((crew) => (
              <tr key={crew.name}>
                <th scope="row">{crew.name}</th>
                <td>{crew.jobs.map(({ bedId }) => bedId).join(', ')}</td>
                <td>{crew.cleaned}</td>
                <td>{minutes(crew.cleanMinutes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
