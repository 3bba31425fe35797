import { setting } from '@wardstream/service-kit';
import { z } from 'zod';
import { webhookDestinations } from './domain/webhook-destinations.js';

export const alertingSettings = {
  webhooks: setting(
    'WARDSTREAM_WEBHOOKS',
    webhookDestinations,
    'Who is told of alerts: a JSON list of {name, url, secret, facilities?} (docs/webhooks.md).',
  ),
  webhookTimeoutMs: setting(
    'WARDSTREAM_WEBHOOK_TIMEOUT_MS',
    z.coerce.number().int().min(100).max(20_000).default(10_000),
    'How long a receiver may take to answer, milliseconds.',
  ),
  webhookBackoffMs: setting(
    'WARDSTREAM_WEBHOOK_BACKOFF_MS',
    z.coerce.number().int().min(10).default(2_000),
    'Pause after the first failed attempt, milliseconds; doubled with each up to 15 minutes.',
  ),
  webhookGiveUpHours: setting(
    'WARDSTREAM_WEBHOOK_GIVE_UP_HOURS',
    z.coerce.number().positive().default(24),
    'A message that nobody took for so long is listed as rejected, and the next one is sent.',
  ),
} as const;
