import { newOpaqueId } from '@wardstream/kernel';
import type { Tx, UnitOfWork } from '@wardstream/persistence';
import { afterCommitOf } from '@wardstream/messaging';
import type {
  DeliveryState,
  DeliveryView,
  DestinationStanding,
  DueDelivery,
  NewDelivery,
  Settlement,
} from './delivery.js';

const view = `id, position, destination, kind, facility, about, state, attempts, refusals, created_at AS "createdAt",
  CASE WHEN state = 'pending' THEN next_attempt_at END AS "nextAttemptAt", last_attempt_at AS "lastAttemptAt",
  last_cause AS "lastCause", settled_at AS "settledAt", settled_by AS "settledBy", reason`;

/**
 * Messages on their way to destinations outside, in the order of each. Written with what caused them: committed means that each is
 * delivered at least once, and after those queued before it for the same destination by transactions that had committed. The
 * service has `deliveriesMigration` among its own.
 */
export class DeliveryQueue {
  private readonly holder = newOpaqueId();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Calls `listener` after a transaction committed that queued something here. */
  onQueued(listener: () => void): void {
    this.listeners.add(listener);
  }

  private readonly queued = (): void => {
    for (const listener of this.listeners) listener();
  };

  /** Queues messages in their order within `tx`. One that was queued before, delivered or not, is passed over. */
  async add(tx: Tx, deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    let offset = 1;
    const offsets = deliveries.map(({ content }) => {
      const at = offset;
      offset += content.length;
      return at;
    });
    await tx.query(
      `INSERT INTO delivery (id, destination, kind, facility, about, content, details)
       SELECT id, destination, kind, facility, about, substring($1::bytea FROM at FOR size), details
         FROM ROWS FROM (unnest($2::uuid[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),
                unnest($7::int[]), unnest($8::int[]), unnest($9::json[])) WITH ORDINALITY
           AS d (id, destination, kind, facility, about, at, size, details, i)
        ORDER BY i ON CONFLICT DO NOTHING`,
      [
        Buffer.concat(deliveries.map((d) => d.content)),
        deliveries.map((d) => d.id),
        deliveries.map((d) => d.destination),
        deliveries.map((d) => d.kind),
        deliveries.map((d) => d.facility),
        deliveries.map((d) => d.about),
        offsets,
        deliveries.map((d) => d.content.length),
        deliveries.map((d) => JSON.stringify(d.details)),
      ],
    );
    afterCommitOf(tx, this.queued);
  }

  /** Of these destinations, those that are not paused and have something pending; milliseconds until the first of it is due. */
  async waiting(destinations: readonly string[]): Promise<{ destination: string; dueInMs: number }[]> {
    return this.unitOfWork.query(
      `SELECT n.name AS destination, (extract(epoch FROM h.next_attempt_at - clock_timestamp()) * 1000)::float8 AS "dueInMs"
         FROM unnest($1::text[]) AS n (name)
        CROSS JOIN LATERAL (SELECT next_attempt_at FROM delivery
                             WHERE destination = n.name AND state = 'pending' ORDER BY position LIMIT 1) h
        WHERE NOT EXISTS (SELECT FROM delivery_destination d WHERE d.name = n.name AND d.paused_at IS NOT NULL)`,
      [destinations],
    );
  }

  /** The first message that is not done, due or not: what is behind it waits. Null if there is none, or it is paused. */
  async next(destination: string): Promise<DueDelivery | null> {
    const rows = await this.unitOfWork.query<DueDelivery>(
      `SELECT position, id, kind, facility, about, content, details, attempts, refusals,
              (extract(epoch FROM next_attempt_at - clock_timestamp()) * 1000)::float8 AS "dueInMs",
              (extract(epoch FROM clock_timestamp() - created_at) * 1000)::float8 AS "ageMs"
         FROM delivery
        WHERE destination = $1 AND state = 'pending'
          AND NOT EXISTS (SELECT FROM delivery_destination d WHERE d.name = $1 AND d.paused_at IS NOT NULL)
        ORDER BY position LIMIT 1`,
      [destination],
    );
    return rows[0] ?? null;
  }

