import { useQuery } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { api, type Problem } from '../commands/api.js';
import { useStore } from './board-context.js';

export interface Fetched<T> {
  /** The last good answer; it stays while a later try fails. */
  readonly value: T | null;
  /** When that was read, by the facility's time in ms. */
  readonly at: number | null;
  /** Why the last try gave none; null once one does. */
  readonly problem: Problem | null;
  readonly reload: () => void;
}

interface Options {
  /** Read again so many real milliseconds after each answer, while the page is seen. */
  readonly everyMs?: number;
  /** What the answer depends on beside the path: another value, another reading; what was read before stays until it comes. */
  readonly version?: number;
}

/** How often a list of work is read again. */
export const LISTS: Options = { everyMs: 10_000 };

/** What `path` answers. A slow answer is waited for, not asked for again; who may not see it is not let in by asking again. */
export function useFetched<T>(path: string, { everyMs, version }: Options = {}): Fetched<T> {
  const store = useStore();
  const query = useQuery({
    queryKey: [path, version ?? null],
    queryFn: async ({ signal }) => ({ value: await api<T>(path, { signal }), at: store.nowMs() }),
    refetchInterval: ({ state: { error } }) =>
      everyMs === undefined || error?.status === 401 || error?.status === 403 ? false : everyMs,
  });
  // While it is tried anew what went wrong stays said.
  const last = useRef<{ path: string; problem: Problem } | null>(null);
  if (query.error !== null) last.current = { path, problem: query.error };
  else if (query.isSuccess) last.current = null;
  const problem = last.current?.path === path ? last.current.problem : null;
  // Another version is another question to the library: until it is answered, and where it cannot be, what was read before stays.
  const good = useRef<{ path: string; value: T; at: number | null } | null>(null);
  if (query.data !== undefined) good.current = { path, ...query.data };
  const { value = null, at = null } = good.current?.path === path ? good.current : {};
  const { refetch } = query;
  const reload = useCallback(() => void refetch(), [refetch]);
  return { value, at, problem, reload };
}

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Problem;
  }
}
