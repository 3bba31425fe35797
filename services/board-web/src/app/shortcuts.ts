import { timerMs } from '../time/timer.js';
import { noKeys, pressKey, type KeyCommand } from './keys.js';
import { Signal } from './signal.js';

const KEY = 'wardstream.single-keys';

/** Whether keys without Ctrl or Alt do anything; the person's choice, kept in this browser. */
export const singleKeys = new Signal<boolean>(localStorage.getItem(KEY) !== 'off');
singleKeys.subscribe(() => localStorage.setItem(KEY, singleKeys.get() ? 'on' : 'off'));

const listeners = new Map<KeyCommand, (() => void)[]>();

/** Runs `act` on the key command until the returned function is called. The last one added gets it alone: the innermost layer. */
export function onCommand(command: KeyCommand, act: () => void): () => void {
  const list = listeners.get(command) ?? [];
  listeners.set(command, list);
  list.push(act);
  return () => {
    list.splice(list.lastIndexOf(act), 1);
  };
}

let state = noKeys;

/** Whether typing goes into this element. */
export function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Begins to listen; called once when the app starts. */
export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    const press = {
      key: event.key,
      modified: event.ctrlKey || event.metaKey || event.altKey,
      inField: isField(event.target),
    };
    const result = pressKey(state, press, timerMs(), singleKeys.get());
    state = result.state;
    if (result.command === null) return;
    const act = listeners.get(result.command)?.at(-1);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}
