import { isUnheard } from '@wardstream/flow-model';
import { Link } from '../app/link.js';
import { conflictCounts } from '../conflicts/conflict-counts.js';
import { Changed } from '../parts/changed.js';
import { BedStateMark } from '../parts/bed-state.js';
import { Icon } from '../parts/icon.js';
import { percent } from '../parts/load.js';
import { Menu } from '../parts/menu.js';
import { stateOrder } from '../parts/words.js';
import type { BoardState } from '../stream/board-state.js';
import { noRate, noRateWord } from '../house/headline.js';
import { comingIn } from './coming.js';

/** The unit's rate with its base and its own act-at rate, what comes and goes, and its beds by state. */
export function UnitHead({
  unit,
  state,
  minute,
  onUnit,
}: {
  unit: string;
  state: BoardState;
  minute: number | null;
  onUnit: (id: string) => void;
}) {
  const units = state.facility?.units ?? [];
  const known = units.find((u) => u.id === unit);
  const counts = state.units.get(unit);
  const conflicts = conflictCounts(state).byUnit.get(unit) ?? 0;
  const withoutBed = comingIn(state, unit, minute ?? 0).coming.filter((c) => c.bedIds.length === 0).length;
  const surge = [...state.beds.values()].filter((b) => b.unit === unit && b.surge);
  const openSurge = surge.filter((b) => b.state !== 'surge').length;
  return (
    <section className="panel" aria-label="Unit">
      <div className="head">
        <h2>
          <Menu
            label={`Unit ${unit}, choose another`}
            className="unit-menu"
            button={
              <>
                <b>{unit}</b> <span>{known?.name}</span> <Icon name="down" />
              </>
            }
          >
            {(close) =>
              units.map((u) => (
                <button
                  key={u.id}
                  type="button"
                  role="menuitemradio"
                  aria-checked={u.id === unit}
                  onClick={() => {
                    close();
                    onUnit(u.id);
                  }}
                >
                  <b>{u.id}</b>
                  <span className="end">{u.name}</span>
                </button>
              ))
            }
          </Menu>
        </h2>
        {openSurge > 0 ? (
          <span className="chip s-surge">
            <Icon name="bed-surge" />
            Surge {openSurge}/{surge.length}
          </span>
        ) : (
          <span className="chip line">Open</span>
        )}
        <dl>
          <div>
            <dt>Occupied, of staffed and unblocked</dt>
            <dd>
              {counts === undefined ? (
                <span className="bone">84.0 % 21 of 25</span>
              ) : counts.occupancyRate === null ? (
                <>
                  {noRateWord(!isUnheard(counts))} <small>{noRate(!isUnheard(counts))}</small>
                </>
              ) : (
                <>
                  <Changed value={percent(counts.occupancyRate)}>{percent(counts.occupancyRate)} %</Changed>{' '}
                  <small>
                    {counts.occupied} of {counts.denominator}
                    {counts.actAt !== null && `; act at ${percent(counts.actAt)}`}
                  </small>
                </>
              )}
            </dd>
          </div>
          <div>
            <dt>In</dt>
            <dd>
              {counts?.pendingIn ?? <span className="bone">0</span>} <small>{withoutBed} no bed</small>
            </dd>
          </div>
          <div>
            <dt>Out</dt>
            <dd>
              {counts?.pendingOut ?? <span className="bone">0</span>}{' '}
              <small>{counts?.confirmedOut ?? 0} confirmed</small>
            </dd>
          </div>
          {conflicts > 0 && (
            <div>
              <dt>Conflicts</dt>
              <dd>
                <Link to={{ page: 'conflicts' }}>{conflicts}</Link> <small>open</small>
              </dd>
            </div>
          )}
          {counts !== undefined && counts.withoutBed > 0 && (
            <div>
              <dt>In no known bed</dt>
              <dd>
                {counts.withoutBed} <small>not counted</small>
              </dd>
            </div>
          )}
        </dl>
      </div>
      <div className="states">
        {stateOrder.map((s) => (
          <span key={s}>
            <BedStateMark state={s} />
            <b>
              {counts === undefined ? (
                <span className="bone">0</span>
              ) : (
                <Changed value={counts[s]}>{isUnheard(counts) ? '?' : counts[s]}</Changed>
              )}
            </b>
          </span>
        ))}
      </div>
    </section>
  );
}
