import { isUnheard } from '@wardstream/flow-model';
import { memo } from 'react';
import { useLocalTime } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { go, hrefTo } from '../app/navigation.js';
import { Cells } from '../ui/cells.js';
import { Changed } from '../ui/changed.js';
import { Clock } from '../ui/duration.js';
import { Icon } from '../ui/icon.js';
import { loadStep, percent } from '../ui/load.js';
import { SparkLine } from '../ui/spark-line.js';
import { minutesSince } from '../time/duration.js';
import { counted, severityLabel } from '../ui/labels.js';
import { noRateWord, shortPlace } from './headline.js';
import { tickAt, type UnitRow } from './unit-rows.js';
import { t } from '../texts/texts.js';

interface Props {
  readonly row: UnitRow;
  readonly minute: number;
  /** Since when what is known of patients' movements is old; null while it is not. */
  readonly staleSince: string | null;
  readonly tabStop: boolean;
  readonly onFocus: () => void;
}

export const UnitTableRow = memo(
  function UnitTableRow({ row, minute, staleSince, tabStop, onFocus }: Props) {
    const { unit, counts } = row;
    const open = (): void => go(hrefTo({ page: 'unit', unit: unit.id }));
    return (
      <tr
        tabIndex={tabStop ? 0 : -1}
        className={staleSince === null ? '' : 'stale'}
        onClick={open}
        onFocus={onFocus}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target === event.currentTarget) open();
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            const next = event.key === 'ArrowDown' ? 'nextElementSibling' : 'previousElementSibling';
            (event.currentTarget[next] as HTMLElement | null)?.focus();
          }
        }}
      >
        <td>
          <Link to={{ page: 'unit', unit: unit.id }} tabIndex={-1} onClick={(event) => event.stopPropagation()}>
            <b>{unit.id}</b>
            <span>{unit.name}</span>
          </Link>
        </td>
        {counts === null ? (
          <td colSpan={8} className="dim">
            {t('house.noDataYet')}
          </td>
        ) : (
          <Counts row={row} counts={counts} minute={minute} stale={staleSince !== null} />
        )}
        <td className="status">
          <Status row={row} staleSince={staleSince} minute={minute} />
        </td>
      </tr>
    );
  },
  (a, b) =>
    a.minute === b.minute &&
    a.tabStop === b.tabStop &&
    a.staleSince === b.staleSince &&
    a.row.unit === b.row.unit &&
    a.row.counts === b.row.counts &&
    a.row.conflicts === b.row.conflicts &&
    a.row.alerts?.count === b.row.alerts?.count &&
    a.row.alerts?.worst === b.row.alerts?.worst &&
    a.row.surge?.open === b.row.surge?.open &&
    a.row.surge?.total === b.row.surge?.total,
);

function Counts({
  row,
  counts,
  minute,
  stale,
}: {
  row: UnitRow;
  counts: NonNullable<UnitRow['counts']>;
  minute: number;
  stale: boolean;
}) {
  const wait = counts.oldestWait;
  const rate = counts.occupancyRate;
  const unheard = isUnheard(counts);
  return (
    <>
      <td className="bars">
        {unheard ? (
          <span className="dim">
            {t('house.noDataOf')} {counted(counts.denominator, unitPlace(row))}
          </span>
        ) : (
          <Cells counts={counts} tickAt={tickAt(counts)} />
        )}
      </td>
      <td className="n">
        <span className="frac">
          <b>{unheard ? '?' : counts.occupied}</b>/{counts.denominator}
        </span>{' '}
        <span className={`rate ${rate === null || stale ? 'plain' : `l-${loadStep(rate, counts.actAt)}`}`}>
          {rate === null ? noRateWord(!unheard) : <Changed value={percent(rate)}>{percent(rate)}</Changed>}
        </span>
      </td>
      <td>
        <SparkLine trend={counts.trend} actAt={counts.actAt} />
      </td>
      <td className="n pressure">
        {counts.pressure === null ? (
          noRateWord(!unheard)
        ) : (
          <Changed value={Math.round(counts.pressure * 100)}>{Math.round(counts.pressure * 100)} %</Changed>
        )}
      </td>
      <td className="n">
        <span className="sexes">
          {(['female', 'male', 'any'] as const).map((sex) => (
            <Count key={sex} n={unheard ? null : counts.availableBySex[sex]} />
          ))}
        </span>
      </td>
      <td className="n">
        <Count n={counts.pendingIn} />
      </td>
      <td className="n">
        <Count n={counts.pendingOut} />
      </td>
      <td>
        {wait === null ? (
          <span className="zero">{t('house.none')}</span>
        ) : (
          <Clock
            minutes={minutesSince(wait.since, minute)}
            target={wait.targetMinutes}
            note={stale ? '' : waitNote(wait.from, row.unit.id)}
          />
        )}
      </td>
    </>
  );
}

/** In the unit's own row the place is enough; elsewhere the unit the patient waits in. */
function waitNote(from: string, unit: string): string {
  return from.startsWith(`${unit} `) ? shortPlace(from) : (from.split(/ (?=bay|bed|slot)/)[0] ?? from);
}

const placeWord = { beds: 'bed', bays: 'bay', slots: 'slot' } as const;
const unitPlace = (row: UnitRow): 'bed' | 'bay' | 'slot' => placeWord[row.unit.placesAre];

function Count({ n }: { n: number | null }) {
  return (
    <span>
      {n === null ? (
        <span className="zero">?</span>
      ) : n === 0 ? (
        <span className="zero">0</span>
      ) : (
        <Changed value={n}>
          <b>{n}</b>
        </Changed>
      )}
    </span>
  );
}

function Status({ row, staleSince, minute }: { row: UnitRow; staleSince: string | null; minute: number }) {
  const local = useLocalTime();
  const marks = row.alerts !== null || row.conflicts > 0;
  const both = row.alerts !== null && row.conflicts > 0;
  return (
    <>
      {staleSince !== null ? (
        <span className="stamp">
          <Icon name="silent" />
          <span className="as">{t('house.asOf')}</span> {local.near(staleSince, minute * 60_000)}
        </span>
      ) : row.surge !== null && row.surge.open > 0 ? (
        <span
          className="chip s-surge"
          title={t('house.ofSurgeBedsOpen', { open: row.surge.open, total: row.surge.total })}
        >
          <Icon name="bed-surge" label={t('house.surgeBedsOpen')} />
          {!marks && t('house.surge')}
          {row.surge.open}/{row.surge.total}
        </span>
      ) : (
        !both && <span className="dim">{t('house.open')}</span>
      )}
      {row.alerts !== null && (
        <span className={`chip ${row.alerts.worst}`}>
          <Icon name={row.alerts.worst} label={t('house.alertsOf', { severity: severityLabel[row.alerts.worst] })} />
          {row.alerts.count}
        </span>
      )}
      {row.conflicts > 0 && (
        <span className="chip conflict">
          <Icon name="conflict" label={t('house.conflicts')} />
          {row.conflicts}
        </span>
      )}
    </>
  );
}
