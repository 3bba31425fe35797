import { Injectable } from '@nestjs/common';
import type { BottleneckData } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { followBottleneck, type AlertChange } from '../domain/alert.js';
import { AlertStore } from '../persistence/alert-store.js';
import { AlertChanges } from '../webhooks/alert-changes.js';

/** Turns changes of bottlenecks, in their order, into changes of alerts, in the handler's transaction. */
@Injectable()
export class ApplyBottlenecks {
  constructor(
    private readonly alerts: AlertStore,
    private readonly changes: AlertChanges,
  ) {}

  async apply(bottlenecks: readonly BottleneckData[], context: EventContext): Promise<void> {
    const latest = await this.alerts.latestOf(context.tx, [...new Set(bottlenecks.map((b) => b.id))]);
    const changes: AlertChange[] = [];
    for (const bottleneck of bottlenecks) {
      const change = followBottleneck(latest.get(bottleneck.id) ?? null, bottleneck);
      if (change === null) continue;
      latest.set(bottleneck.id, change.alert);
      changes.push(change);
    }
    await this.changes.record(context.tx, changes);
  }
}
