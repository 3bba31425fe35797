import './house-page.css';
import { AlertsPanel } from '../alerts/alerts-panel.js';
import { useBeat, useBoard } from '../app/board-context.js';
import { movementsSilentSince } from '../app/feed-ages.js';
import { PageMain } from '../app/page-main.js';
import { Headline } from './headline-row.js';
import { UnitTable } from './unit-table.js';
import { WaitsPanel } from './waits-panel.js';
import { t } from '../texts/texts.js';

/** The whole house on one page: numbers, units, alerts, oldest waits. */
export function HousePage() {
  const feeds = useBoard((s) => s.feeds);
  const beat = useBeat();
  const staleSince = beat === null ? null : movementsSilentSince(feeds.values(), beat);
  return (
    <PageMain className="house" title={t('house.house')}>
      <Headline />
      <UnitTable staleSince={staleSince} />
      <aside className="side">
        <AlertsPanel />
      </aside>
      <WaitsPanel />
    </PageMain>
  );
}
