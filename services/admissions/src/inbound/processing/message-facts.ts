import { factIdOf, type PlacedFact, placedFacts, type StatedFact } from '@wardstream/encounter-model';
import type { ReinterpretedMessage } from '../../encounters/index.js';
import type { ReceivedMessage } from './received-message.js';

/** Facts that one message states at most, beyond those that it states now. */
export const MOST_FACTS = 32;

/** A message that is read anew, with the ids that its facts may have been kept under. */
export function reinterpretedOf({ id, verdict }: ReceivedMessage): ReinterpretedMessage {
  const factIds = Array.from({ length: Math.max(MOST_FACTS, verdict.facts.length) }, (_, i) => factIdOf(id, i));
  return { messageId: id, facility: verdict.facility!, factIds };
}

/** What a message states of the facility that it is of, under the ids that it always states it by; of no facility, nothing. */
export function statedFacts({
  id,
  receivedAt,
  verdict: { facility, application, facts },
}: Pick<ReceivedMessage, 'id' | 'receivedAt' | 'verdict'>): StatedFact[] {
  if (facility === null) return [];
  return facts.map((fact, i) => ({
    id: factIdOf(id, i),
    facility,
    messageId: id,
    source: application,
    receivedAt,
    fact,
  }));
}

/** Of what a message states, that which names a visit or a person. */
export function factsOfMessage(message: ReceivedMessage): PlacedFact[] {
  return placedFacts(statedFacts(message));
}
