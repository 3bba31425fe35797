/** What a key does anywhere on the board. */
export type KeyCommand =
  'search' | 'house' | 'unit' | 'alerts' | 'conflicts' | 'messages' | 'quality' | 'keys' | 'escape';

export interface KeyPress {
  readonly key: string;
  /** With Ctrl, Alt or Meta: the browser's or the system's, never ours. */
  readonly modified: boolean;
  /** Typed into a field. */
  readonly inField: boolean;
}

const after: Readonly<Record<string, KeyCommand>> = {
  h: 'house',
  u: 'unit',
  a: 'alerts',
  c: 'conflicts',
  m: 'messages',
  d: 'quality',
};

/** How long `g` waits for its second key, in real milliseconds. */
const CHORD_MS = 1_500;

export interface KeyState {
  /** Timer reading at which `g` was pressed; null when it was not. */
  readonly chordAt: number | null;
}

export const noKeys: KeyState = { chordAt: null };

/** What a press means after what was pressed before it. Single keys are off in fields; Escape always works. */
export function pressKey(
  state: KeyState,
  press: KeyPress,
  timerMs: number,
  singleKeys: boolean,
): { state: KeyState; command: KeyCommand | null } {
  const none = { state: noKeys, command: null };
  if (press.key === 'Escape') return { state: noKeys, command: 'escape' };
  if (press.modified || press.inField || !singleKeys) return none;
  if (state.chordAt !== null && timerMs - state.chordAt <= CHORD_MS) {
    return { state: noKeys, command: after[press.key] ?? null };
  }
  if (press.key === 'g') return { state: { chordAt: timerMs }, command: null };
  if (press.key === '/') return { state: noKeys, command: 'search' };
  if (press.key === '?') return { state: noKeys, command: 'keys' };
  return none;
}

export const allKeys: readonly (readonly [string, string])[] = [
  ['/', 'Search a bed, a unit or a visit'],
  ['g h', 'House'],
  ['g u', 'Unit'],
  ['g a', 'Alerts'],
  ['g c', 'Conflicts'],
  ['g m', 'Messages'],
  ['g d', 'Data quality'],
  ['Arrow keys', 'Move between tiles, rows and alerts'],
  ['Enter', 'Open the bed, the unit or what the alert is about'],
  ['[ and ]', 'Previous and next bed'],
  ['t', 'Take the alert in focus'],
  ['Esc', 'Close the innermost layer'],
  ['?', 'This list'],
];
