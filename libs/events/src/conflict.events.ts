import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';
import { wordOr, wordOrText } from './words.js';

/** A disagreement between facts. Both facts stand; a later fact or a person closes it. */
export const conflictData = z.object({
  id: z.string(),
  facility: z.string(),
  version: z.number().int(),
  /** Stable code, e.g. 'bed-disputed', 'patient-in-blocked-bed', 'transfer-origin-differs', 'control-id-reused'. */
  kind: z.string(),
  severity: wordOr(['low', 'medium', 'high'], 'high'),
  subject: z.object({ type: wordOrText(['bed', 'encounter', 'message']), id: z.string() }),
  unit: z.string().nullable(),
  facts: z.array(
    z.object({
      /** Sending application or service. */
      source: z.string(),
      /** What it says, in words without personal data. */
      says: z.string(),
      at: instant.nullable(),
      recordedAt: instant.nullable(),
      receivedAt: instant.nullable(),
      encounterId: z.string().optional(),
    }),
  ),
  /** Of one person in two beds: the visit that says it came from the bed of the other. */
  likelyIn: z.string().optional(),
  openedAt: instant,
  closedAt: instant.nullable(),
  closedBy: z.string().nullable(),
  reason: z.string().nullable(),
  /** What the person did by closing it, where that is more than closing it. */
  decided: z.enum(['visits-joined', 'visit-ended']).optional(),
});
export type ConflictData = z.infer<typeof conflictData>;

const changed = (owner: string) =>
  defineEvent({
    owner,
    aggregate: 'conflict',
    name: 'conflict-changed',
    version: 1,
    schema: conflictData,
    summary: 'A disagreement between facts was opened or closed.',
  });

export const encounterConflictChanged = changed('admissions');
export const bedConflictChanged = changed('bed-management');
