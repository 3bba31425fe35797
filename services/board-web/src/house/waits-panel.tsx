import { useBoardState, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { Clock, Meter } from '../parts/duration.js';
import { Empty } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { counted } from '../parts/words.js';
import { clockLevel } from '../time/duration.js';
import { oldestWaits } from './waits.js';
import { useOrder } from './use-order.js';

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
        <h2>Oldest waits</h2>
        <span className="dim">time since a bed was needed, against the target</span>
        <span className="end sub">{state.ready && counted(state.requests.size, 'open request')}</span>
      </header>
      {state.ready && shown.length === 0 ? (
        <Empty what="Nobody waits for a bed" then="The next request appears here." />
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
                <span className="bone">8 h 14 m</span>
                <span className="bone">ED bay 12 to 4A</span>
                <span className="bone">what is waited for</span>
              </li>
            ))}
        </ol>
      )}
    </section>
  );
}
