import './housekeeping-page.css';
import type { Housekeeping, HousekeepingItem } from '@wardstream/api-contract';
import { useState } from 'react';
import { ActionButton } from '../actions/action-button.js';
import { useBoard, useLocalTime, useMe, useMinute, useStore } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { PageMain } from '../app/page-main.js';
import { LISTS, useFetched } from '../app/use-fetched.js';
import type { BoardState } from '../stream/board-state.js';
import { t } from '../texts/parts/housekeeping.js';
import { Empty, Failed } from '../ui/empty.js';
import { CrewsPanel } from './crews-panel.js';
import { type AtWork, reportAction } from './job-actions.js';
import { JobCard } from './job-card.js';
import { jobSections, running } from './job-list.js';

/** Changes with every bed that becomes dirty, is cleaned, or is kept for somebody: the list is read again then. */
function bedsToClean(state: BoardState): number {
  let sum = 0;
  for (const bed of state.beds.values()) if (bed.cleaningJobId !== null) sum += bed.version;
  return sum;
}

/** The beds to be cleaned, for a phone in a pocket first: what is mine, what is next, who is at work. */
export function HousekeepingPage() {
  const store = useStore();
  const me = useMe();
  const minute = useMinute();
  const local = useLocalTime();
  const zone = useParameter('zone');
  const version = useBoard(bedsToClean);
  const query = zone === null ? '' : `?zone=${encodeURIComponent(zone)}`;
  const path = `/api/v1/facilities/${encodeURIComponent(store.facility)}/housekeeping${query}`;
  const { value: list, at: readAt, problem, reload } = useFetched<Housekeeping>(path, { ...LISTS, version });
  const name = me.name ?? me.subject;
  const { mine, next, others } = jobSections(list?.items ?? [], name);
  const at: AtWork = { facility: store.facility, me: name, clock: local.clock, reload, running: running(mine) };
  const section = (id: string, title: string, items: readonly HousekeepingItem[], marksFirst = false) =>
    items.length > 0 && (
      <section aria-labelledby={id}>
        <h2 id={id}>
          {title} <span className="dim">{marksFirst ? t('housekeeping.order') : items.length}</span>
        </h2>
        <ol>
          {items.map((item, i) => (
            <JobCard key={item.job.id} at={at} item={item} minute={minute} isFirst={marksFirst && i === 0} />
          ))}
        </ol>
      </section>
    );
  return (
    <PageMain className="housekeeping-page" title={t('housekeeping.title')}>
      <div className="clean-list">
        <section className="panel" aria-label={t('housekeeping.listTitle')}>
          <header>
            <label>
              {t('housekeeping.zone')}{' '}
              <select value={zone ?? ''} onChange={(e) => setParameters({ zone: e.target.value || null })}>
                <option value="">{t('housekeeping.everyZone')}</option>
                {list?.zones.map(({ zone: id, open }) => (
                  <option key={id} value={id}>
                    {t('housekeeping.zoneCount', { zone: id, count: open })}
                  </option>
                ))}
              </select>
            </label>
            {readAt !== null && <span className="end sub">{t('housekeeping.asOf', { at: local.clock(readAt) })}</span>}
          </header>
          {problem !== null && <Failed what={t('housekeeping.notRead')} code={problem.code} retry={reload} />}
          {list?.items.length === 0 && <Empty what={t('housekeeping.nothing')} then={t('housekeeping.nothingThen')} />}
        </section>
        {section('clean-mine', t('housekeeping.mine'), mine)}
        {section('clean-next', t('housekeeping.next'), next, true)}
        {section('clean-others', t('housekeeping.others'), others)}
        <ReportBed at={at} />
      </div>
      {list !== null && <CrewsPanel list={list} />}
    </PageMain>
  );
}

/** A bed that counts as free and was found dirty. */
function ReportBed({ at }: { at: AtWork }) {
  const [bed, setBed] = useState('');
  const beds = useBoard((state) => state.beds);
  const free = [...beds.values()].filter(({ state }) => state === 'available' || state === 'reserved');
  const chosen = free.some(({ id }) => id === bed) ? bed : '';
  return (
    <section className="panel report-bed" aria-label={t('housekeeping.report')}>
      <label htmlFor="found-dirty">{t('housekeeping.reportBed')}</label>
      <select id="found-dirty" value={chosen} onChange={(e) => setBed(e.target.value)}>
        <option value="">{t('housekeeping.chooseBed')}</option>
        {free
          .map(({ id }) => id)
          .sort()
          .map((id) => (
            <option key={id}>{id}</option>
          ))}
      </select>
      <ActionButton action={reportAction(at, chosen)} />
    </section>
  );
}
