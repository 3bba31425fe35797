import { useCallback, useEffect, useState } from 'react';
import { useStore } from '../app/board-context.js';
import { api, Problem } from '../commands/api.js';

export interface Listing<T> {
  /** The last good answer. */
  readonly value: T | null;
  /** When that was read, by the facility's time in ms. */
  readonly at: number | null;
  /** Why the last try gave none. */
  readonly problem: Problem | null;
  readonly reload: () => void;
}

/** How often a list is read again, in real milliseconds. */
const AGAIN_MS = 10_000;

/**
 * What `path` answers, read again some seconds after each answer while the page is open: a slow answer is waited for, not asked
 * for again. A failure keeps what was read before, with its time.
 */
export function useListing<T>(path: string, everyMs = AGAIN_MS): Listing<T> {
  const store = useStore();
  const [state, setState] = useState<Omit<Listing<T>, 'reload'> & { readonly path: string }>(none(path));
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    api<T>(path, { signal: abort.signal })
      .then((value) => setState({ path, value, at: store.nowMs(), problem: null }))
      .catch((error: unknown) => {
        if (!(error instanceof Problem)) return;
        setState((before) => ({ ...(before.path === path ? before : none(path)), problem: error }));
      })
      .finally(() => {
        if (!abort.signal.aborted) timer = setTimeout(() => setAsked((n) => n + 1), everyMs);
      });
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, asked, everyMs, store]);
  const reload = useCallback(() => setAsked((n) => n + 1), []);
  return { ...(state.path === path ? state : none(path)), reload };
}

function none(path: string) {
  return { path, value: null, at: null, problem: null };
}
