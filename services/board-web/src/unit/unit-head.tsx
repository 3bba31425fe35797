import { Bone } from '../ui/bone.js';
import { isUnheard } from '@wardstream/flow-model';
import { Link } from '../app/link.js';
import { conflictCounts } from '../conflicts/conflict-counts.js';
import { Changed } from '../ui/changed.js';
import { BedStateMark } from '../ui/bed-state.js';
import { Icon } from '../ui/icon.js';
import { percent } from '../ui/load.js';
import { Menu } from '../ui/menu.js';
import { stateOrder } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { noRate, noRateWord } from '../house/headline.js';
import { comingIn } from './coming.js';
import { t } from '../texts/texts.js';

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
    <section className="panel" aria-label={t('unit.unit')}>
      <div className="head">
        <h2>
          <Menu
            label={t('unit.unitChooseAnother', { unit })}
            className="unit-menu"
            button={
              <>
                <b>{unit}</b> <span>{known?.name}</span> <Icon name="down" />
              </>
            }
            groups={[
              {
                id: 'units',
                chosen: [unit],
                entries: units.map((u) => ({ id: u.id, label: u.id, end: u.name, onAction: () => onUnit(u.id) })),
              },
            ]}
          />
        </h2>
        {openSurge > 0 ? (
          <span className="chip s-surge">
            <Icon name="bed-surge" />
            {t('unit.surge')} {openSurge}/{surge.length}
          </span>
        ) : (
          <span className="chip line">{t('unit.open')}</span>
        )}
        <dl>
          <div>
            <dt>{t('unit.occupiedOfStaffedAndUnblocked')}</dt>
            <dd>
              {counts === undefined ? (
                <Bone letters={15} />
              ) : counts.occupancyRate === null ? (
                <>
                  {noRateWord(!isUnheard(counts))} <small>{noRate(!isUnheard(counts))}</small>
                </>
              ) : (
                <>
                  <Changed value={percent(counts.occupancyRate)}>{percent(counts.occupancyRate)} %</Changed>{' '}
                  <small>
                    {counts.occupied} {t('unit.of2')} {counts.denominator}
                    {counts.actAt !== null && t('unit.actAt', { actAt: percent(counts.actAt) })}
                  </small>
                </>
              )}
            </dd>
          </div>
          <div>
            <dt>{t('unit.in')}</dt>
            <dd>
              {counts?.pendingIn ?? <Bone letters={1} />}{' '}
              <small>
                {withoutBed} {t('unit.noBed')}
              </small>
            </dd>
          </div>
          <div>
            <dt>{t('unit.out')}</dt>
            <dd>
              {counts?.pendingOut ?? <Bone letters={1} />}{' '}
              <small>
                {counts?.confirmedOut ?? 0} {t('unit.confirmed')}
              </small>
            </dd>
          </div>
          {conflicts > 0 && (
            <div>
              <dt>{t('unit.conflicts')}</dt>
              <dd>
                <Link to={{ page: 'conflicts' }}>{conflicts}</Link> <small>{t('unit.open2')}</small>
              </dd>
            </div>
          )}
          {counts !== undefined && counts.withoutBed > 0 && (
            <div>
              <dt>{t('unit.inNoKnownBed')}</dt>
              <dd>
                {counts.withoutBed} <small>{t('unit.notCounted')}</small>
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
                <Bone letters={1} />
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
