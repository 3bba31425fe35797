import { Injectable } from '@nestjs/common';
import { newOpaqueId } from '@wardstream/kernel';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import type { NewDelivery } from '../domain/webhook-delivery.js';

/** The next message of a destination. */
export interface PendingDelivery {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly attempts: number;
  /** Milliseconds of real time until it may be tried; 0 or less if now. */
  readonly dueInMs: number;
  /** Since it was written. */
  readonly ageMs: number;
}

export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** What an administrator sees of a delivery. */
export interface DeliveryView {
  readonly id: string;
  readonly destination: string;
  readonly facility: string;
  readonly alertId: string;
  readonly type: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date | null;
  readonly lastAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastCause: string | null;
}

/** Messages to destinations, in the order of each. Times are real. */
@Injectable()
export class DeliveryStore {
  private readonly holder = newOpaqueId();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Adds messages in their order, in the transaction of the change they tell of. */
  async add(tx: Tx, deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await tx.query(
      `INSERT INTO webhook_delivery (id, destination, facility, alert_id, alert_version, type, body)
       SELECT id, destination, facility, alert_id, alert_version, type, body
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[])
         WITH ORDINALITY AS d (id, destination, facility, alert_id, alert_version, type, body, i)
       ORDER BY i`,
      [
        deliveries.map((d) => d.id),
        deliveries.map((d) => d.destination),
        deliveries.map((d) => d.alert.facility),
        deliveries.map((d) => d.alert.id),
        deliveries.map((d) => d.alert.version),
        deliveries.map((d) => d.type),
        deliveries.map((d) => d.body),
      ],
    );
  }

  /** Takes or keeps the right to send to a destination; false while another process has it. */
  async hold(destination: string, seconds: number): Promise<boolean> {
    const rows = await this.unitOfWork.query(
      `INSERT INTO webhook_lease AS l (destination, holder, until) VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT (destination) DO UPDATE SET holder = excluded.holder, until = excluded.until
         WHERE l.holder = excluded.holder OR l.until < now()
       RETURNING holder`,
      [destination, this.holder, seconds],
    );
    return rows.length > 0;
  }

  async release(destination: string): Promise<void> {
    await this.unitOfWork.query('DELETE FROM webhook_lease WHERE destination = $1 AND holder = $2', [
      destination,
      this.holder,
    ]);
  }

  /** The first message of a destination that is not finished, due or not: what is behind it waits. */
  async next(destination: string): Promise<PendingDelivery | null> {
    const rows = await this.unitOfWork.query<PendingDelivery>(
      `SELECT id, type, body, attempts,
              (extract(epoch FROM next_attempt_at - clock_timestamp()) * 1000)::float8 AS "dueInMs",
              (extract(epoch FROM clock_timestamp() - created_at) * 1000)::float8 AS "ageMs"
       FROM webhook_delivery WHERE destination = $1 AND state = 'pending' ORDER BY position LIMIT 1`,
      [destination],
    );
    return rows[0] ?? null;
  }

  async finish(id: string, state: 'delivered' | 'failed', status: number | null, cause: string | null): Promise<void> {
    await this.unitOfWork.query(
      `UPDATE webhook_delivery
       SET state = $2, attempts = attempts + 1, last_attempt_at = clock_timestamp(), last_status = $3, last_cause = $4
       WHERE id = $1`,
      [id, state, status, cause],
    );
  }

  async retryLater(id: string, inMs: number, status: number | null, cause: string): Promise<void> {
    await this.unitOfWork.query(
      `UPDATE webhook_delivery
       SET attempts = attempts + 1, last_attempt_at = clock_timestamp(), last_status = $3, last_cause = $4,
           next_attempt_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
       WHERE id = $1`,
      [id, inMs, status, cause],
    );
  }

  /** The latest first, without bodies. */
  async list(states: readonly DeliveryState[], limit: number): Promise<DeliveryView[]> {
    return this.unitOfWork.query<DeliveryView>(
      `SELECT id, destination, facility, alert_id AS "alertId", type, state, attempts, created_at AS "createdAt",
              CASE WHEN state = 'pending' THEN next_attempt_at END AS "nextAttemptAt",
              last_attempt_at AS "lastAttemptAt", last_status AS "lastStatus", last_cause AS "lastCause"
       FROM webhook_delivery WHERE state = ANY($1) ORDER BY position DESC LIMIT $2`,
      [states, limit],
    );
  }

  /** Removes what was delivered longer ago than `days`; what failed stays for twelve times as long. */
  async prune(days: number): Promise<void> {
    await this.unitOfWork.query(
      `DELETE FROM webhook_delivery
       WHERE (state = 'delivered' AND last_attempt_at < now() - make_interval(days => $1))
          OR (state = 'failed' AND last_attempt_at < now() - make_interval(days => 12 * $1))`,
      [days],
    );
  }
}
