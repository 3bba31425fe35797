import { useState } from 'react';
import { useLocalTime, useMe, useMinute } from '../app/board-context.js';
import { useParameter } from '../app/navigation.js';
import { api } from '../commands/api.js';
import { refusalOf } from '../commands/permissions.js';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../parts/icon.js';
import { counted, sentence } from '../parts/words.js';
import { FilterChoice, FilterText } from './filter-row.js';
import { ListingState } from './listing-state.js';
import { useListing } from './use-listing.js';

const services = [
  'admissions',
  'bed-management',
  'department-coordination',
  'flow-engine',
  'alerting',
  'board',
] as const;
const causes = [
  'attempts-exhausted',
  'permanent-failure',
  'invalid-data',
  'unknown-event',
  'unreadable-record',
] as const;

interface Letter {
  readonly id: string;
  readonly cause: { readonly code: string; readonly name: string };
  readonly event: { readonly type: string | null; readonly facility: string | null };
  readonly topic: string;
  readonly attempts: number;
  readonly parkedAt: string;
  readonly waiting: number;
}

/** What the services could not handle, one part for each of them, so that one that is away hides none of the others. */
export function DeadLetterList() {
  const service = useParameter('sender');
  const shown = services.filter((s) => service === null || s === service);
  return (
    <>
      <div className="message-filters">
        <FilterChoice
          name="sender"
          label="Service"
          all="Every service"
          choices={services.map((s) => [s, sentence(s)])}
        />
        <FilterChoice name="cause" label="Cause" all="Every cause" choices={causes.map((c) => [c, sentence(c)])} />
        <FilterText name="search" label="Event, facility or cause has" />
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
  const listing = useListing<readonly Letter[]>(`${path}?${new URLSearchParams(filter)}`);
  const refused = refusalOf('mend-messages', me.roles);
  const command = useCommand();
  const [form, setForm] = useState<{ readonly what: 'redrive' | 'discard'; readonly id: string | null } | null>(null);
  const items = listing.value ?? [];
  const send = (what: 'redrive' | 'discard', id: string | null, reason: string): void => {
    void command
      .run(async () => {
        const to = id === null ? `${path}/${what}` : `${path}/${id}/${what}`;
        const body = { ...(id === null ? filter : {}), ...(what === 'discard' ? { reason } : {}) };
        const answer = await api<{ done: number; left: number } | null>(to, { method: 'POST', body });
        const left = answer?.left ?? 0;
        const count = counted(answer?.done ?? 1, 'event');
        const more = left > 0 ? `; ${left} are left, ask again` : '';
        return `${count} ${what === 'redrive' ? 'tried again soon, in order' : 'given up'}${more}`;
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
    <section className="letters" aria-label={`Dead letters of ${service}`}>
      <div className="row">
        <h3>{sentence(service)}</h3>
        {listing.value !== null && (
          <span className="dim">
            {items.length > 0
              ? counted(items.length, 'event')
              : 'Nothing waits for a person; what cannot be handled appears here after its last try.'}
          </span>
        )}
        {items.length > 0 && button('redrive', null, 'Redrive all that match')}
        {items.length > 0 && button('discard', null, 'Discard all that match')}
        {items.length > 0 && refused !== null && <span className="sub">{refused}</span>}
      </div>
      <ListingState what={`The dead letters of ${service}`} listing={listing} />
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
                <th>Since</th>
                <th>Event</th>
                <th>Facility</th>
                <th>Cause</th>
                <th>Tries</th>
                <th>Behind it</th>
                <th>Do</th>
              </tr>
            </thead>
            <tbody>
              {items.map((l) => (
                <tr key={l.id}>
                  <td>{local.near(l.parkedAt, nowMs)}</td>
                  <td>{l.event.type ?? l.topic}</td>
                  <td>{l.event.facility ?? 'not told'}</td>
                  <td>
                    {sentence(l.cause.code)}
                    <small>{l.cause.name}</small>
                  </td>
                  <td>{l.attempts}</td>
                  <td>{l.waiting}</td>
                  <td>
                    <span className="row">
                      {button('redrive', l.id, 'Redrive')}
                      {button('discard', l.id, 'Discard')}
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
          ? `${counted(count, 'event')} tried again, then those that wait behind, in order.`
          : `${counted(count, 'event')} never handled: what it tells is missing here until a later event tells it. Those behind go on.`}
      </p>
      {what === 'discard' && (
        <label className="field">
          Reason
          <input required minLength={3} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
        </label>
      )}
      <div className="row">
        <button type="submit" className="btn primary" aria-disabled={!ready}>
          {what === 'redrive' ? 'Redrive' : 'Discard'}
        </button>
        <button type="button" className="btn quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
