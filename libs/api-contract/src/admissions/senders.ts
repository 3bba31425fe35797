import { instant } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';

export const ofSender = z.object({ application: z.string().min(1).max(200).optional() });
export type OfSender = z.output<typeof ofSender>;

/** The profiles in force, and why what their files say now is not. */
export const senderProfiles = z
  .object({
    /** 0 without any. */
    version: z.int(),
    digest: z.string().nullable(),
    loadedAt: instant.nullable(),
    /** Why what the files say now is not in force. */
    refused: z
      .object({
        at: instant,
        faults: z.array(z.object({ file: z.string(), line: z.int(), column: z.int(), message: z.string() })),
      })
      .nullable(),
    /** Each as its file says it (docs/senders.md), and where that is. */
    items: z.array(
      z.looseObject({
        id: z.string(),
        name: z.string().nullable(),
        facility: z.string().nullable(),
        file: z.string(),
        line: z.int(),
      }),
    ),
  })
  .meta({ id: 'SenderProfiles' });
export type SenderProfiles = Answer<typeof senderProfiles>;

/** A code that was sent and means nothing here yet. */
export const unknownCode = z
  .object({
    application: z.string(),
    sendingFacility: z.string(),
    /** Null where it is not known for which facility it was sent. */
    facility: z.string().nullable(),
    kind: z.enum(['facility', 'unit', 'bed', 'bed-status', 'class', 'trigger']),
    code: z.string(),
    /** The field it was last seen in. */
    seenIn: z.string(),
    count: z.int(),
    firstSeenAt: instant,
    lastSeenAt: instant,
  })
  .meta({ id: 'UnknownCode' });
export type UnknownCode = Answer<typeof unknownCode>;

/** The most frequent of each sender first. */
export const unknownCodeList = z.object({ items: z.array(unknownCode) }).meta({ id: 'UnknownCodeList' });
export type UnknownCodeList = Answer<typeof unknownCodeList>;
