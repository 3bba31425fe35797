import './free-beds-page.css';
import type { FreeBedAnswer, FreeBedList } from '@wardstream/api-contract';
import type { Need } from '@wardstream/events';
import { useLocalTime, useStore } from '../app/board-context.js';
import { FilterChoice } from '../app/filter-row.js';
import { Link } from '../app/link.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { PageMain } from '../app/page-main.js';
import { useFetched } from '../app/use-fetched.js';
import { t } from '../texts/texts.js';
import { BedStateMark } from '../ui/bed-state.js';
import { Bone } from '../ui/bone.js';
import { Empty, Failed } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { needLabel } from '../ui/labels.js';
import { whyWords } from './why-words.js';

const EVERY_MS = 10_000;

const sexes = [
  ['female', t('search.woman')],
  ['male', t('search.man')],
] as const;
const isolations = [
  ['none', t('search.noIsolation')],
  ['contact', needLabel.contact],
  ['droplet', needLabel.droplet],
  ['airborne', needLabel.airborne],
  ['protective', needLabel.protective],
] as const;
const levels = [
  ['ward', t('search.ward')],
  ['step-down', t('search.stepDown')],
  ['icu', t('search.icu')],
  ['ed', t('search.ed')],
  ['maternity', t('search.maternity')],
  ['neonatal', t('search.neonatal')],
] as const;
const within = [
  ['0', t('search.now')],
  ...[1, 2, 4, 8, 12].map((n) => [String(n * 60), t('search.hours', { n })] as const),
] as const;
const equipment: readonly Need[] = ['negative', 'telemetry', 'oxygen', 'bariatric', 'watch'];
const asked = ['sex', 'isolation', 'levelOfCare', 'equipment', 'within'] as const;

/** Which beds are free, or will be, for whom: the question as it is asked at the desk, the answer with when and what is missing. */
export function FreeBedsPage() {
  const { facility } = useStore();
  const values = [
    useParameter('sex'),
    useParameter('isolation'),
    useParameter('levelOfCare'),
    useParameter('equipment'),
    useParameter('within'),
  ];
  const query = new URLSearchParams();
  asked.forEach((name, i) => values[i] !== null && query.set(name, values[i] ?? ''));
  const path = `/api/v1/facilities/${encodeURIComponent(facility)}/free-beds?${query}`;
  const { value, problem, reload } = useFetched<FreeBedList>(path, { everyMs: EVERY_MS });
  return (
    <PageMain className="free-beds-page" title={t('search.freeBedsTitle')}>
      <section className="panel" aria-label={t('search.freeBedsTitle')}>
        <header>
          <h2>{t('search.freeBedsTitle')}</h2>
          <Counts list={value} />
        </header>
        <div className="asks">
          <FilterChoice name="sex" label={t('search.forWhom')} all={t('search.everySex')} choices={sexes} />
          <FilterChoice
            name="isolation"
            label={t('search.isolation')}
            all={t('search.anyIsolation')}
            choices={isolations}
          />
          <FilterChoice name="levelOfCare" label={t('search.level')} all={t('search.anyLevel')} choices={levels} />
          <FilterChoice name="within" label={t('search.within')} all={t('search.hours', { n: 24 })} choices={within} />
          <Equipment chosen={(values[3] ?? '').split(',').filter((need) => need !== '')} />
        </div>
        {value === null && problem !== null && <Failed what={t('search.list')} code={problem.code} retry={reload} />}
        {value === null && problem === null && (
          <p className="empty" aria-busy="true">
            <Bone letters={40} />
          </p>
        )}
        {value !== null && <Beds list={value} isOld={problem !== null} />}
      </section>
    </PageMain>
  );
}

function Counts({ list }: { list: FreeBedList | null }) {
  const local = useLocalTime();
  if (list === null) return null;
  const { free, soon, unsuitable } = list.counts;
  return (
    <span className="dim" role="status">
      {[
        t('search.freeNow', { n: free }),
        t('search.freeSoon', { n: soon }),
        t('search.unsuitable', { n: unsuitable }),
        t('search.asOf', { at: local.clock(Date.parse(list.asOf)) }),
      ].join(', ')}
    </span>
  );
}

function Equipment({ chosen }: { chosen: readonly string[] }) {
  const toggle = (need: Need): void => {
    const next = chosen.includes(need) ? chosen.filter((n) => n !== need) : [...chosen, need];
    setParameters({ equipment: next.length === 0 ? null : next.join(',') });
  };
  return (
    <fieldset className="field">
      <legend>{t('search.equipment')}</legend>
      <div className="filters">
        {equipment.map((need) => (
          <button key={need} type="button" aria-pressed={chosen.includes(need)} onClick={() => toggle(need)}>
            <Icon name={need} /> {needLabel[need]}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Beds({ list, isOld }: { list: FreeBedList; isOld: boolean }) {
  const showAll = useParameter('all') !== null;
  const hard = (bed: FreeBedAnswer): boolean => bed.misfits.some((m) => m.severity === 'hard');
  const shown = list.items.filter((bed) => showAll || !hard(bed));
  return (
    <>
      {shown.length === 0 && <Empty what={t('search.noneFound')} then={t('search.noneThen')} />}
      {shown.length > 0 && (
        <div className={isOld ? 'free-beds-scroll is-old' : 'free-beds-scroll'}>
          <table className="free-beds">
            <thead>
              <tr>
                <th>{t('search.bed')}</th>
                <th>{t('search.when')}</th>
                <th>{t('search.why')}</th>
                <th>{t('search.state')}</th>
                <th>{t('search.lacks')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((bed) => (
                <BedRow key={bed.bedId} bed={bed} asOf={list.asOf} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.counts.unsuitable > 0 && (
        <label className="show-all">
          <input type="checkbox" checked={showAll} onChange={() => setParameters({ all: showAll ? null : '' })} />
          {t('search.showUnsuitable')}
        </label>
      )}
    </>
  );
}

function BedRow({ bed, asOf }: { bed: FreeBedAnswer; asOf: string }) {
  const local = useLocalTime();
  const when = bed.nothingHeard
    ? t('search.notConfirmed')
    : bed.why === 'free'
      ? t('search.now')
      : bed.at === null
        ? t('search.noTime')
        : t('search.at', { at: local.near(bed.at, Date.parse(asOf)) });
  return (
    <tr>
      <td>
        <Link to={{ page: 'unit', unit: bed.unit }} own={{ bed: bed.bedId }}>
          <b>{bed.bedId}</b>
        </Link>
      </td>
      <td>
        <b>{when}</b>
        {bed.late && <span className="late"> {t('search.late')}</span>}
      </td>
      <td>{bed.nothingHeard ? t('search.nothingHeard') : whyWords[bed.why]}</td>
      <td>
        <BedStateMark state={bed.state} />
      </td>
      <td>
        {bed.misfits.length === 0 ? (
          <span className="dim">{t('search.suits')}</span>
        ) : (
          bed.misfits.map((m) => (
            <p key={m.code + m.needed} className={m.severity}>
              {m.severity === 'hard' && <Icon name="cross" />}
              {m.words}
            </p>
          ))
        )}
      </td>
    </tr>
  );
}
