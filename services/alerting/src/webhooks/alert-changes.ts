import { Inject, Injectable } from '@nestjs/common';
import { alertChanged, type AlertData, type NewEvent } from '@wardstream/events';
import { nowIso, type Clock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import type { AlertChange } from '../domain/alert.js';
import { AlertStore } from '../persistence/alert-store.js';
import { Webhooks } from './webhooks.js';

/**
 * Makes changes of alerts known, all in the caller's transaction: the rows, one event for each change, and one delivery for
 * each destination where state or severity are new. So nothing is told that did not happen, and nothing is forgotten.
 */
@Injectable()
export class AlertChanges {
  constructor(
    private readonly alerts: AlertStore,
    private readonly webhooks: Webhooks,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** `changes` in the order they happened. */
  async record(tx: Tx, changes: readonly AlertChange[]): Promise<void> {
    if (changes.length === 0) return;
    const now = nowIso(this.clock);
    const latest = new Map(changes.map((c) => [c.alert.data.id, c.alert]));
    await this.alerts.save(tx, [...latest.values()]);
    await this.outbox.publish(
      tx,
      changes.map(({ alert }) => alertEvent(alert.data, now)),
    );
    await this.webhooks.tell(
      tx,
      changes.filter((c) => c.notify).map(({ alert }) => alert.data),
      now,
    );
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
