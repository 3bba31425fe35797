import type { Misfit } from '@wardstream/flow-model';
import { useState } from 'react';
import type { Problem } from './api.js';
import { t } from '../texts/texts.js';

const SHORTEST_REASON = 3;
/** Refusals that a person may pass over with a reason. */
const overridable: readonly string[] = ['bed-unsuitable', 'bed-not-certain'];

export function isOverridable({ code }: Problem): boolean {
  return overridable.includes(code);
}

/** What speaks against the bed for the patient, the rules first and then what would be better. */
export function Misfits({ misfits }: { misfits: readonly Pick<Misfit, 'code' | 'needed' | 'severity' | 'words'>[] }) {
  return (
    <ul className="misfits">
      {misfits.map((m) => (
        <li key={m.code + m.needed}>{m.severity === 'hard' ? <b>{m.words}</b> : m.words}</li>
      ))}
    </ul>
  );
}

/** Why the bed is right all the same: sent with the command that was refused, kept with the hold and shown. */
export function OverrideForm({ label, onSend }: { label: string; onSend: (reason: string) => void }) {
  const [reason, setReason] = useState('');
  const given = reason.trim();
  const isReady = given.length >= SHORTEST_REASON;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onSend(given);
      }}
    >
      <label className="field">
        {t('commands.whyItIsRightAllThe')}
        <input required value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
      </label>
      <button type="submit" className="btn" aria-disabled={!isReady}>
        {label} {t('commands.allTheSame')}
      </button>
    </form>
  );
}
