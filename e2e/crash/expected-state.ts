import { deriveEncounter, type DerivedEncounter, FacilityDirectory, type VisitFact } from '@wardstream/encounter-model';
import type { FacilityData } from '@wardstream/events';
import { parseMessage, toFacts } from '@wardstream/hl7v2';
import type { SentMessage } from './history.js';

/** What the pure reducer makes of all messages, by visit number: what the product must have come to, whatever died meanwhile. */
export function expectedEncounters(
  messages: readonly SentMessage[],
  facility: FacilityData,
): Map<string, DerivedEncounter> {
  const directory = new FacilityDirectory(facility);
  const facts = new Map<string, VisitFact[]>();
  for (const { controlId, visit, text } of messages) {
    const parsed = parseMessage(Buffer.from(text));
    if (!parsed.ok) throw new Error(`not a message: ${controlId}`);
    const mapped = toFacts(parsed.message, { timeZone: facility.timeZone });
    if (mapped.kind !== 'facts') throw new Error(`${controlId} is ${mapped.kind}`);
    for (const fact of mapped.facts) {
      const kept: VisitFact = {
        id: controlId,
        messageId: controlId,
        source: 'E2E-ADT',
        receivedAt: fact.recordedAt,
        fact,
      };
      facts.set(visit, [...(facts.get(visit) ?? []), kept]);
    }
  }
  return new Map([...facts].map(([visit, of]) => [visit, deriveEncounter(visit, of, directory)]));
}
