import type { DeadLetterList as Letters, DoneOnAll } from '@wardstream/api-contract';
import { useState } from 'react';
import { useLocalTime, useMe, useMinute } from '../app/board-context.js';
import { useParameter } from '../app/navigation.js';
import { api } from '../commands/api.js';
import { refusalOf } from '@wardstream/access';
import { serviceNames } from '@wardstream/service-directory';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../ui/icon.js';
import { counted, sentence } from '../ui/labels.js';
import { FilterChoice, FilterText } from '../app/filter-row.js';
import { ListingState } from './listing-state.js';
import { LISTS, useFetched } from '../app/use-fetched.js';
import { t } from '../texts/parts/messages.js';

const causes = [
  'attempts-exhausted',
  'permanent-failure',
  'invalid-data',
  'unknown-event',
  'unreadable-record',
] as const;

/** What the services could not handle, one part for each of them, so that one that is away hides none of the others. */
export function DeadLetterList() {
  const service = useParameter('sender');
  const shown = serviceNames.filter((s) => service === null || s === service);
  return (
    <>
      <div className="message-filters">
        <FilterChoice
          name="sender"
          label={t('messages.service')}
          all={t('messages.everyService')}
          choices={serviceNames.map((s) => [s, sentence(s)])}
        />
        <FilterChoice
          name="cause"
          label={t('messages.cause')}
          all={t('messages.everyCause')}
          choices={causes.map((c) => [c, sentence(c)])}
        />
        <FilterText name="search" label={t('messages.eventFacilityOrCauseHas')} />
      </div>
      {shown.map((s) => (
        <ServiceLetters key={s} service={s} />
      ))}
    </>
  );
}

function ServiceLetters({ service }: { service: string }) {
  const me = useMe();
  const local = useLocalTime();
  const minute = useMinute();
  const nowMs = (minute ?? 0) * 60_000;
  const own = { cause: useParameter('cause'), search: useParameter('search') };
  const filter = Object.fromEntries(Object.entries(own).flatMap(([k, v]) => (v === null ? [] : [[k, v] as const])));
  const path = `/api/v1/dead-letters/${service}`;
  const listing = useFetched<Letters>(`${path}?${new URLSearchParams(filter)}`, LISTS);
  const refused = refusalOf('message.mend', me.roles);
  const command = useCommand();
  const [form, setForm] = useState<{ readonly what: 'redrive' | 'discard'; readonly id: string | null } | null>(null);
  const items = listing.value ?? [];
  const send = (what: 'redrive' | 'discard', id: string | null, reason: string): void => {
    void command
      .run(async () => {
        const to = id === null ? `${path}/${what}` : `${path}/${id}/${what}`;
        const body = { ...(id === null ? filter : {}), ...(what === 'discard' ? { reason } : {}) };
        const answer = await api<DoneOnAll | null>(to, { method: 'POST', body });
        const left = answer?.left ?? 0;
        const count = counted(answer?.done ?? 1, 'event');
        const more = left > 0 ? t('messages.areLeftAskAgain', { left }) : '';
        return `${count} ${what === 'redrive' ? t('messages.triedAgainSoonInOrder') : t('messages.givenUp')}${more}`;
      })
      .then((done) => {
        if (!done) return;
        setForm(null);
        listing.reload();
      });
  };
  const button = (what: 'redrive' | 'discard', id: string | null, word: string) => (
    <button
      type="button"
      className="btn small"
      aria-disabled={refused !== null}
      title={refused ?? undefined}
      aria-expanded={form?.what === what && form.id === id}
      onClick={() => refused === null && setForm({ what, id })}
    >
      {word}
    </button>
  );
  return (
    <section className="letters" aria-label={t('messages.deadLettersOf', { service })}>
      <div className="row">
        <h3>{sentence(service)}</h3>
        {listing.value !== null && (
          <span className="dim">
            {items.length > 0 ? counted(items.length, 'event') : t('messages.nothingWaitsForAPersonWhat')}
          </span>
        )}
        {items.length > 0 && button('redrive', null, t('messages.redriveAllThatMatch'))}
        {items.length > 0 && button('discard', null, t('messages.discardAllThatMatch'))}
        {items.length > 0 && refused !== null && <span className="sub">{refused}</span>}
      </div>
      <ListingState what={t('messages.theDeadLettersOf', { service })} listing={listing} />
      {form !== null && (
        <LetterForm
          key={`${form.what}${form.id}`}
          what={form.what}
          count={form.id === null ? items.length : 1}
          onSend={(reason) => send(form.what, form.id, reason)}
          onCancel={() => setForm(null)}
        />
      )}
      {(command.state.at === 'done' || command.state.at === 'refused') && (
        <p className="decided-note" role="status">
          <Icon name={command.state.at === 'done' ? 'check' : 'cross'} />
          {command.state.at === 'done' ? command.state.text : command.state.problem.message}
        </p>
      )}
      {items.length > 0 && (
        <div className="messages-scroll">
          <table className="messages">
            <thead>
              <tr>
                <th>{t('messages.since')}</th>
                <th>{t('messages.event')}</th>
                <th>{t('messages.facility')}</th>
                <th>{t('messages.cause')}</th>
                <th>{t('messages.tries')}</th>
                <th>{t('messages.behindIt')}</th>
                <th>{t('messages.do')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((l) => (
                <tr key={l.id}>
                  <td>{local.near(l.parkedAt, nowMs)}</td>
                  <td>{l.event.type ?? l.topic}</td>
                  <td>{l.event.facility ?? t('messages.notTold')}</td>
                  <td>
                    {sentence(l.cause.code)}
                    <small>{l.cause.name}</small>
                  </td>
                  <td>{l.attempts}</td>
                  <td>{l.waiting}</td>
                  <td>
                    <span className="row">
                      {button('redrive', l.id, t('messages.redrive'))}
                      {button('discard', l.id, t('messages.discard'))}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function LetterForm({
  what,
  count,
  onSend,
  onCancel,
}: {
  what: 'redrive' | 'discard';
  count: number;
  onSend: (reason: string) => void;
  onCancel: () => void;
}) {
  const [reason, setReason] = useState('');
  const ready = what === 'redrive' || reason.trim().length >= 3;
  return (
    <form
      className="close-form"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSend(reason.trim());
      }}
    >
      <p>
        {what === 'redrive'
          ? t('messages.triedAgainThenThoseThatWait', { value: counted(count, 'event') })
          : t('messages.neverHandledWhatItTellsIs', { value: counted(count, 'event') })}
      </p>
      {what === 'discard' && (
        <label className="field">
          {t('messages.reason')}
          <input required minLength={3} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
        </label>
      )}
      <div className="row">
        <button type="submit" className="btn primary" aria-disabled={!ready}>
          {what === 'redrive' ? t('messages.redrive') : t('messages.discard')}
        </button>
        <button type="button" className="btn quiet" onClick={onCancel}>
          {t('messages.cancel')}
        </button>
      </div>
    </form>
  );
}
