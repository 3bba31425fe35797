import type { Ghost } from '@wardstream/api-contract';
import { useBoard, useLocalTime, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { Clock } from '../ui/duration.js';
import { Empty } from '../ui/empty.js';
import { minutesSince } from '../time/duration.js';
import { ghostWord } from './quality-report.js';
import { t } from '../texts/parts/quality.js';

/** Beds and visits that do not belong together, the longest first; each leads to its tile. */
export function GhostsPanel({ ghosts }: { ghosts: readonly Ghost[] }) {
  const local = useLocalTime();
  const minute = useMinute();
  const nowMs = (minute ?? 0) * 60_000;
  const visits = useBoard((s) => s.encounters);
  return (
    <section className="panel ghosts-panel" aria-label={t('quality.ghosts')}>
      <header>
        <h2>{t('quality.ghosts')}</h2>
        <span className="dim">{t('quality.bedsAndVisitsThatDoNot')}</span>
        <span className="end count">{ghosts.length}</span>
      </header>
      {ghosts.length === 0 ? (
        <Empty what={t('quality.everyOccupiedBedHasItsVisit')} then={t('quality.andEveryInpatientHasABed')} />
      ) : (
        <div className="quality-scroll tall">
          <table className="quality-list">
            <thead>
              <tr>
                <th>{t('quality.where')}</th>
                <th>{t('quality.what')}</th>
                <th>{t('quality.since2')}</th>
                <th>{t('quality.for')}</th>
              </tr>
            </thead>
            <tbody>
              {ghosts.map((g) => (
                <tr key={`${g.kind}/${g.id}`}>
                  <td>
                    <Where ghost={g} />
                  </td>
                  <td>
                    {ghostWord[g.kind]}
                    <small>
                      {g.kind === 'encounter-without-bed' && visitWord(visits.get(g.id)?.visitNumber)}
                      {g.why}
                    </small>
                  </td>
                  <td>{local.near(g.since, nowMs)}</td>
                  <td>{minute !== null && <Clock minutes={Math.max(0, minutesSince(g.since, minute))} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function visitWord(visitNumber: string | undefined): string {
  return visitNumber === undefined ? '' : t('quality.visit', { visitNumber });
}

function Where({ ghost: { unit, bedId, where } }: { ghost: Ghost }) {
  if (unit === null) return <b>{where}</b>;
  return (
    <Link to={{ page: 'unit', unit }} own={bedId === null ? {} : { bed: bedId }}>
      <b>{where}</b>
    </Link>
  );
}
