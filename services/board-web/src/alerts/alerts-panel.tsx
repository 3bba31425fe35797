import { useBoardState, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { Empty } from '../ui/empty.js';
import { useOrder } from '../house/use-order.js';
import type { BoardState } from '../stream/board-state.js';
import { alertCounts, alertItems, type AlertItem } from './alert-list.js';
import { AlertRow } from './alert-row.js';
import { lastCleared } from './last-cleared.js';
import { t } from '../texts/texts.js';

/** The alerts of the house, beside the table. */
export function AlertsPanel() {
  const state = useBoardState();
  const minute = useMinute();
  const items = minute === null ? [] : alertItems(state, minute);
  return (
    <section className="panel alerts" aria-label={t('alerts.alerts')}>
      <header>
        <h2>{t('alerts.alerts')}</h2>
        <span className="dim">{state.ready && countWords(items, state)}</span>
        <Link to={{ page: 'alerts' }} className="end sub">
          {t('alerts.all')}
        </Link>
      </header>
      {state.ready && minute !== null ? <AlertRows items={items} minute={minute} /> : <Empty what="" then="" />}
    </section>
  );
}

export function countWords(items: readonly AlertItem[], state: BoardState): string {
  const n = alertCounts(items, state);
  const parts = [t('alerts.active', { active: n.active }), t('alerts.unowned2', { unowned: n.unowned })];
  if (n.conflicts > 0) parts.push(`${n.conflicts} conflict${n.conflicts === 1 ? '' : 's'}`);
  return parts.join(', ');
}

/** The rows in an order that does not change under the hand. */
export function AlertRows({ items, minute }: { items: readonly AlertItem[]; minute: number }) {
  const state = useBoardState();
  const order = useOrder(items.map((i) => i.id));
  const byId = new Map(items.map((i) => [i.id, i]));
  const shown = order.ids.flatMap((id) => byId.get(id) ?? []);
  if (shown.length === 0) return <Empty what={t('alerts.noActiveAlerts')} then={lastCleared(state)} />;
  return (
    <ol {...order.hold}>
      {shown.map((item) => (
        <AlertRow key={item.id} item={item} minute={minute} />
      ))}
    </ol>
  );
}
