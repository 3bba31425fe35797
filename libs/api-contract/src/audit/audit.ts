import { instant } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';
import { limitOf, nextPage, requestInstant } from '../fields.js';

const word = z.string().min(1).max(200);

/** What to look for; all of what is given must hold. */
export const auditFilter = z.object({
  facility: word.optional(),
  /** Stable id of a person or system. */
  person: word.optional(),
  encounter: word.optional(),
  bed: word.optional(),
  /** Name of an act: 'bed.reserve'; of a group of acts: 'bed.'. */
  act: word.optional(),
  outcome: z.enum(['done', 'refused', 'failed']).optional(),
  /** When it was done, from and to (exclusive). */
  from: requestInstant.optional(),
  to: requestInstant.optional(),
});

export const auditQuery = auditFilter.extend({
  limit: limitOf(500, 100),
  /** `next` of the page before. */
  after: z.string().max(400).optional(),
});
export type AuditQuery = z.output<typeof auditQuery>;

export const auditExportQuery = auditFilter.extend({
  limit: limitOf(10_000, 10_000),
  after: z.string().max(400).optional(),
});
export type AuditExportQuery = z.output<typeof auditExportQuery>;

/** One act. */
export const auditEntry = z
  .object({
    /** Null where it belongs to no facility that is known. */
    facility: z.string().nullable(),
    /** Its place in the chain of its facility. */
    seq: z.number().int(),
    id: z.string(),
    act: z.string(),
    /** Completes "Somebody ...". */
    does: z.string(),
    outcome: z.string(),
    /** Why it was not done. */
    code: z.string().nullable(),
    at: instant,
    arrivedAt: instant,
    subject: z.string().nullable(),
    roles: z.array(z.string()),
    from: z.string().nullable(),
    service: z.string(),
    encounters: z.array(z.string()),
    bed: z.string().nullable(),
    about: z.string().nullable(),
    step: z.string().nullable(),
    shown: z.string().nullable(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });

/** The latest to arrive first. */
export const auditList = z.object({ items: z.array(auditEntry), next: nextPage }).meta({ id: 'AuditList' });
export type AuditList = Answer<typeof auditList>;

/** Where a chain ends, signed: to be kept elsewhere, so that it is known later what there was. */
export const auditHead = z
  .object({
    facility: z.string(),
    seq: z.number().int(),
    hash: z.string(),
    arrivedAt: instant.nullable(),
    /** Fingerprint of the key. */
    key: z.string(),
    signature: z.string(),
  })
  .meta({ id: 'AuditHead' });

export const auditHeads = z
  .object({
    /** The public key that seals now, PEM. */
    publicKey: z.string(),
    items: z.array(auditHead),
  })
  .meta({ id: 'AuditHeads' });
