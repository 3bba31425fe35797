import type { Replay, ReplayList, ReplayResultList } from '@wardstream/api-contract';
import { useEffect, useState } from 'react';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { api } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../ui/icon.js';
import { counted } from '../ui/labels.js';
import { faultWords, filterWords, outcomeWord } from './message-types.js';
import { useFetched } from '../app/use-fetched.js';
import { t } from '../texts/parts/messages.js';

/** Replaying all that match: a first step that names what it does, then how far it is and how every message came out. */
export function BulkReplay({
  filter,
  total,
  refused,
  onChanged,
}: {
  filter: Readonly<Record<string, string>>;
  total: number | null;
  /** Why this person may not. */
  refused: string | null;
  onChanged: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const command = useCommand();
  const replays = useFetched<ReplayList>('/api/v1/quarantine/replays', { everyMs: 2_000 });
  const [last] = replays.value?.items ?? [];
  const done = last?.done;
  useEffect(() => {
    if (done !== undefined) onChanged();
    // What was taken up leaves the list.
  }, [done, onChanged]);
  const why = refused ?? (total === 0 ? t('messages.nothingMatches') : null);
  const start = (): void => {
    void command
      .run(async () => {
        await api('/api/v1/quarantine/replays', { method: 'POST', body: filter });
        return t('messages.replayStarted');
      })
      .then((started) => {
        if (!started) return;
        setAsking(false);
        command.reset();
        replays.reload();
      });
  };
  return (
    <div className="bulk">
      <div className="row">
        <button
          type="button"
          className="btn"
          aria-disabled={why !== null}
          aria-describedby={why === null ? undefined : 'no-bulk'}
          aria-expanded={asking}
          onClick={() => why === null && setAsking(true)}
        >
          {t('messages.replayAllThatMatch')}
        </button>
        {total !== null && <span className="dim">{counted(total, 'message')}</span>}
        {why !== null && (
          <span className="sub" id="no-bulk">
            {why}
          </span>
        )}
      </div>
      {asking && (
        <form
          className="close-form"
          onKeyDown={(event) => {
            if (event.key === 'Escape') setAsking(false);
          }}
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          <p>
            {total === null ? t('messages.allMessages') : counted(total, 'message')} {t('messages.inQuarantine')}
            {filterWords(filter) === null ? '' : ` (${filterWords(filter)})`} {t('messages.willBeJudgedAnewByThe')}
          </p>
          <div className="row">
            <button type="submit" className={`btn primary ${command.state.at === 'waiting' ? 'waiting' : ''}`}>
              {t('messages.replayThem')}
            </button>
            <button type="button" className="btn quiet" onClick={() => setAsking(false)}>
              {t('messages.cancel')}
            </button>
          </div>
          {command.state.at === 'refused' && (
            <div className="refuse" role="alert">
              <Icon name="cross" />
              <span>
                <b>{t('messages.refused')}</b>
                {command.state.problem.message}
              </span>
            </div>
          )}
        </form>
      )}
      {last !== undefined && (
        <Progress key={last.id} replay={last} mayEnd={refused === null} onChanged={replays.reload} />
      )}
    </div>
  );
}

function Progress({ replay, mayEnd, onChanged }: { replay: Replay; mayEnd: boolean; onChanged: () => void }) {
  const local = useLocalTime();
  const minute = useMinute();
  const [shown, setShown] = useState(false);
  const end = useCommand();
  const { id, state, total, done, takenUp, stillWrong, passedOver, filter } = replay;
  const parts = [
    t('messages.takenUp', { takenUp }),
    t('messages.stillWrong', { stillWrong }),
    ...(passedOver > 0 ? [t('messages.hadLeftTheQuarantine', { passedOver })] : []),
  ];
  const word =
    state === 'running'
      ? t('messages.replaying')
      : state === 'done'
        ? t('messages.replayed')
        : t('messages.endedEarly');
  return (
    <div className="replay" role="status">
      <p>
        <b>
          {word} {done} {t('messages.of')} {total}
        </b>{' '}
        {parts.join(', ')}
        <span className="dim">
          {' '}
          {t('messages.askedFor')} {local.near(replay.requestedAt, (minute ?? 0) * 60_000)}
          {filterWords(filter) === null ? '' : `, ${filterWords(filter)}`}
        </span>
      </p>
      <progress
        max={Math.max(total, 1)}
        value={state === 'done' ? Math.max(total, 1) : done}
        aria-label={t('messages.messagesReplayed')}
      />
      <div className="row">
        <button type="button" className="btn small quiet" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? t('messages.hideResults') : t('messages.showResults')}
        </button>
        {state === 'running' && mayEnd && (
          <button
            type="button"
            className="btn small quiet"
            onClick={() =>
              void end
                .run(async () => {
                  await api(`/api/v1/quarantine/replays/${id}/cancel`, { method: 'POST', body: {} });
                  return t('messages.ended');
                })
                .then(onChanged)
            }
          >
            {t('messages.endItHere')}
          </button>
        )}
      </div>
      {shown && <Results id={id} />}
    </div>
  );
}

function Results({ id }: { id: string }) {
  const [after, setAfter] = useState('0');
  const listing = useFetched<ReplayResultList>(`/api/v1/quarantine/replays/${id}/results?after=${after}`, {
    everyMs: 5_000,
  });
  const items = listing.value?.items ?? [];
  const next = listing.value?.next ?? null;
  return (
    <div className="messages-scroll">
      <table className="messages">
        <thead>
          <tr>
            <th>{t('messages.sender')}</th>
            <th>{t('messages.message')}</th>
            <th>{t('messages.cameOut')}</th>
            <th>{t('messages.whatIsWrong')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((r) => (
            <tr key={r.messageId}>
              <td>{r.sendingApplication}</td>
              <td>
                {r.trigger}
                <small>{r.controlId}</small>
              </td>
              <td>{outcomeWord(r)}</td>
              <td className="wrong">{r.errors.length === 0 ? '' : faultWords(r.errors)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        {after !== '0' && (
          <button type="button" className="btn small quiet" onClick={() => setAfter('0')}>
            {t('messages.toTheFirst')}
          </button>
        )}
        {next !== null && (
          <button type="button" className="btn small quiet" onClick={() => setAfter(next)}>
            {t('messages.next')}
          </button>
        )}
      </div>
    </div>
  );
}
