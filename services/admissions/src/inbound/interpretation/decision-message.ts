import type { MovementFact } from '@wardstream/events';
import type { NormalizedMessage } from './interpret-normalized.js';

/** Who sends what a person decided, as MSH-3 would say it. */
export const DECIDED_BY = 'a person';

/** A decision as it is kept among the messages: it is interpreted and derived from like what a sender says. */
export function decisionMessage(
  facility: string,
  controlId: string,
  facts: readonly MovementFact[],
): NormalizedMessage {
  return {
    ...{ application: DECIDED_BY, senderFacility: facility, facilities: [facility], controlId },
    ...{ messageType: 'decision', trigger: 'decision', facts, bedStatuses: [], faults: [] },
  };
}
