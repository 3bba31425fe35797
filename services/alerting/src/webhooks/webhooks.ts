import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AlertData } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import type { DeliveryView, NewDelivery } from '@wardstream/delivery';
import type { Tx } from '@wardstream/persistence';
import { CONFIG, Deliveries, type ConfigOf } from '@wardstream/service-kit';
import type { alertingSettings } from '../alerting.settings.js';
import { deliveryBody, deliveryType } from '../domain/webhook-delivery.js';
import { destinationsFor } from '../domain/webhook-destinations.js';
import { queueOf, WebhookTarget } from './webhook-target.js';

/** Who outside is told of alerts. A message is queued with the change it tells of: at least once, in order for each destination. */
@Injectable()
export class Webhooks implements OnModuleInit {
  private readonly targets: readonly WebhookTarget[];

  constructor(
    private readonly deliveries: Deliveries,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof alertingSettings>,
  ) {
    this.targets = config.webhooks.map((destination) => new WebhookTarget(destination, config));
  }

  onModuleInit(): void {
    const names = this.config.webhooks.map(({ name }) => name);
    this.deliveries.serve({ kind: 'webhook', targets: () => this.targets, shown: () => names, queueOf });
  }

  /** Queues a message to each destination of each alert, in their order. `at`: the time it tells of itself, ISO. */
  async tell(tx: Tx, alerts: readonly AlertData[], at: string): Promise<void> {
    await this.deliveries.queue.add(
      tx,
      alerts.flatMap((alert) => this.messagesOf(alert, at)),
    );
  }

  isConfigured(destination: string): boolean {
    return this.config.webhooks.some(({ name }) => name === destination);
  }

  private messagesOf(alert: AlertData, at: string): NewDelivery[] {
    return destinationsFor(this.config.webhooks, alert.facility).map(({ name }) => {
      const id = deterministicId('webhook', name, alert.id, String(alert.version));
      return {
        ...{ id, destination: queueOf(name), kind: deliveryType(alert), facility: alert.facility, about: alert.id },
        ...{ content: Buffer.from(deliveryBody(id, alert, at)), details: {} },
      };
    });
  }
}

/** What an administrator sees of a message: never its content, nor where it goes but by name. */
export function shown({ destination, kind, about, ...view }: DeliveryView) {
  return { ...view, destination: destination.slice(queueOf('').length), type: kind, alertId: about };
}
