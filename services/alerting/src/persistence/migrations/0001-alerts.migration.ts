import { defineMigration } from '@wardstream/persistence';

/**
 * `alert`: at most one open alert for each rule and subject, by a unique index. `webhook_delivery`: written with the change
 * it tells of; its position is the order of its destination. `webhook_lease`: which process sends to a destination.
 * Times of deliveries and leases are real, those in alerts are the hospital's.
 */
export const alerts = defineMigration({
  name: '0001-alerts',
  up: () => [
    `CREATE TABLE alert (
       id                 text PRIMARY KEY,
       facility           text NOT NULL,
       rule               text NOT NULL,
       subject_type       text NOT NULL,
       subject_id         text NOT NULL,
       bottleneck_id      text NOT NULL,
       bottleneck_version bigint NOT NULL,
       state              text NOT NULL CHECK (state IN ('firing', 'acknowledged', 'resolved')),
       fired_at           timestamptz NOT NULL,
       data               json NOT NULL
     )`,
    `CREATE UNIQUE INDEX alert_one_open ON alert (facility, rule, subject_type, subject_id) WHERE state <> 'resolved'`,
    'CREATE INDEX alert_bottleneck ON alert (bottleneck_id, bottleneck_version DESC)',
    'CREATE INDEX alert_list ON alert (facility, state, fired_at DESC)',
    'CREATE INDEX alert_recent ON alert (fired_at DESC)',
    `CREATE TABLE webhook_delivery (
       position        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       id              text NOT NULL UNIQUE,
       destination     text NOT NULL,
       facility        text NOT NULL,
       alert_id        text NOT NULL,
       alert_version   bigint NOT NULL,
       type            text NOT NULL,
       body            text NOT NULL,
       state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
       attempts        integer NOT NULL DEFAULT 0,
       created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
       next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
       last_attempt_at timestamptz,
       last_status     integer,
       last_cause      text,
       UNIQUE (destination, alert_id, alert_version)
     )`,
    `CREATE INDEX webhook_delivery_pending ON webhook_delivery (destination, position) WHERE state = 'pending'`,
    'CREATE INDEX webhook_delivery_state ON webhook_delivery (state, position DESC)',
    `CREATE TABLE webhook_lease (
       destination text PRIMARY KEY,
       holder      text NOT NULL,
       until       timestamptz NOT NULL
     )`,
  ],
});