  /** Takes or keeps the right to send to a destination; false while another process has it. */
  async hold(destination: string, seconds: number): Promise<boolean> {
    const rows = await this.unitOfWork.query(
      `INSERT INTO delivery_destination AS d (name, holder, held_until) VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
         WHERE d.holder IS NULL OR d.holder = excluded.holder OR d.held_until < now()
       RETURNING holder`,
      [destination, this.holder, seconds],
    );
    return rows.length > 0;
  }

  async release(destination: string): Promise<void> {
    await this.unitOfWork.query(
      'UPDATE delivery_destination SET holder = NULL, held_until = NULL WHERE name = $1 AND holder = $2',
      [destination, this.holder],
    );
  }

  /** Writes down what came of an attempt; nothing if somebody settled it meanwhile. */
  async settle({ position }: DueDelivery, settlement: Settlement): Promise<void> {
    const { state, cause } = settlement;
    if (state === 'pending') {
      await this.unitOfWork.query(
        `UPDATE delivery SET attempts = attempts + 1, refusals = refusals + $2, last_attempt_at = clock_timestamp(), last_cause = $3,
                next_attempt_at = clock_timestamp() + make_interval(secs => $4::float8 / 1000)
          WHERE position = $1 AND state = 'pending'`,
        [position, settlement.refused ? 1 : 0, cause, settlement.inMs],
      );
      return;
    }
    await this.unitOfWork.query(
      `UPDATE delivery SET state = $2, attempts = attempts + 1, refusals = refusals + $3, last_attempt_at = clock_timestamp(),
              last_cause = $4, settled_at = clock_timestamp()
        WHERE position = $1 AND state = 'pending'`,
      [position, state, state === 'rejected' ? 1 : 0, cause],
    );
  }

  /** How these destinations stand. */
  async standings(destinations: readonly string[]): Promise<DestinationStanding[]> {
    return this.unitOfWork.query(
      `SELECT n.name AS destination, p.pending, r.rejected, h.created_at AS "oldestAt",
              coalesce(extract(epoch FROM clock_timestamp() - h.created_at), 0)::float8 AS "ageSeconds", coalesce(h.attempts, 0) AS "headAttempts",
              h.last_cause AS "headCause", l.settled_at AS "lastDeliveredAt", d.paused_at AS "pausedAt", d.paused_by AS "pausedBy",
              d.pause_reason AS "pauseReason"
         FROM unnest($1::text[]) WITH ORDINALITY AS n (name, i)
         LEFT JOIN delivery_destination d ON d.name = n.name
        CROSS JOIN LATERAL (SELECT count(*)::int AS pending FROM delivery WHERE destination = n.name AND state = 'pending') p
        CROSS JOIN LATERAL (SELECT count(*)::int AS rejected FROM delivery WHERE destination = n.name AND state = 'rejected') r
         LEFT JOIN LATERAL (SELECT created_at, attempts, last_cause FROM delivery WHERE destination = n.name AND state = 'pending'
                             ORDER BY position LIMIT 1) h ON true
         LEFT JOIN LATERAL (SELECT settled_at FROM delivery WHERE destination = n.name AND state = 'delivered'
                             ORDER BY position DESC LIMIT 1) l ON true
        ORDER BY n.i`,
      [destinations],
    );
  }

  /** Names of all destinations that something is or was queued for, as far as it is kept. */
  async destinations(prefix: string): Promise<string[]> {
    // One step through the index for each name, not one for each row.
    const rows = await this.unitOfWork.query<{ name: string }>(
      `WITH RECURSIVE names AS (
         (SELECT destination AS name FROM delivery WHERE destination >= $1 ORDER BY destination LIMIT 1)
         UNION ALL
         SELECT (SELECT destination FROM delivery WHERE destination > n.name ORDER BY destination LIMIT 1) FROM names n
          WHERE n.name IS NOT NULL
       )
       SELECT name FROM names WHERE starts_with(name, $1)`,
      [prefix],
    );
    return rows.map((r) => r.name);
  }

