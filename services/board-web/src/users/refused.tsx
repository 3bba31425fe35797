import type { CommandState } from '../commands/use-command.js';
import { Icon } from '../ui/icon.js';

/** What became of what was asked for last: what was done, or why it was not. */
export function Refused({ state }: { state: CommandState }) {
  if (state.at === 'done' && state.text !== '') return <p role="status">{state.text}</p>;
  if (state.at !== 'refused') return null;
  return (
    <p className="refuse" role="alert">
      <Icon name="cross" />
      <span>{state.problem.message}</span>
    </p>
  );
}
