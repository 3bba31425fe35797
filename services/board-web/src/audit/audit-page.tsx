import { acts, refusalOf } from '@wardstream/access';
import type { AuditList } from '@wardstream/api-contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMe, useStore } from '../app/board-context.js';
import { PageMain } from '../app/page-main.js';
import { api } from '../commands/api.js';
import { t } from '../texts/parts/audit.js';
import { Bone } from '../ui/bone.js';
import { Empty, Failed } from '../ui/empty.js';
import { auditPath, type Filters, filtersOf } from './audit-query.js';
import { AuditTable } from './audit-table.js';
import './audit-page.css';

/** Who did or saw what in this facility. Each look is an act that is recorded, so it is read when it is asked for, and never by itself. */
export function AuditPage() {
  const { roles } = useMe();
  const [asked, setAsked] = useState<{ readonly filters: Filters; readonly nth: number } | null>(null);
  if (refusalOf('audit.read', roles) !== null) {
    return (
      <PageMain className="audit-page" title={t('audit.title')}>
        <section className="panel">
          <Empty what={t('audit.notYours')} then={t('audit.askAdministrator')} />
        </section>
      </PageMain>
    );
  }
  return (
    <PageMain className="audit-page" title={t('audit.title')}>
      <section className="panel" aria-label={t('audit.title')}>
        <header>
          <h2>{t('audit.title')}</h2>
          <span className="dim">{t('audit.lead')}</span>
        </header>
        <AuditForm onAsk={(filters) => setAsked((before) => ({ filters, nth: (before?.nth ?? 0) + 1 }))} />
        {asked === null ? (
          <Empty what={t('audit.notAsked')} then={t('audit.thenAsk')} />
        ) : (
          <Found filters={asked.filters} nth={asked.nth} />
        )}
      </section>
    </PageMain>
  );
}

function AuditForm({ onAsk }: { onAsk: (filters: Filters) => void }) {
  const ask = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onAsk(filtersOf(new FormData(event.currentTarget)));
  };
  const field = (name: 'person' | 'encounter' | 'bed' | 'from' | 'to', type = 'text') => (
    <label className="field">
      {t(`audit.${name}`)}
      <input name={name} type={type} maxLength={200} autoComplete="off" />
    </label>
  );
  return (
    <form className="audit-filters" onSubmit={ask}>
      {field('person')}
      {field('encounter')}
      {field('bed')}
      <label className="field">
        {t('audit.act')}
        <select name="act" defaultValue="">
          <option value="">{t('audit.everyAct')}</option>
          {Object.keys(acts).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {t('audit.outcome')}
        <select name="outcome" defaultValue="">
          <option value="">{t('audit.everyOutcome')}</option>
          {(['done', 'refused', 'failed'] as const).map((outcome) => (
            <option key={outcome} value={outcome}>
              {t(`audit.outcome-${outcome}`)}
            </option>
          ))}
        </select>
      </label>
      {field('from', 'datetime-local')}
      {field('to', 'datetime-local')}
      <button type="submit" className="btn">
        {t('audit.look')}
      </button>
    </form>
  );
}

/** `nth`: to ask the same again is another look. */
function Found({ filters, nth }: { filters: Filters; nth: number }) {
  const { facility } = useStore();
  const found = useInfiniteQuery({
    queryKey: ['audit', facility, filters, nth],
    queryFn: ({ pageParam, signal }) => api<AuditList>(auditPath(facility, filters, pageParam), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (found.error !== null) {
    return <Failed what={t('audit.cannotRead')} code={found.error.code} retry={() => void found.refetch()} />;
  }
  if (found.data === undefined) {
    return (
      <p className="empty" aria-busy="true">
        <Bone letters={36} />
      </p>
    );
  }
  const items = found.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Empty what={t('audit.nothing')} then={t('audit.thenNothing')} />;
  return (
    <>
      <AuditTable items={items} />
      {found.hasNextPage && (
        <p className="audit-further">
          <button type="button" className="btn" onClick={() => void found.fetchNextPage()}>
            {t('audit.further')}
          </button>
        </p>
      )}
    </>
  );
}
