import { z } from 'zod';
import { coding, dateTime, id, MOST_ELEMENTS, reference } from './datatypes.schema.js';

const entry = z.object({
  fullUrl: z.string().optional(),
  resource: z.looseObject({ resourceType: z.string() }).optional(),
  request: z
    .object({
      method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']),
      url: z.string(),
      ifMatch: z.string().optional(),
      ifNoneMatch: z.string().optional(),
      ifNoneExist: z.string().optional(),
    })
    .optional(),
});

/** The parts of a Bundle that are read. The resources in it are read one by one. */
export const bundle = z.object({
  resourceType: z.literal('Bundle'),
  id: id.optional(),
  type: z.enum([
    'document',
    'message',
    'transaction',
    'transaction-response',
    'batch',
    'batch-response',
    'history',
    'searchset',
    'collection',
  ]),
  timestamp: dateTime.optional(),
  entry: z.array(entry).max(MOST_ELEMENTS).optional(),
});
export type Bundle = z.infer<typeof bundle>;
export type BundleEntry = z.infer<typeof entry>;

/** The parts of a MessageHeader that are read. */
export const messageHeader = z.object({
  resourceType: z.literal('MessageHeader'),
  id: id.optional(),
  eventCoding: coding.optional(),
  eventUri: z.string().optional(),
  focus: z.array(reference).optional(),
  sender: reference.optional(),
  source: z.object({ name: z.string().optional(), endpoint: z.string() }),
});
export type MessageHeader = z.infer<typeof messageHeader>;
