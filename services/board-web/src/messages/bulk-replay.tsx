import { useEffect, useState } from 'react';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { api } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../parts/icon.js';
import { counted } from '../parts/words.js';
import { faultWords, filterWords, outcomeWord, type Replay, type ReplayResult } from './message-types.js';
import { useListing } from './use-listing.js';

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
  const replays = useListing<{ items: readonly Replay[] }>('/api/v1/quarantine/replays', 2_000);
  const [last] = replays.value?.items ?? [];
  const done = last?.done;
  useEffect(() => {
    if (done !== undefined) onChanged();
    // What was taken up leaves the list.
  }, [done, onChanged]);
  const why = refused ?? (total === 0 ? 'Nothing matches.' : null);
  const start = (): void => {
    void command
      .run(async () => {
        await api('/api/v1/quarantine/replays', { method: 'POST', body: filter });
        return 'Replay started';
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
          Replay all that match
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
            {total === null ? 'All messages' : counted(total, 'message')} in quarantine
            {filterWords(filter) === null ? '' : ` (${filterWords(filter)})`} will be judged anew by the places and
            profiles known now, in the order they came in. Those that are sound change encounters and beds at once; the
            rest stay here with what is wrong.
          </p>
          <div className="row">
            <button type="submit" className={`btn primary ${command.state.at === 'waiting' ? 'waiting' : ''}`}>
              Replay them
            </button>
            <button type="button" className="btn quiet" onClick={() => setAsking(false)}>
              Cancel
            </button>
          </div>
          {command.state.at === 'refused' && (
            <div className="refuse" role="alert">
              <Icon name="cross" />
              <span>
                <b>Refused</b>
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
    `${takenUp} taken up`,
    `${stillWrong} still wrong`,
    ...(passedOver > 0 ? [`${passedOver} had left the quarantine`] : []),
  ];
  const word = state === 'running' ? 'Replaying' : state === 'done' ? 'Replayed' : 'Ended early';
  return (
    <div className="replay" role="status">
      <p>
        <b>
          {word} {done} of {total}
        </b>{' '}
        {parts.join(', ')}
        <span className="dim">
          {' '}
          asked for {local.near(replay.requestedAt, (minute ?? 0) * 60_000)}
          {filterWords(filter) === null ? '' : `, ${filterWords(filter)}`}
        </span>
      </p>
      <progress
        max={Math.max(total, 1)}
        value={state === 'done' ? Math.max(total, 1) : done}
        aria-label="Messages replayed"
      />
      <div className="row">
        <button type="button" className="btn small quiet" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide results' : 'Show results'}
        </button>
        {state === 'running' && mayEnd && (
          <button
            type="button"
            className="btn small quiet"
            onClick={() =>
              void end
                .run(async () => {
                  await api(`/api/v1/quarantine/replays/${id}/cancel`, { method: 'POST', body: {} });
                  return 'Ended';
                })
                .then(onChanged)
            }
          >
            End it here
          </button>
        )}
      </div>
      {shown && <Results id={id} />}
    </div>
  );
}

function Results({ id }: { id: string }) {
  const [after, setAfter] = useState('0');
  const listing = useListing<{ items: readonly ReplayResult[]; next: string | null }>(
    `/api/v1/quarantine/replays/${id}/results?after=${after}`,
    5_000,
  );
  const items = listing.value?.items ?? [];
  const next = listing.value?.next ?? null;
  return (
    <div className="messages-scroll">
      <table className="messages">
        <thead>
          <tr>
            <th>Sender</th>
            <th>Message</th>
            <th>Came out</th>
            <th>What is wrong</th>
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
            To the first
          </button>
        )}
        {next !== null && (
          <button type="button" className="btn small quiet" onClick={() => setAfter(next)}>
            Next
          </button>
        )}
      </div>
    </div>
  );
}
