import type { InvalidClock, QualityReport } from '@wardstream/api-contract';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { conflictLabel } from '../ui/labels.js';
import { clockWord } from './quality-report.js';
import { t } from '../texts/parts/quality.js';

/** Steps that end before they begin: by kind, then the latest of them. None of them is in an average. */
export function ClocksPanel({ clocks }: { clocks: QualityReport['invalidClocks'] }) {
  return (
    <section className="panel clocks-panel" aria-label={t('quality.invalidClocks')}>
      <header>
        <h2>{t('quality.invalidClocks')}</h2>
        <span className="dim">
          {t('quality.foundIn')} {clocks.hours} h
        </span>
        <span className="end count">{clocks.count}</span>
      </header>
      {clocks.count === 0 && clocks.running.length === 0 ? (
        <Empty what={t('quality.noStepEndsBeforeItBegins')} then={t('quality.oneIsListedHereUntilA')} />
      ) : (
        <div className="quality-scroll tall">
          <table className="quality-list">
            <tbody>
              {clocks.byClock.map(({ clock, count }) => (
                <tr key={clock} className="kind">
                  <td className="n">
                    <b>{count}</b>
                  </td>
                  <td colSpan={2}>{clockWord(clock)}</td>
                </tr>
              ))}
              {clocks.running.length > 0 && (
                <tr className="kind">
                  <td className="n">
                    <b>{clocks.running.length}</b>
                  </td>
                  <td colSpan={2}>{t('quality.runningBeginMoreThanAMinute')}</td>
                </tr>
              )}
            </tbody>
            <tbody>
              {clocks.items.slice(0, 50).map((item) => (
                <Item key={`${item.subject.type}/${item.subject.id}/${item.clock}`} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Item({ item }: { item: InvalidClock }) {
  const local = useLocalTime();
  const nowMs = (useMinute() ?? 0) * 60_000;
  const isBed = item.unit !== null && item.where !== item.unit && item.where !== 'unknown place';
  return (
    <tr>
      <td>
        {item.unit === null ? (
          <b>{item.where}</b>
        ) : (
          <Link to={{ page: 'unit', unit: item.unit }} own={isBed ? { bed: item.where } : {}}>
            <b>{item.where}</b>
          </Link>
        )}
      </td>
      <td>
        <span className="dim">{t('quality.invalid')}</span> {t('quality.from')} {local.near(item.from, nowMs)}{' '}
        {t('quality.to')} {local.near(item.to, nowMs)}
        <small>
          {clockWord(item.clock)}
          {item.source !== null && t('quality.saidBy', { source: item.source })}
        </small>
      </td>
      <td className="dim">
        {t('quality.found')} {local.near(item.foundAt, nowMs)}
      </td>
    </tr>
  );
}

/** Facts that disagree, by kind; each is on the page of conflicts. */
export function ConflictsPanel({ conflicts }: { conflicts: QualityReport['conflicts'] }) {
  const local = useLocalTime();
  const nowMs = (useMinute() ?? 0) * 60_000;
  return (
    <section className="panel kinds-panel" aria-label={t('quality.openConflictsByKind')}>
      <header>
        <h2>{t('quality.openConflicts')}</h2>
        <span className="dim">{t('quality.byKind')}</span>
        <span className="end">
          <Link to={{ page: 'conflicts' }}>
            {t('quality.all')} {conflicts.open}
          </Link>
        </span>
      </header>
      {conflicts.byKind.length === 0 ? (
        <Empty what={t('quality.noConflictsAreOpen')} then={t('quality.closedOnesAreOnThePage')} />
      ) : (
        <div className="quality-scroll tall">
          <table className="quality-list">
            <tbody>
              {conflicts.byKind.map(({ kind, severity, open, oldestAt }) => (
                <tr key={`${kind}/${severity}`} className="kind">
                  <td className="n">
                    <b>{open}</b>
                  </td>
                  <td>
                    <span className={severity === 'low' ? '' : 'bed conflict'}>
                      {severity !== 'low' && <Icon name="conflict" />}
                      {conflictLabel(kind)}
                    </span>
                    <small>
                      {severity} {t('quality.severity')}
                    </small>
                  </td>
                  <td className="dim">
                    {t('quality.oldest')} {local.near(oldestAt, nowMs)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
