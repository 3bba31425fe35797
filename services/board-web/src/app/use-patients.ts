import type { FoundPatient, FoundPatients } from '@wardstream/api-contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type Problem } from '../commands/api.js';
import { useStore } from './board-context.js';

/** Typing has to rest for so long before it is asked: every search is recorded as an act. Real milliseconds. */
const REST_MS = 350;
const SHORTEST = 2;

/** Patients by visit number, MRN or name, as far as the role may look; nothing of it is kept once the box is left. */
export function usePatients(text: string): {
  found: readonly FoundPatient[];
  waiting: boolean;
  problem: Problem | null;
} {
  const { facility } = useStore();
  const wanted = text.trim();
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), wanted.length < SHORTEST ? 0 : REST_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const enabled = asked.length >= SHORTEST;
  const query = useQuery({
    queryKey: ['patients', facility, asked],
    queryFn: ({ signal }) =>
      // In the body: what is asked may be a name, and stands in no address.
      api<FoundPatients>(`/api/v1/facilities/${encodeURIComponent(facility)}/patients/search`, {
        method: 'POST',
        body: { q: asked, limit: 8 },
        signal,
      }),
    enabled,
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const isOfText = asked === wanted;
  return {
    found: isOfText ? (query.data?.items ?? []) : [],
    waiting: wanted.length >= SHORTEST && (!isOfText || query.isFetching),
    problem: query.error,
  };
}
