import type { MovementFact } from '@wardstream/events';
import { factIdOf, isUnnumbered } from '@wardstream/encounter-model';
import type { Tx } from '@wardstream/persistence';
import { type FoundVisits, visitsKnownFor } from '../../encounters/index.js';
import { awaitingVisit, type Verdict } from '../interpretation/verdict.js';
import { statedFacts } from './message-facts.js';
import type { ReceivedMessage } from './received-message.js';

type StatedVisit = Pick<ReceivedMessage, 'id' | 'receivedAt' | 'verdict'>;

/** The verdicts on those of these messages that named no visit, by the visits that were found for their facts. */
export function verdictsWithVisits(
  messages: readonly StatedVisit[],
  visits: FoundVisits,
): { readonly id: string; readonly verdict: Verdict }[] {
  return messages.flatMap(({ id, verdict }) => {
    if (!verdict.facts.some(isUnnumbered)) return [];
    const facts = withVisits(id, verdict.facts, visits);
    return [{ id, verdict: facts.some(isUnnumbered) ? awaitingVisit({ ...verdict, facts }) : { ...verdict, facts } }];
  });
}

/**
 * The verdicts on messages that name no visit, with those that they would belong to by what is known now; nothing is stored. Some of
 * their facts may stay without.
 */
export async function withKnownVisits(tx: Tx, messages: readonly StatedVisit[]): Promise<Verdict[]> {
  const visits = await visitsKnownFor(tx, messages.flatMap(statedFacts));
  return messages.map(({ id, verdict }) => ({ ...verdict, facts: withVisits(id, verdict.facts, visits) }));
}

function withVisits(messageId: string, facts: readonly MovementFact[], visits: FoundVisits): MovementFact[] {
  return facts.map((fact, i) =>
    isUnnumbered(fact) ? { ...fact, visit: visits.get(factIdOf(messageId, i)) ?? null } : fact,
  );
}