  /** The first of these in order for those that wait, else the latest first; `before`: only those behind that position. */
  async list(
    destination: string,
    { state, before, limit }: { state?: DeliveryState | undefined; before?: string | undefined; limit: number },
  ): Promise<DeliveryView[]> {
    const forward = state === 'pending';
    return this.unitOfWork.query(
      `SELECT ${view} FROM delivery
        WHERE destination = $1 AND ($2::text IS NULL OR state = $2)
          AND ($3::bigint IS NULL OR position ${forward ? '>' : '<'} $3)
        ORDER BY position ${forward ? '' : 'DESC'} LIMIT $4`,
      [destination, state ?? null, before ?? null, limit],
    );
  }

  /** One of them with its content, which is null once it was pruned. */
  async read(
    destination: string,
    id: string,
  ): Promise<(DeliveryView & { readonly content: Buffer | null }) | undefined> {
    const [row] = await this.unitOfWork.query<DeliveryView & { content: Buffer | null }>(
      `SELECT ${view}, content FROM delivery WHERE destination = $1 AND id = $2`,
      [destination, id],
    );
    return row;
  }

  /**
   * Sends a message again, at its old place in the order, as soon as its destination takes it; one that is pending is tried at
   * once. False if it is not there, or its content is gone.
   */
  async resend(destination: string, id: string, by: string): Promise<boolean> {
    const count = await this.unitOfWork.run((tx) =>
      tx.changed(
        `UPDATE delivery SET state = 'pending', attempts = 0, refusals = 0, next_attempt_at = clock_timestamp(), settled_at = NULL,
              settled_by = $3, reason = NULL
        WHERE destination = $1 AND id = $2 AND content IS NOT NULL`,
        [destination, id, by],
      ),
    );
    if (count > 0) this.queued();
    return count > 0;
  }

  /** Gives a pending or rejected message up, so that the next one is sent. False if it is neither. */
  async skip(destination: string, id: string, by: string, reason: string): Promise<boolean> {
    const count = await this.unitOfWork.run((tx) =>
      tx.changed(
        `UPDATE delivery SET state = 'skipped', settled_at = clock_timestamp(), settled_by = $3, reason = $4
        WHERE destination = $1 AND id = $2 AND state IN ('pending', 'rejected')`,
        [destination, id, by, reason],
      ),
    );
    if (count > 0) this.queued();
    return count > 0;
  }

  /** Gives up all that is pending for a destination. */
  async skipAll(tx: Tx, destination: string, by: string, reason: string): Promise<void> {
    await tx.query(
      `UPDATE delivery SET state = 'skipped', settled_at = clock_timestamp(), settled_by = $2, reason = $3
        WHERE destination = $1 AND state = 'pending'`,
      [destination, by, reason],
    );
  }

  /** Nothing more is sent, until it is resumed; what is queued meanwhile waits. A repeat changes nothing. */
  async pause(destination: string, by: string, reason: string): Promise<void> {
    await this.unitOfWork.run((tx) =>
      tx.query(
        `INSERT INTO delivery_destination AS d (name, paused_at, paused_by, pause_reason) VALUES ($1, clock_timestamp(), $2, $3)
       ON CONFLICT (name) DO UPDATE SET paused_at = excluded.paused_at, paused_by = excluded.paused_by,
              pause_reason = excluded.pause_reason
        WHERE d.paused_at IS NULL`,
        [destination, by, reason],
      ),
    );
  }

  async resume(destination: string): Promise<void> {
    await this.unitOfWork.run((tx) =>
      tx.query(
        'UPDATE delivery_destination SET paused_at = NULL, paused_by = NULL, pause_reason = NULL WHERE name = $1',
        [destination],
      ),
    );
    this.queued();
  }

  /**
   * Lets go of what is done: its content after `contentDays`, the row, by which a repeat is recognised, after `rowDays`. What was
   * rejected keeps its content as long as its row.
   */
  async prune(contentDays: number, rowDays: number): Promise<void> {
    await this.unitOfWork.query(
      `DELETE FROM delivery WHERE state <> 'pending' AND settled_at < now() - make_interval(days => $1)`,
      [rowDays],
    );
    await this.unitOfWork.query(
      `UPDATE delivery SET content = NULL
        WHERE state IN ('delivered', 'skipped') AND settled_at < now() - make_interval(days => $1) AND content IS NOT NULL`,
      [contentDays],
    );
  }
}
