import { useEffect, useRef } from 'react';
import { Signal } from '../app/signal.js';
import type { Action } from './action.js';

/** Lists of actions of what is on the screen, the latest last. */
const lists: { readonly current: readonly Action[] }[] = [];

/** Counts every change of what can be done, for those who show it. */
export const actionsChanged = new Signal(0);
const changed = (): void => actionsChanged.set(actionsChanged.get() + 1);

/** What can be done now; of two of one id the latest counts. */
export function currentActions(): readonly Action[] {
  const all = new Map<string, Action>();
  for (const { current } of lists) for (const action of current) all.set(action.id, action);
  return [...all.values()];
}

/** The action of that key: one of what is on the page before one of the whole board, then the one that was offered last. */
export function actionOfKeys(keys: string): Action | undefined {
  const found = lists.flatMap(({ current }) => current.filter((action) => action.keys === keys)).reverse();
  return found.find(({ group }) => group === 'here') ?? found[0];
}

/** Offers actions until what is returned is called. */
export function offerActions(list: { readonly current: readonly Action[] }): () => void {
  lists.push(list);
  changed();
  return () => {
    lists.splice(lists.lastIndexOf(list), 1);
    changed();
  };
}

/** Offers these actions while the component is shown; they may differ with every drawing. */
export function useActions(actions: readonly Action[]): void {
  const list = useRef(actions);
  const told = actions.map(({ id, label, refusal }) => `${id} ${label} ${refusal ?? ''}`).join('\n');
  useEffect(() => {
    list.current = actions;
  });
  useEffect(() => offerActions(list), []);
  useEffect(changed, [told]);
}
