import { encounterToFacts } from '@wardstream/fhir';
import { err, ok } from '@wardstream/kernel';
import type { FhirWrite, ReadWrite, Target, Visit } from './fhir-write.js';
import type { Json } from '../reads/stored-resources.js';

/** How one Encounter that is written is read. `encounter` names its visit. */
export function readOneEncounter(encounter: Json, target: Target): FhirWrite['read'] {
  return ({ memoryOf, pieceOf, ...options }) => {
    const asked = target.id ?? '';
    const reading = { ...options, recorded: 'receipt' } as const;
    // Which visit it is does not depend on what is remembered of it.
    const first = encounterToFacts(encounter, undefined, { ...reading, piece: asked });
    if (first.kind === 'errors') return err(first.issues);
    const visit: Visit = first.visit!;
    const previous = memoryOf(visit);
    const piece = pieceOf(visit, target.id);
    const mapping =
      previous === undefined && piece === asked
        ? first
        : encounterToFacts(encounter, undefined, { ...reading, piece, ...(previous && { previous }) });
    if (mapping.kind === 'errors') return err(mapping.issues);
    const { facts, others, memory, sites, warnings } = mapping;
    const read: ReadWrite = {
      encounters: [{ target, visit, others, facts, memory, recordedAt: options.receivedAt }],
      ...{ patients: [], beds: [], sites, warnings },
    };
    return ok(read);
  };
}
