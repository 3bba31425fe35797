import { defineMigration } from '@wardstream/persistence';

/** Deliveries of webhooks move, in their order, to the queue that all deliveries have (`deliveriesMigration`, before this one). */
export const webhooksOnTheQueue = defineMigration({
  name: '0002-webhooks-on-the-queue',
  up: () => [
    `INSERT INTO delivery (id, destination, kind, facility, about, content, details, state, attempts, refusals, created_at,
                           next_attempt_at, last_attempt_at, last_cause, settled_at)
     SELECT id::uuid, 'webhook/' || destination, type, facility, alert_id, convert_to(body, 'UTF8'), '{}',
            CASE state WHEN 'failed' THEN 'rejected' ELSE state END, attempts, (state = 'failed')::int, created_at,
            next_attempt_at, last_attempt_at, coalesce(last_cause, 'answered ' || last_status),
            CASE WHEN state <> 'pending' THEN last_attempt_at END
       FROM webhook_delivery ORDER BY position`,
    'DROP TABLE webhook_delivery',
    'DROP TABLE webhook_lease',
  ],
});
