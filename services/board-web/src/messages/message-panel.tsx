import { useEffect, useRef, useState } from 'react';
import { onCommand } from '../app/shortcuts.js';
import { api, Problem } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { Failed } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { causeWord, faultWords, type Fault, type OpenedMessage } from './message-types.js';

/** One message with its text, to correct it and replay it. The text holds personal data: for administrators only, and kept nowhere. */
export function MessagePanel({ id, onChanged, onClose }: { id: string; onChanged: () => void; onClose: () => void }) {
  const [message, setMessage] = useState<OpenedMessage | Problem | null>(null);
  const [asked, setAsked] = useState(0);
  const [text, setText] = useState('');
  const command = useCommand();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => onCommand('escape', onClose), [onClose]);
  useEffect(() => {
    const abort = new AbortController();
    api<OpenedMessage>(`/api/v1/quarantine/${encodeURIComponent(id)}`, { signal: abort.signal })
      .then((answer) => {
        setMessage(answer);
        setText(linesOf(answer.text));
        head.current?.focus({ preventScroll: true });
      })
      .catch((error: unknown) => {
        if (error instanceof Problem) setMessage(error);
      });
    return () => abort.abort();
  }, [id, asked]);
  const close = (
    <button type="button" className="btn quiet" aria-label="Close" onClick={onClose}>
      <Icon name="cross" />
    </button>
  );
  if (message === null || message instanceof Problem) {
    return (
      <aside className="message-panel" aria-label="Message">
        <header>
          <h3 ref={head} tabIndex={-1}>
            Message
          </h3>
          {close}
        </header>
        {message !== null && (
          <Failed what="The message cannot be read" code={message.code} retry={() => setAsked((n) => n + 1)} />
        )}
      </aside>
    );
  }
  const changed = text !== linesOf(message.text);
  const correctable = message.format === 'hl7v2';
  const gone = message.disposition !== 'quarantined' && message.disposition !== 'refused';
  const replay = (): void => {
    void command
      .run(async () => {
        const body = changed ? { message: text.replace(/\r?\n/g, '\r') } : {};
        const answer = await api<{ disposition: string }>(`/api/v1/quarantine/${encodeURIComponent(id)}/replay`, {
          method: 'POST',
          body,
        });
        return answer.disposition === 'unplaced'
          ? 'Taken up. Its place is not known yet: it is under Unplaced.'
          : 'Taken up and processed.';
      })
      .then((done) => {
        if (done) onChanged();
      });
  };
  const faults = command.state.at === 'refused' ? faultsOf(command.state.problem) : [];
  return (
    <aside className="message-panel" aria-label="Message">
      <header>
        <h3 ref={head} tabIndex={-1}>
          {message.trigger} {message.controlId}
        </h3>
        {close}
      </header>
      <p className="sub">
        {causeWord(message.cause)}
        {!message.whole && ' Only its head was kept.'}
      </p>
      <ul className="faults">
        {message.errors.map((e, i) => (
          <li key={i}>{faultWords([e])}</li>
        ))}
      </ul>
      <label className="field">
        {correctable ? 'Text, one segment a line' : 'Text'}
        <textarea
          rows={16}
          spellCheck={false}
          readOnly={!correctable || gone}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {!correctable && (
        <p className="sub">A corrected one is sent to the interface it came by; here it is replayed as it is.</p>
      )}
      <p className="sub">
        A replay judges it anew by what is known now. It counts as received when it first came, and what it came as is
        kept.
      </p>
      <div className="row">
        <button
          type="button"
          className={`btn primary ${command.state.at === 'waiting' ? 'waiting' : ''}`}
          aria-disabled={gone || command.state.at === 'done'}
          onClick={() => !gone && command.state.at !== 'done' && replay()}
        >
          {changed ? 'Replay corrected' : 'Replay as it is'}
        </button>
        {changed && (
          <button type="button" className="btn quiet" onClick={() => setText(linesOf(message.text))}>
            Back to what came
          </button>
        )}
      </div>
      {gone && <p className="sub">It has left the quarantine: {message.disposition}.</p>}
      {command.state.at === 'done' && (
        <p className="decided-note" role="status">
          <Icon name="check" />
          {command.state.text}
        </p>
      )}
      {command.state.at === 'refused' && (
        <div className="refuse" role="alert">
          <Icon name="cross" />
          <span>
            <b>{command.state.problem.code === 'still-wrong' ? 'Still wrong' : 'Refused'}</b>
            {faults.length === 0 ? command.state.problem.message : faults.map((f) => faultWords([f])).join('. ')}
          </span>
        </div>
      )}
    </aside>
  );
}

function linesOf(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function faultsOf(problem: Problem): readonly Fault[] {
  return Array.isArray(problem.errors) ? (problem.errors as unknown as readonly Fault[]) : [];
}
