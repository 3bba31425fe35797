import type { Choice } from './conflict-choice.js';

/** The first step of closing a conflict: one button for each way to do it. */
export function ChoiceButtons({
  choices,
  chosen,
  isRefused,
  refusalId,
  onChoose,
}: {
  choices: readonly Choice[];
  /** Key of the one whose second step is open. */
  chosen: string | null;
  /** Whether the role may not close it; the element of that id says why. */
  isRefused: boolean;
  refusalId: string;
  onChoose: (key: string) => void;
}) {
  return choices.map(({ key, label }) => (
    <button
      key={key}
      type="button"
      className="btn small"
      aria-disabled={isRefused}
      aria-describedby={isRefused ? refusalId : undefined}
      aria-expanded={chosen === key}
      onClick={() => !isRefused && onChoose(key)}
    >
      {label}
    </button>
  ));
}
