import { actionOfKeys } from '../actions/registry.js';
import { performAction } from '../actions/perform.js';
import { timerMs } from '../time/timer.js';
import { noKeys, pressKey } from './keys.js';
import { Signal } from './signal.js';

const KEY = 'wardstream.single-keys';

/** Whether keys without Ctrl or Alt do anything; the person's choice, kept in this browser. */
export const singleKeys = new Signal<boolean>(localStorage.getItem(KEY) !== 'off');
singleKeys.subscribe(() => localStorage.setItem(KEY, singleKeys.get() ? 'on' : 'off'));

let state = noKeys;

/** Whether typing goes into this element. */
export function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Does what the keys of the board are for, for somebody of these roles, until what is returned is called. */
export function listenForKeys(roles: readonly string[]): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const press = {
      key: event.key,
      control: (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey,
      modified: event.ctrlKey || event.metaKey || event.altKey,
      inField: isField(event.target),
    };
    const result = pressKey(state, press, timerMs(), singleKeys.get());
    state = result.state;
    const action = result.keys === null ? undefined : actionOfKeys(result.keys);
    if (action === undefined) return;
    event.preventDefault();
    void performAction(action, roles);
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}
