import { defineMigration } from '@wardstream/persistence';

/**
 * Whoever queues notifications must do it by the subscriptions as they are, in whichever process they were changed. `version` counts all
 * changes. Who changes one waits for those who are queuing, and who begins to queue waits for who changes: so each transaction that
 * asks `subscriptions_version()` queues by what it finds then, and whoever was told that a subscription is in force misses nothing
 * that is committed after.
 */
export const subscriptionsVersion = defineMigration({
  name: '0028-subscriptions-version',
  up: (schema) => [
    'CREATE TABLE subscriptions_change (one boolean PRIMARY KEY DEFAULT true CHECK (one), version bigint NOT NULL)',
    'INSERT INTO subscriptions_change (version) VALUES (1)',
    // Each statement of a volatile function sees what was committed before it began: the version is read behind the lock.
    `CREATE FUNCTION subscriptions_version() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
     BEGIN
       PERFORM pg_advisory_xact_lock_shared(hashtextextended('${schema}:subscriptions', 0));
       RETURN (SELECT version FROM ${schema}.subscriptions_change);
     END $$`,
    `CREATE FUNCTION note_subscriptions_change() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       PERFORM pg_advisory_xact_lock(hashtextextended('${schema}:subscriptions', 0));
       UPDATE ${schema}.subscriptions_change SET version = version + 1;
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER note_subscriptions_change AFTER INSERT OR UPDATE OR DELETE ON subscription
       FOR EACH STATEMENT EXECUTE FUNCTION note_subscriptions_change()`,
  ],
});
