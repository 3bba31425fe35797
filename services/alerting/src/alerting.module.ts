import { Module } from '@nestjs/common';
import { Deliveries } from '@wardstream/service-kit';
import { AcknowledgeAlert } from './alerts/acknowledge-alert.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { ApplyBottlenecks } from './bottleneck-changes/apply-bottlenecks.js';
import { BottlenecksConsumer } from './bottleneck-changes/bottlenecks.consumer.js';
import { AlertStore } from './persistence/alert-store.js';
import { AlertChanges } from './webhooks/alert-changes.js';
import { WebhookDeliveriesController } from './webhooks/webhook-deliveries.controller.js';
import { Webhooks } from './webhooks/webhooks.js';

@Module({
  controllers: [BottlenecksConsumer, AlertsController, WebhookDeliveriesController],
  providers: [AlertStore, Deliveries, Webhooks, AlertChanges, ApplyBottlenecks, AcknowledgeAlert],
})
export class AlertingModule {}
