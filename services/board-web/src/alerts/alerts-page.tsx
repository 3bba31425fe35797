import './alerts-page.css';
import { useBoardState, useMinute } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { PageMain } from '../app/page-main.js';
import { alertFilters, alertItems, filterAlerts, type AlertFilter } from './alert-list.js';
import { AlertRows, countWords } from './alerts-panel.js';
import { t } from '../texts/texts.js';

const names: Readonly<Record<AlertFilter, string>> = {
  all: t('alerts.all'),
  unowned: t('alerts.unowned'),
  critical: t('alerts.critical'),
  high: t('alerts.high'),
  warn: t('alerts.warning'),
  conflict: t('alerts.conflict'),
};

/** Every alert with its owner and its reason; the filter stands in the address. */
export function AlertsPage() {
  const state = useBoardState();
  const minute = useMinute();
  const chosen = useParameter('show');
  const filter = alertFilters.find((f) => f === chosen) ?? 'all';
  const items = minute === null ? [] : alertItems(state, minute);
  return (
    <PageMain className="alerts-page" title={t('alerts.alerts')}>
      <section className="panel" aria-label={t('alerts.alerts')}>
        <header>
          <h2>{t('alerts.alerts')}</h2>
          <span className="dim">{state.ready && countWords(items, state)}</span>
          <span className="end filters" role="group" aria-label={t('alerts.show')}>
            {alertFilters.map((f) => (
              <button
                key={f}
                type="button"
                aria-pressed={f === filter}
                onClick={() => setParameters({ show: f === 'all' ? null : f })}
              >
                {names[f]}
                <b>{filterAlerts(items, f).length}</b>
              </button>
            ))}
          </span>
        </header>
        {state.ready && minute !== null && (
          <AlertRows key={filter} items={filterAlerts(items, filter)} minute={minute} />
        )}
      </section>
    </PageMain>
  );
}
