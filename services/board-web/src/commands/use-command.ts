import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from './api.js';
import { t } from '../texts/texts.js';

export type CommandState =
  | { readonly at: 'idle' }
  | { readonly at: 'waiting' }
  | { readonly at: 'done'; readonly text: string }
  | { readonly at: 'refused'; readonly problem: Problem };

/**
 * One command pressed by a person: the button waits in place, nothing is shown as done before the server says so. A
 * second press while one is under way does nothing.
 */
export function useCommand(): {
  state: CommandState;
  run: (work: () => Promise<string>) => Promise<boolean>;
  reset: () => void;
} {
  const [state, setState] = useState<CommandState>({ at: 'idle' });
  const busy = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const show = useCallback((next: CommandState) => {
    if (mounted.current) setState(next);
  }, []);
  const run = useCallback(
    async (work: () => Promise<string>): Promise<boolean> => {
      if (busy.current) return false;
      busy.current = true;
      show({ at: 'waiting' });
      try {
        show({ at: 'done', text: await work() });
        return true;
      } catch (error) {
        const problem =
          error instanceof Problem ? error : new Problem(0, 'unexpected', t('commands.thisDidNotWorkTryAgain'));
        show({ at: 'refused', problem });
        return false;
      } finally {
        busy.current = false;
      }
    },
    [show],
  );
  const reset = useCallback(() => show({ at: 'idle' }), [show]);
  return { state, run, reset };
}
