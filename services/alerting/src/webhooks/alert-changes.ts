import { Inject, Injectable } from '@nestjs/common';
import { alertChanged, type AlertData, type NewEvent } from '@wardstream/events';
import { deterministicId, nowIso, type Clock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK, CONFIG, type ConfigOf } from '@wardstream/service-kit';
import type { alertingSettings } from '../alerting.settings.js';
import type { AlertChange } from '../domain/alert.js';
import { deliveryBody, deliveryType, type NewDelivery } from '../domain/webhook-delivery.js';
import { destinationsFor } from '../domain/webhook-destinations.js';
import { AlertStore } from '../persistence/alert-store.js';
import { DeliveryStore } from '../persistence/delivery-store.js';
import { WebhookDispatcher } from './webhook-dispatcher.js';

/**
 * Makes changes of alerts known, all in the caller's transaction: the rows, one event for each change, and one delivery for
 * each destination where state or severity are new. So nothing is told that did not happen, and nothing is forgotten.
 */
@Injectable()
export class AlertChanges {
  constructor(
    private readonly alerts: AlertStore,
    private readonly deliveries: DeliveryStore,
    private readonly dispatcher: WebhookDispatcher,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof alertingSettings>,
  ) {}

  /** `changes` in the order they happened. Call `wake` once the transaction has committed. */
  async record(tx: Tx, changes: readonly AlertChange[]): Promise<void> {
    if (changes.length === 0) return;
    const now = nowIso(this.clock);
    const latest = new Map(changes.map((c) => [c.alert.data.id, c.alert]));
    await this.alerts.save(tx, [...latest.values()]);
    await this.outbox.publish(
      tx,
      changes.map(({ alert }) => alertEvent(alert.data, now)),
    );
    await this.deliveries.add(
      tx,
      changes.filter((c) => c.notify).flatMap(({ alert }) => this.deliveriesOf(alert.data, now)),
    );
  }

  /** Deliveries may have been added: they need not wait for the next poll. */
  wake(): void {
    this.dispatcher.wake();
  }

  private deliveriesOf(alert: AlertData, now: string): NewDelivery[] {
    return destinationsFor(this.config.webhooks, alert.facility).map(({ name }) => {
      const id = deterministicId('webhook', name, alert.id, String(alert.version));
      return { id, destination: name, alert, type: deliveryType(alert), body: deliveryBody(id, alert, now) };
    });
  }
}

function alertEvent(data: AlertData, now: string): NewEvent<AlertData> {
  return {
    definition: alertChanged,
    subject: data.id,
    aggregateVersion: data.version,
    facility: data.facility,
    time: data.resolvedAt ?? data.acknowledgedAt ?? data.firedAt,
    recordedAt: now,
    data,
  };
}
