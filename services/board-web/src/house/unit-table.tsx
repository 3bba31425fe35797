import './unit-table.css';
import { Bone } from '../ui/bone.js';
import { useMemo, useState } from 'react';
import { useBoardState, useMinute } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { CellKey } from '../ui/cells.js';
import { conflictCounts } from '../conflicts/conflict-counts.js';
import { Changed } from '../ui/changed.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { percent } from '../ui/load.js';
import { counted, stateOrder, stateLabel } from '../ui/labels.js';
import type { HousePatients, HouseTotals } from '@wardstream/flow-model';
import { Link } from '../app/link.js';
import { everybody, patientParts } from '../patients/patient-list.js';
import { allBeds, hasNoData, notCounted, noRateWord, totalsOf } from './headline.js';
import { UnitTableRow } from './unit-table-row.js';
import { mostCells, sortedUnits, sortOf, unitRows, type Sort } from './unit-rows.js';
import { useOrder } from './use-order.js';
import { t } from '../texts/texts.js';

const columns = ['unit', 'cells', 'occupied', 'trend', 'pressure', 'free', 'in', 'out', 'wait', 'status'] as const;

/** Every unit of the house; what needs a person is sorted up, but only on a quiet moment. */
export function UnitTable({ staleSince }: { staleSince: string | null }) {
  const state = useBoardState();
  const minute = useMinute();
  const sort = sortOf(useParameter('sort'));
  const rows = useMemo(() => unitRows(state), [state]);
  const order = useOrder(sortedUnits(rows, sort, minute ?? 0));
  const [current, setCurrent] = useState<string | null>(null);
  const byId = new Map(rows.map((r) => [r.unit.id, r]));
  const shown = order.ids.flatMap((id) => byId.get(id) ?? []);
  const totals = totalsOf(state, minute ?? 0);
  const stop = current !== null && byId.has(current) ? current : shown[0]?.unit.id;

  return (
    <section className="panel units-panel" aria-label={t('house.units')}>
      <div className="units-scroll">
        <table
          className="units"
          aria-busy={!state.ready}
          style={{ '--most-cells': mostCells(rows) } as React.CSSProperties}
        >
          <colgroup>
            {columns.map((name) => (
              <col key={name} className={`col-${name}`} />
            ))}
          </colgroup>
          <Heads sort={sort} moved={order.moved} onSortNow={order.sortNow} />
          <tbody {...order.hold}>
            {state.ready && minute !== null
              ? shown.map((row) => (
                  <UnitTableRow
                    key={row.unit.id}
                    row={row}
                    minute={minute}
                    staleSince={staleSince}
                    tabStop={row.unit.id === stop}
                    onFocus={() => setCurrent(row.unit.id)}
                  />
                ))
              : Array.from({ length: 14 }, (_, i) => <BoneRow key={i} />)}
          </tbody>
          <tfoot>
            <Total totals={totals} ready={state.ready} leftOut={notCounted(state.facility?.units ?? [])} />
            {state.ready && <Everybody patients={totals.patients} conflicts={conflictCounts(state).elsewhere} />}
          </tfoot>
        </table>
      </div>
      {state.ready && rows.length === 0 && (
        <Empty what={t('house.noUnitIsConfigured')} then={t('house.unitsAppearOnceTheFacilityS')} />
      )}
      <div className="tablefoot">
        <div className="legend">
          {stateOrder.map((s) => (
            <span key={s}>
              <CellKey state={s} />
              {stateLabel[s]} <b>{!state.ready ? <Bone letters={2} /> : hasNoData(totals) ? '?' : totals[s]}</b>
            </span>
          ))}
        </div>
      </div>
    </section>
  );
}

