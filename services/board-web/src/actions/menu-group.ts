import type { MenuGroup } from '../ui/menu.js';
import { performAction } from './perform.js';
import { currentActions } from './registry.js';

/** These of the actions there are now, as lines of a menu; those that are not offered at the moment are left out. */
export function menuGroup(id: string, actionIds: readonly string[], roles: readonly string[]): MenuGroup {
  const all = currentActions();
  const entries = actionIds.flatMap((wanted) => {
    const action = all.find((a) => a.id === wanted);
    if (action === undefined) return [];
    const { label, keys } = action;
    return [
      {
        id: wanted,
        label,
        ...(keys === undefined ? {} : { end: keys }),
        onAction: () => void performAction(action, roles),
      },
    ];
  });
  return { id, entries };
}
