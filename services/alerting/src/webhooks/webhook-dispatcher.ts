import { Inject, Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { jitter, monotonicMs, systemClock } from '@wardstream/kernel';
import { CONFIG, LOGGER, type ConfigOf, type Logger } from '@wardstream/service-kit';
import type { alertingSettings } from '../alerting.settings.js';
import { backoffMs, outcomeOf, type AttemptOutcome } from '../domain/webhook-delivery.js';
import type { WebhookDestination } from '../domain/webhook-destinations.js';
import { SIGNATURE_HEADER, signWebhook } from '../domain/webhook-signature.js';
import { DeliveryStore, type PendingDelivery } from '../persistence/delivery-store.js';

const POLL_MS = 2_000;
/** Longer than the longest attempt, so that the right to send cannot end in the middle of one. */
const LEASE_SECONDS = 40;
const MOST_BACKOFF_MS = 15 * 60_000;
const KEPT_DAYS = 30;
const PRUNE_EVERY_MS = 6 * 3_600_000;

/** A sleep that can be ended early. */
class Alarm {
  private ring: (() => void) | undefined;
  private rung = false;

  wake(): void {
    this.rung = true;
    this.ring?.();
  }

  async sleep(ms: number): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.ring = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.rung = false;
    this.ring = undefined;
  }
}

/**
 * Sends the deliveries: each destination on its own, one message after another in their order, by one process of all.
 * At least once: a process that dies between answer and row sends the same message, with the same id, again. A failure
 * that may pass holds its destination back, no other; a final one is kept as failed and the next message follows.
 */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly alarms = new Map<string, Alarm>();
  private readonly stopping = new AbortController();
  private running: Promise<void>[] = [];
  private prunedAt = -Infinity;

  constructor(
    private readonly deliveries: DeliveryStore,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof alertingSettings>,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.config.webhooks.map((destination) => {
      const alarm = new Alarm();
      this.alarms.set(destination.name, alarm);
      return this.serve(destination, alarm);
    });
  }

  /** Breaks off running attempts; they are made again, by this process or another. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await Promise.all(this.running);
  }

  wake(): void {
    for (const alarm of this.alarms.values()) alarm.wake();
  }

  private async serve(destination: WebhookDestination, alarm: Alarm): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let pauseMs = POLL_MS;
      try {
        pauseMs = await this.step(destination);
      } catch (err) {
        this.logger.error({ err, destination: destination.name }, 'deliveries could not be sent');
      }
      if (pauseMs > 0 && !signal.aborted) await alarm.sleep(Math.min(pauseMs, POLL_MS));
    }
    await this.deliveries
      .release(destination.name)
      .catch((err: unknown) => this.logger.warn({ err, destination: destination.name }, 'a lease was not given back'));
  }

  /** Sends the next message, if it is due. Answers for how long there is nothing to do, milliseconds. */
  private async step(destination: WebhookDestination): Promise<number> {
    await this.prune();
    const delivery = await this.deliveries.next(destination.name);
    if (delivery === null) return POLL_MS;
    if (delivery.dueInMs > 0) return delivery.dueInMs;
    if (!(await this.deliveries.hold(destination.name, LEASE_SECONDS))) return POLL_MS;
    // Another process may have sent it before it gave the lease back.
    const own = await this.deliveries.next(destination.name);
    if (own === null || own.id !== delivery.id || own.dueInMs > 0) return 0;
    const outcome = await this.attempt(destination, own);
    if (outcome !== null) await this.settle(destination, own, outcome);
    return 0;
  }

  /** Null if it was broken off because the process stops. */
  private async attempt(destination: WebhookDestination, delivery: PendingDelivery): Promise<AttemptOutcome | null> {
    const { signal } = this.stopping;
    const timestamp = Math.floor(systemClock.nowMs() / 1000);
    try {
      const answer = await fetch(destination.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Wardstream',
          'wardstream-delivery': delivery.id,
          'wardstream-event': delivery.type,
          [SIGNATURE_HEADER]: signWebhook(destination.secret, timestamp, delivery.body),
        },
        body: delivery.body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.config.webhookTimeoutMs)]),
      });
      await answer.body?.cancel();
      return outcomeOf(answer.status, answer.headers.get('retry-after'));
    } catch (error) {
      if (signal.aborted) return null;
      return { kind: 'passing', status: null, cause: causeOf(error), retryAfterSeconds: null };
    }
  }

  private async settle(
    { name }: WebhookDestination,
    delivery: PendingDelivery,
    outcome: AttemptOutcome,
  ): Promise<void> {
    const attempts = delivery.attempts + 1;
    const fields = { destination: name, delivery: delivery.id, status: outcome.status, attempts };
    if (outcome.kind === 'delivered') {
      await this.deliveries.finish(delivery.id, 'delivered', outcome.status, null);
    } else if (outcome.kind === 'final') {
      this.logger.error({ ...fields, cause: outcome.cause }, 'a webhook was refused for good');
      await this.deliveries.finish(delivery.id, 'failed', outcome.status, outcome.cause);
    } else if (delivery.ageMs > this.config.webhookGiveUpHours * 3_600_000) {
      this.logger.error({ ...fields, cause: outcome.cause }, 'a webhook was given up');
      await this.deliveries.finish(delivery.id, 'failed', outcome.status, `given up: ${outcome.cause}`);
    } else {
      const settings = { firstMs: this.config.webhookBackoffMs, mostMs: MOST_BACKOFF_MS };
      const inMs = backoffMs(attempts, settings, outcome.retryAfterSeconds, jitter());
      this.logger.warn({ ...fields, cause: outcome.cause, inMs }, 'a webhook was not taken and will be sent again');
      await this.deliveries.retryLater(delivery.id, inMs, outcome.status, outcome.cause);
    }
  }

  private async prune(): Promise<void> {
    if (monotonicMs() - this.prunedAt < PRUNE_EVERY_MS) return;
    this.prunedAt = monotonicMs();
    await this.deliveries.prune(KEPT_DAYS);
  }
}

/** The code of a network failure or its kind; never the address, which may hold a key. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'network failure';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'network failure';
}
