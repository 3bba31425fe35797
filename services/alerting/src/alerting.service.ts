import { alertChanged, bottleneckChanged } from '@wardstream/events';
import { deliveriesMigration } from '@wardstream/delivery';
import { defineService } from '@wardstream/service-kit';
import { AlertingModule } from './alerting.module.js';
import { alertingSettings } from './alerting.settings.js';
import { alerts } from './persistence/migrations/0001-alerts.migration.js';
import { webhooksOnTheQueue } from './persistence/migrations/0002-webhooks-on-the-queue.migration.js';

export const alertingService = defineService({
  name: 'alerting',
  schema: 'alerting',
  summary: 'One alert for each rule and subject, from firing to resolved, and who outside is told of it.',
  owns: 'alerts, webhook deliveries',
  port: 8085,
  routes: ['/api/v1/alerts', '/api/v1/webhook-deliveries'],
  memory: 384,
  module: AlertingModule,
  settings: alertingSettings,
  migrations: [alerts, deliveriesMigration, webhooksOnTheQueue],
  publishes: [alertChanged],
  consumes: [bottleneckChanged],
  gatherMs: 100,
});
