import type { ConflictData } from '@wardstream/events';
import { useEffect, useRef, useState } from 'react';
import { api } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../parts/icon.js';
import { conflictPath, type Choice } from './conflict-choice.js';
import { noteDecided } from './decided.js';

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
  useEffect(() => input.current?.focus(), []);
  const ready = reason.trim().length >= 3;
  const send = (): void => {
    if (!ready) return;
    void command.run(async () => {
      const body = { reason: reason.trim(), version: conflict.version, ...choice.body };
      const closed = await api<ConflictData>(`${conflictPath(conflict)}/close`, { method: 'POST', body });
      noteDecided({ conflict: closed, text: choice.done });
      return choice.done;
    });
  };
  return (
    <form
      className="close-form"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onCancel();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p>{choice.effect}</p>
      <label className="field">
        Reason, without names
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
        <button type="button" className="btn quiet" onClick={onCancel}>
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
  );
}
