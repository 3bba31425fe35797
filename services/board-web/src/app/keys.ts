export interface KeyPress {
  readonly key: string;
  /** With Ctrl or Meta, and nothing else. */
  readonly control?: boolean;
  /** With Ctrl, Alt or Meta: the browser's or the system's but for the few of ours. */
  readonly modified: boolean;
  /** Typed into a field. */
  readonly inField: boolean;
}

/** How long `g` waits for its second key, in real milliseconds. */
const CHORD_MS = 1_500;

export interface KeyState {
  /** Timer reading at which `g` was pressed; null when it was not. */
  readonly chordAt: number | null;
}

export const noKeys: KeyState = { chordAt: null };

/**
 * The keys of an action that a press comes to, after what was pressed before it: 'g h', '/', 'Ctrl k', 'Escape'; null where it is
 * the browser's, or nobody's yet. Single keys are off in fields and when turned off; Escape and those with Ctrl always work.
 */
export function pressKey(
  state: KeyState,
  press: KeyPress,
  timerMs: number,
  singleKeys: boolean,
): { state: KeyState; keys: string | null } {
  if (press.key === 'Escape') return { state: noKeys, keys: 'Escape' };
  if (press.control === true) return { state: noKeys, keys: `Ctrl ${press.key.toLowerCase()}` };
  if (press.modified || press.inField || !singleKeys) return { state: noKeys, keys: null };
  if (state.chordAt !== null && timerMs - state.chordAt <= CHORD_MS) return { state: noKeys, keys: `g ${press.key}` };
  if (press.key === 'g') return { state: { chordAt: timerMs }, keys: null };
  return { state: noKeys, keys: press.key };
}
