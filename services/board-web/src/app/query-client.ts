import { QueryClient } from '@tanstack/react-query';
import { session } from './session.js';

/**
 * What is fetched, by what was asked; the live board is not in it. A failure shows at once, with what was read before: the person
 * tries again, not the page behind their back.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 0, gcTime: 60_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

// Nothing that one person read is kept for the next: not on a shared computer either.
session.subscribe(() => {
  queryClient.removeQueries({ type: 'inactive' });
  if (session.get().number !== null) void queryClient.invalidateQueries();
});
