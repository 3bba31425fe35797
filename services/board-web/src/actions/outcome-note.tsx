import { useEffect, useState, useSyncExternalStore } from 'react';
import { t } from '../texts/texts.js';
import { Icon } from '../ui/icon.js';
import { outcome, UNDO_MS, undoLast } from './perform.js';

/** What came of the last action, at the foot of the page, with Undo while it can be undone. It stays in view while the page is scrolled. */
export function OutcomeNote() {
  const now = useSyncExternalStore(outcome.subscribe, outcome.get);
  const undoable = now?.at === 'done' && now.undo !== undefined;
  const [left, setLeft] = useState<number | null>(null);
  const id = now?.id;
  useEffect(() => {
    setLeft(undoable ? UNDO_MS / 1000 : null);
    if (!undoable) return;
    const timer = setInterval(() => setLeft((n) => (n === null || n <= 1 ? null : n - 1)), 1_000);
    return () => clearInterval(timer);
  }, [id, undoable]);
  if (now === null || now.at === 'waiting') return null;
  return (
    <div className={`outcome ${now.at}`} role={now.at === 'refused' ? 'alert' : 'status'}>
      <Icon name={now.at === 'refused' ? 'cross' : 'check'} />
      <span>{now.text}</span>
      {undoable && left !== null && (
        <button type="button" className="btn" onClick={() => void undoLast()}>
          {t('actions.undo', { seconds: left })}
        </button>
      )}
      <button type="button" className="btn quiet" aria-label={t('actions.dismiss')} onClick={() => outcome.set(null)}>
        <Icon name="cross" />
      </button>
    </div>
  );
}
