import { Signal } from '../app/signal.js';
import { t } from '../texts/texts.js';
import { refusalOfAction, type Action } from './action.js';

/** How long what was done can be taken back, in real milliseconds. */
export const UNDO_MS = 20_000;

/** What came of the last action: said in one place, with what takes it back. */
export type Outcome =
  | { readonly at: 'waiting'; readonly id: number; readonly actionId: string }
  | { readonly at: 'done'; readonly id: number; readonly text: string; readonly undo?: () => Promise<string> }
  | { readonly at: 'refused'; readonly id: number; readonly text: string };

export const outcome = new Signal<Outcome | null>(null);

let last = 0;

/** Does an action as a person asked for it. What it is refused for is said where its result would be. */
export async function performAction(action: Action, roles: readonly string[]): Promise<void> {
  const refused = refusalOfAction(action, roles);
  if (refused !== null) return outcome.set({ at: 'refused', id: (last += 1), text: refused });
  const made = action.perform();
  if (!(made instanceof Promise)) return;
  await follow(action.id, async () => (await made) ?? null);
}

/** Takes back what was done last. */
export async function undoLast(): Promise<void> {
  const now = outcome.get();
  if (now?.at !== 'done' || now.undo === undefined) return;
  const { undo } = now;
  await follow('undo', async () => ({ text: await undo() }));
}

async function follow(
  actionId: string,
  work: () => Promise<{ readonly text: string; readonly undo?: () => Promise<string> } | null>,
): Promise<void> {
  const id = (last += 1);
  outcome.set({ at: 'waiting', id, actionId });
  const tell = (next: Outcome | null): void => {
    // What was asked for later is said instead.
    if (outcome.get()?.id === id) outcome.set(next);
  };
  try {
    const done = await work();
    tell(done === null ? null : { at: 'done', id, ...done });
  } catch (error) {
    tell({ at: 'refused', id, text: isProblem(error) ? error.message : t('actions.failed') });
  }
}

/** An answer of the service that says why not; whatever else is thrown is a fault of ours and no text for people. */
function isProblem(error: unknown): error is Error {
  return error instanceof Error && error.name === 'Problem';
}
