import { systemClock } from '@wardstream/kernel';
import { type AttemptOutcome, type DeliveryTarget, type DueDelivery, httpOutcome } from '@wardstream/delivery';
import type { ConfigOf } from '@wardstream/service-kit';
import type { alertingSettings } from '../alerting.settings.js';
import type { WebhookDestination } from '../domain/webhook-destinations.js';
import { SIGNATURE_HEADER, signWebhook } from '../domain/webhook-signature.js';

const longestPauseMs = 15 * 60_000;

/** The name under which a destination's messages are queued. */
export const queueOf = (destination: string): string => `webhook/${destination}`;

/** One destination of webhooks: each attempt is signed anew, the id and the body are the same each time. */
export class WebhookTarget implements DeliveryTarget {
  readonly name: string;
  readonly longestAttemptMs: number;
  readonly pausesMs: readonly [number, number];
  readonly lingerMs = 0;

  constructor(
    private readonly destination: WebhookDestination,
    private readonly config: ConfigOf<typeof alertingSettings>,
  ) {
    this.name = queueOf(destination.name);
    this.longestAttemptMs = config.webhookTimeoutMs + 1_000;
    this.pausesMs = [config.webhookBackoffMs, Math.max(config.webhookBackoffMs, longestPauseMs)];
  }

  async attempt({ id, kind, content }: DueDelivery, signal: AbortSignal): Promise<AttemptOutcome | null> {
    const giveUpAfterMs = this.config.webhookGiveUpHours * 3_600_000;
    const { url, secret } = this.destination;
    const body = content.toString('utf8');
    const timestamp = Math.floor(systemClock.nowMs() / 1000);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Wardstream',
          'wardstream-delivery': id,
          'wardstream-event': kind,
          [SIGNATURE_HEADER]: signWebhook(secret, timestamp, body),
        },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.config.webhookTimeoutMs)]),
      });
      await answer.body?.cancel();
      return httpOutcome(answer.status, answer.headers.get('retry-after'), { giveUpAfterMs });
    } catch (error) {
      if (signal.aborted) return null;
      return { kind: 'failed', cause: causeOf(error), giveUpAfterMs };
    }
  }
}

/** The code of a network failure or its kind; never the address, which may hold a key. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'network failure';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'network failure';
}
