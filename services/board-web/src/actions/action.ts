import { refusalOf, type Permission } from '@wardstream/access';

/** Where an action stands in the palette and in the list of keys. */
export type ActionGroup = 'go' | 'here' | 'board';

/**
 * One thing a person can do here, told once: buttons, menus, keys, the palette and the phone's buttons all read it. An action that is
 * refused is shown with the reason, never hidden.
 */
export interface Action {
  /** 'go.house', 'bed.reserve': unique among what can be done at one time. */
  readonly id: string;
  readonly group: ActionGroup;
  readonly label: string;
  /** What it does, in a sentence, where the label does not say all of it. */
  readonly does?: string;
  /** 'g h', '/', 'Ctrl k', 'Escape', 'a'. */
  readonly keys?: string;
  readonly permission?: Permission;
  /** Why it cannot be done now, whoever asks; null or left out where it can. */
  readonly refusal?: string | null;
  /** Only by its key: closing a layer is no line of a list. */
  readonly unlisted?: boolean;
  /** Does it; what it comes to says what was done and what undoes it. Throws Problem where the service refuses. */
  readonly perform: () => void | Promise<Done | void>;
}

/** What was done, as it is said to the person, and what takes it back while that is possible. */
export interface Done {
  readonly text: string;
  readonly undo?: () => Promise<string>;
}

/** Why somebody with these roles cannot do it now; null where they can, as far as the page can tell. The service decides. */
export function refusalOfAction(action: Action, roles: readonly string[]): string | null {
  const denied = action.permission === undefined ? null : refusalOf(action.permission, roles);
  return denied ?? action.refusal ?? null;
}
