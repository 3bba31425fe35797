import { Module } from '@nestjs/common';
import { AcknowledgeAlert } from './alerts/acknowledge-alert.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { ApplyBottlenecks } from './bottleneck-changes/apply-bottlenecks.js';
import { BottlenecksConsumer } from './bottleneck-changes/bottlenecks.consumer.js';
import { AlertStore } from './persistence/alert-store.js';
import { DeliveryStore } from './persistence/delivery-store.js';
import { AlertChanges } from './webhooks/alert-changes.js';
import { WebhookDeliveriesController } from './webhooks/webhook-deliveries.controller.js';
import { WebhookDispatcher } from './webhooks/webhook-dispatcher.js';

@Module({
  controllers: [BottlenecksConsumer, AlertsController, WebhookDeliveriesController],
  providers: [AlertStore, DeliveryStore, WebhookDispatcher, AlertChanges, ApplyBottlenecks, AcknowledgeAlert],
})
export class AlertingModule {}
