import './waits-panel.css';
import { Bone } from '../ui/bone.js';
import { useBoardState, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { Clock, Meter } from '../ui/duration.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { counted } from '../ui/labels.js';
import { clockLevel } from '../time/duration.js';
import { oldestWaits } from './waits.js';
import { useOrder } from './use-order.js';
import { t } from '../texts/texts.js';

const SHOWN = 6;
/** The bar ends a little beyond twice the target, where the octagon begins. */
const FULL = 2.1;

/** The six waits furthest over their targets. */
export function WaitsPanel() {
  const state = useBoardState();
  const minute = useMinute();
  const waits = minute === null ? [] : oldestWaits(state, minute, SHOWN);
  const order = useOrder(waits.map((w) => w.request.id));
  const byId = new Map(waits.map((w) => [w.request.id, w]));
  const shown = order.ids.flatMap((id) => byId.get(id) ?? []);
  return (
    <section className="panel waits">
      <header>
        <h2>{t('house.oldestWaits')}</h2>
        <span className="dim">{t('house.timeSinceABedWasNeeded')}</span>
        <span className="end sub">{state.ready && counted(state.requests.size, 'openRequest')}</span>
      </header>
      {state.ready && shown.length === 0 ? (
        <Empty what={t('house.nobodyWaitsForABed2')} then={t('house.theNextRequestAppearsHere')} />
      ) : (
        <ol {...order.hold}>
          {shown.map((w) => (
            <li key={w.request.id}>
              <Clock minutes={w.minutes} target={w.request.targetMinutes} />
              <Meter
                className={clockLevel(w.minutes, w.request.targetMinutes)}
                value={Math.max(0, Math.min(w.minutes / Math.max(w.request.targetMinutes, 1) / FULL, 1))}
                mark={1 / FULL}
              />
              <div className="where">
                {w.where} <Icon name="right" />{' '}
                {w.request.toUnit === null ? w.to : <Link to={{ page: 'unit', unit: w.request.toUnit }}>{w.to}</Link>}
              </div>
              <p title={w.why}>{w.why}</p>
            </li>
          ))}
          {!state.ready &&
            Array.from({ length: SHOWN }, (_, i) => (
              <li key={i}>
                <Bone letters={8} />
                <Bone letters={15} />
                <Bone letters={18} />
              </li>
            ))}
        </ol>
      )}
    </section>
  );
}
