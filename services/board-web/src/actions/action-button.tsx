import { useId, useSyncExternalStore } from 'react';
import { useMe } from '../app/board-context.js';
import { refusalOfAction, type Action } from './action.js';
import { outcome, performAction } from './perform.js';

/** The button of an action: its label, its key, and the reason beside it where it is refused. */
export function ActionButton({ action, primary = false }: { action: Action; primary?: boolean }) {
  const { roles } = useMe();
  const id = useId();
  const refused = refusalOfAction(action, roles);
  const now = useSyncExternalStore(outcome.subscribe, outcome.get);
  const waits = now?.at === 'waiting' && now.actionId === action.id;
  return (
    <>
      <button
        type="button"
        className={`btn ${primary ? 'primary' : ''} ${waits ? 'waiting' : ''}`}
        title={action.does}
        aria-disabled={refused !== null}
        aria-describedby={refused === null ? undefined : id}
        aria-keyshortcuts={action.keys?.length === 1 ? action.keys : undefined}
        onClick={() => !waits && refused === null && void performAction(action, roles)}
      >
        {action.label}
        {action.keys !== undefined && refused === null && <kbd>{action.keys.toUpperCase()}</kbd>}
      </button>
      {refused !== null && (
        <span className="why-not" id={id}>
          {refused}
        </span>
      )}
    </>
  );
}
