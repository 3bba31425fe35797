import { alertData, instant } from '@wardstream/events';
import { z } from 'zod';
import { limitOf, reasonText } from '../fields.js';
import { deliveryFields, deliveryState } from '../every-service/deliveries.js';

export const alertQuery = z.object({
  /** `open` is firing and acknowledged; all unless given. */
  state: z.enum(['firing', 'acknowledged', 'resolved', 'open']).optional(),
  facility: z.string().optional(),
  limit: limitOf(1000, 200),
});
export type AlertQuery = z.output<typeof alertQuery>;

export const alert = alertData.meta({ id: 'Alert' });

/** The latest first. */
export const alertList = z.object({ asOf: instant, items: z.array(alert) }).meta({ id: 'AlertList' });

export const webhookDeliveryQuery = z.object({ state: deliveryState.optional(), limit: limitOf(500, 100) });
export type WebhookDeliveryQuery = z.output<typeof webhookDeliveryQuery>;

/** Gives a message up. */
export const skipDelivery = z.object({ reason: reasonText });
export type SkipDelivery = z.output<typeof skipDelivery>;

/** A message to a webhook, and what became of it. */
export const webhookDelivery = z
  .object({ ...deliveryFields, destination: z.string(), type: z.string(), alertId: z.string() })
  .meta({ id: 'WebhookDelivery' });

/** The latest first. */
export const webhookDeliveryList = z.object({ items: z.array(webhookDelivery) }).meta({ id: 'WebhookDeliveryList' });
