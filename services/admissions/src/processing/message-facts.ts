import { type PlacedFact, subjectOf } from '../domain/identities.js';
import { factIdOf } from '../domain/identify.js';
import type { ReceivedMessage } from './received-message.js';

/** Facts that one message states at most, beyond those that it states now. */
export const MOST_FACTS = 32;

/** Ids that facts of messages which are read anew may have been kept under. */
export function formerFacts(placed: readonly ReceivedMessage[]): string[] {
  return placed.flatMap(({ id, judgedAnew, verdict }) => {
    if (!judgedAnew) return [];
    return Array.from({ length: Math.max(MOST_FACTS, verdict.facts.length) }, (_, i) => factIdOf(id, i));
  });
}

/** What a message that was placed states, under the ids that it always states it by. */
export function factsOfMessage({ id, receivedAt, verdict }: ReceivedMessage): PlacedFact[] {
  const facility = verdict.facility!;
  return verdict.facts.flatMap((fact, i) => {
    const encounterId = subjectOf(facility, fact);
    if (encounterId === null) return [];
    return [
      { id: factIdOf(id, i), facility, encounterId, messageId: id, source: verdict.application, receivedAt, fact },
    ];
  });
}
