import type { Answer, MessageFault, OpenedMessage, replayedMessage } from '@wardstream/api-contract';
import { useEffect, useRef, useState } from 'react';
import { useActions } from '../actions/registry.js';
import { api, Problem } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { t } from '../texts/parts/messages.js';
import { Failed } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { causeWord, faultWords } from './message-types.js';

/** One message with its text, to correct it and replay it. The text holds personal data: for administrators only, and kept nowhere. */
export function MessagePanel({ id, onChanged, onClose }: { id: string; onChanged: () => void; onClose: () => void }) {
  const [message, setMessage] = useState<OpenedMessage | Problem | null>(null);
  const [asked, setAsked] = useState(0);
  const [text, setText] = useState('');
  const command = useCommand();
  const head = useRef<HTMLHeadingElement>(null);
  useActions([
    {
      id: 'message.close',
      group: 'here',
      label: t('actions.closeMessage'),
      keys: 'Escape',
      unlisted: true,
      perform: onClose,
    },
  ]);
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
    <button type="button" className="btn quiet" aria-label={t('messages.close')} onClick={onClose}>
      <Icon name="cross" />
    </button>
  );
  if (message === null || message instanceof Problem) {
    return (
      <aside className="message-panel" aria-label={t('messages.message')}>
        <header>
          <h3 ref={head} tabIndex={-1}>
            {t('messages.message')}
          </h3>
          {close}
        </header>
        {message !== null && (
          <Failed
            what={t('messages.theMessageCannotBeRead')}
            code={message.code}
            retry={() => setAsked((n) => n + 1)}
          />
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
        const answer = await api<Answer<typeof replayedMessage>>(
          `/api/v1/quarantine/${encodeURIComponent(id)}/replay`,
          {
            method: 'POST',
            body,
          },
        );
        return answer.disposition === 'unplaced'
          ? t('messages.takenUpItsPlaceIsNot')
          : t('messages.takenUpAndProcessed');
      })
      .then((done) => {
        if (done) onChanged();
      });
  };
  const faults = command.state.at === 'refused' ? faultsOf(command.state.problem) : [];
  return (
    <aside className="message-panel" aria-label={t('messages.message')}>
      <header>
        <h3 ref={head} tabIndex={-1}>
          {message.trigger} {message.controlId}
        </h3>
        {close}
      </header>
      <p className="sub">
        {causeWord(message.cause)}
        {!message.whole && t('messages.onlyItsHeadWasKept')}
      </p>
      <ul className="faults">
        {message.errors.map((e, i) => (
          <li key={i}>{faultWords([e])}</li>
        ))}
      </ul>
      <label className="field">
        {correctable ? t('messages.textOneSegmentALine') : t('messages.text')}
        <textarea
          rows={16}
          spellCheck={false}
          readOnly={!correctable || gone}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {!correctable && <p className="sub">{t('messages.aCorrectedOneIsSentTo')}</p>}
      <p className="sub">{t('messages.aReplayJudgesItAnewBy')}</p>
      <div className="row">
        <button
          type="button"
          className={`btn primary ${command.state.at === 'waiting' ? 'waiting' : ''}`}
          aria-disabled={gone || command.state.at === 'done'}
          onClick={() => !gone && command.state.at !== 'done' && replay()}
        >
          {changed ? t('messages.replayCorrected') : t('messages.replayAsItIs')}
        </button>
        {changed && (
          <button type="button" className="btn quiet" onClick={() => setText(linesOf(message.text))}>
            {t('messages.backToWhatCame')}
          </button>
        )}
      </div>
      {gone && (
        <p className="sub">
          {t('messages.itHasLeftTheQuarantine')} {message.disposition}.
        </p>
      )}
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
            <b>{command.state.problem.code === 'still-wrong' ? t('messages.stillWrong2') : t('messages.refused')}</b>
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

function faultsOf(problem: Problem): readonly MessageFault[] {
  return Array.isArray(problem.errors) ? (problem.errors as unknown as readonly MessageFault[]) : [];
}
