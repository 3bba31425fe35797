import type { ConflictData } from '@wardstream/events';
import { useEffect, useRef, useState } from 'react';
import { useStore } from '../app/board-context.js';
import { api, Problem } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../ui/icon.js';
import { conflictPath, type Choice } from './conflict-choice.js';
import { noteDecided, type Decided } from './decided.js';
import { t } from '../texts/texts.js';

/** The second step of closing a conflict: names what it comes to and asks for the reason. */
export function CloseForm({
  conflict,
  choice,
  onCancel,
}: {
  conflict: ConflictData;
  choice: Choice;
  onCancel: () => void;
}) {
  const command = useCommand();
  const [reason, setReason] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    opener.current ??= document.activeElement;
    input.current?.focus();
  }, []);
  /** Back to the button that opened this. */
  const leave = (): void => {
    onCancel();
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  const ready = reason.trim().length >= 3;
  const { board } = useStore();
  const sent = useRef(false);
  // Somebody else, or a later fact, was first: the conflict takes this form away with it, so that is said apart from it.
  useEffect(
    () => () => {
      if (!sent.current && !board.get().conflicts.has(conflict.id))
        noteDecided(overtaken(conflict, choice, t('conflicts.theConflictWasClosedMeanwhileIt')));
    },
    [board, conflict, choice],
  );
  const send = (): void => {
    if (!ready) return;
    sent.current = true;
    void command.run(async () => {
      const { elsewhere } = choice;
      const told = { reason: reason.trim(), ...choice.body };
      try {
        if (elsewhere === undefined) {
          const body = { version: conflict.version, ...told };
          const closed = await api<ConflictData>(`${conflictPath(conflict)}/close`, { method: 'POST', body });
          noteDecided({ conflict: closed, text: choice.done });
        } else {
          await api(elsewhere.path, { method: 'POST', body: told });
          const undo = { path: elsewhere.undo, body: { reason: t('conflicts.takenBack') } };
          noteDecided({ conflict, text: choice.done, undo });
        }
      } catch (error) {
        const isGone = !board.get().conflicts.has(conflict.id);
        if (error instanceof Problem && (isGone || error.code === 'conflict-already-closed'))
          noteDecided(overtaken(conflict, choice, firstWords(error)));
        else sent.current = false;
        throw error;
      }
      return choice.done;
    });
  };
  return (
    <form
      className="close-form"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        leave();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p>{choice.effect}</p>
      <label className="field">
        {t('conflicts.reasonWithoutNames')}
        <input
          ref={input}
          required
          minLength={3}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className="row">
        <button
          type="submit"
          className={`btn primary ${command.state.at === 'waiting' ? 'waiting' : ''}`}
          aria-disabled={!ready}
        >
          {choice.confirm}
        </button>
        <button type="button" className="btn quiet" onClick={leave}>
          {t('conflicts.cancel')}
        </button>
      </div>
      {command.state.at === 'refused' && (
        <div className="refuse" role="alert">
          <Icon name="cross" />
          <span>
            <b>{t('conflicts.refused')}</b>
            {command.state.problem.message}
          </span>
        </div>
      )}
    </form>
  );
}

function overtaken(conflict: ConflictData, choice: Choice, why: string): Decided {
  return { conflict, text: t('conflicts.notDone', { done: choice.done, why }), overtaken: true };
}

/** Who was first, and why, as the refusal tells it. */
function firstWords({ details, message }: Problem): string {
  const { closedBy, reason } = details;
  if (typeof closedBy !== 'string') return message;
  return t('conflicts.wasFirst', {
    closedBy,
    value: typeof reason === 'string' ? reason : t('conflicts.noReasonTold'),
  });
}