function Heads({ sort, moved, onSortNow }: { sort: Sort; moved: number; onSortNow: () => void }) {
  const head = (by: Sort, name: string, numeric = false, title?: string) => (
    <th className={numeric ? 'n' : ''} title={title} aria-sort={sort === by ? 'descending' : undefined}>
      <button type="button" onClick={() => setParameters({ sort: by === 'pressure' ? null : by })}>
        {name}
        {sort === by && ' ▾'}
      </button>
    </th>
  );
  return (
    <thead>
      <tr>
        {head('unit', t('house.unit'))}
        <th className="bars">
          {t('house.bedsByStateTickActAt')}
          {moved > 0 && (
            <button type="button" className="moved" onClick={onSortNow}>
              {moved} {t('house.moved')}
            </button>
          )}
        </th>
        {head('occupied', t('house.occupied'), true, t('house.occupiedStaffedUnblocked'))}
        <th>24 h</th>
        {head('pressure', t('house.pressure'), true, t('house.occupiedInOutStaffedUnblockedOver'))}
        <th className="n">
          <span className="sexes">
            <Icon name="f" label={t('house.availableFemale')} />
            <Icon name="m" label={t('house.availableMale')} />
            <Icon name="any" label={t('house.availableEither')} />
          </span>
        </th>
        <th className="n">{t('house.in')}</th>
        <th className="n">{t('house.out')}</th>
        {head('wait', t('house.oldestWait'))}
        <th>{t('house.statusAndAlerts')}</th>
      </tr>
    </thead>
  );
}

function Total({ totals, ready, leftOut }: { totals: HouseTotals; ready: boolean; leftOut: string }) {
  if (!ready) {
    return (
      <tr>
        <td colSpan={10}>
          <Bone letters={9} />
        </td>
      </tr>
    );
  }
  const notIncluded = [leftOut, totals.unheard === 0 ? '' : t('house.withoutData', { unheard: totals.unheard })]
    .filter((words) => words !== '')
    .join(', ');
  return (
    <tr>
      <td>
        {t('house.inpatient')} <small>{counted(totals.units.length, 'unit')}</small>
      </td>
      <td className="bars">
        <small>
          {allBeds(totals)} {t('house.beds')} {totals.denominator} {t('house.staffedUnblocked2')}
        </small>
      </td>
      <td className="n">
        <span className="frac">
          <b>{hasNoData(totals) ? '?' : totals.occupied}</b>/{totals.denominator}
        </span>{' '}
        <span className="rate plain">
          {totals.occupancyRate === null ? (
            noRateWord(!hasNoData(totals))
          ) : (
            <Changed value={percent(totals.occupancyRate)}>{percent(totals.occupancyRate)}</Changed>
          )}
        </span>
      </td>
      <td />
      <td className="n" />
      <td className="n">
        <span className="sexes">
          {(['female', 'male', 'any'] as const).map((sex) => (
            <span key={sex}>{hasNoData(totals) ? '?' : totals.availableBySex[sex]}</span>
          ))}
        </span>
      </td>
      <td className="n">{totals.pendingIn}</td>
      <td className="n">{totals.pendingOut}</td>
      <td colSpan={2}>
        {notIncluded !== '' && (
          <small>
            {notIncluded} {t('house.notIncluded')}
          </small>
        )}
      </td>
    </tr>
  );
}

/** Everybody of the house, and who is not simply in a bed: each part leads to its list. */
function Everybody({ patients, conflicts }: { patients: HousePatients; conflicts: number }) {
  const parts = patientParts(patients);
  return (
    <tr className="everybody">
      <td colSpan={columns.length}>
        <div>
          <span>
            {t('house.everybody')} {everybody(patients)} {t('house.inTheHouse')}
          </span>
          {parts.length === 0 && <small>{t('house.eachInABedOfA')}</small>}
          {parts.map(({ group, words }) => (
            <Link key={group} to={{ page: 'patients' }} part={group}>
              {words}
            </Link>
          ))}
          {conflicts > 0 && (
            <Link to={{ page: 'conflicts' }}>
              {counted(conflicts, 'conflict')} {t('house.ofNoListedUnit')}
            </Link>
          )}
        </div>
      </td>
    </tr>
  );
}

function BoneRow() {
  return (
    <tr>
      {columns.map((name) => (
        <td key={name}>
          <Bone letters={name === 'unit' ? 13 : name === 'cells' ? 20 : 4} />
        </td>
      ))}
    </tr>
  );
}
