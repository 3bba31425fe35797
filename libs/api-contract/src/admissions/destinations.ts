import { instant } from '@wardstream/events';
import { z } from 'zod';
import { limitOf, nextPage, position, reasonText } from '../fields.js';
import { deliveryFields, deliveryState } from '../every-service/deliveries.js';

/** `before`: `next` of the page before. */
export const destinationQueueQuery = z.object({
  state: deliveryState.optional(),
  before: position.optional(),
  limit: limitOf(500, 100),
});
export type DestinationQueueQuery = z.output<typeof destinationQueueQuery>;

/** Why sending is stopped, or a message given up. */
export const destinationReason = z.object({ reason: reasonText });
export type DestinationReason = z.output<typeof destinationReason>;

const standing = {
  name: z.string(),
  pending: z.int(),
  rejected: z.int(),
  /** When the oldest pending one was queued. */
  oldestAt: instant.nullable(),
  /** Since then; 0 if nothing is pending. */
  ageSeconds: z.number(),
  /** How often the first one was tried, and what became of the last attempt. */
  attempts: z.int(),
  lastCause: z.string().nullable(),
  lastDeliveredAt: instant.nullable(),
  pausedAt: instant.nullable(),
  pausedBy: z.string().nullable(),
  pauseReason: z.string().nullable(),
};

/** How a destination stands. */
export const destinationStanding = z.object(standing).meta({ id: 'DestinationStanding' });

/** Destinations of the file, and those that are no longer in it but still have a queue. No personal data. */
export const destinationList = z
  .object({
    items: z.array(
      z.object({
        /** What the file says of it is told where it is in the file. */
        configured: z.boolean(),
        host: z.string().optional(),
        port: z.int().optional(),
        tls: z.boolean().optional(),
        /** Only of these; of all where empty. */
        facilities: z.array(z.string()).optional(),
        /** ADT triggers that it is sent. */
        adt: z.union([z.literal('all'), z.array(z.string())]).optional(),
        /** Whether it is sent an A20 whenever the status of a bed is another. */
        bedStatus: z.boolean().optional(),
        ...standing,
      }),
    ),
    /** Why the file as it is now is not in force. */
    fileFaults: z.array(z.object({ line: z.int(), column: z.int(), message: z.string() })),
  })
  .meta({ id: 'DestinationList' });

/** A message that is to be forwarded, and what became of it. */
export const forwarding = z
  .object({ ...deliveryFields, kind: z.string(), about: z.string() })
  .meta({ id: 'Forwarding' });

/** What waits, first to be sent first; with another `state` or none, the latest first. */
export const destinationQueue = z
  .object({ items: z.array(forwarding), next: nextPage })
  .meta({ id: 'DestinationQueue' });

/** One message with its text, null once that is no longer kept. Holds personal data. */
export const forwardingWithText = forwarding.extend({ text: z.string().nullable() }).meta({ id: 'ForwardingWithText' });
