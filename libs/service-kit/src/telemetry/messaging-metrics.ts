import type { MessagingMetrics } from '@wardstream/messaging';
import type { Metrics } from './metrics.js';

/** Binds what messaging counts to the process's metrics, labelled with the service. */
export function messagingMetrics(metrics: Metrics, service: string): MessagingMetrics {
  const count = (name: string, help: string, labels: string[] = []) =>
    metrics.counter(name, help, ['service', ...labels]);
  const published = count('wardstream_events_published_total', 'Events that reached the log.');
  const consumed = count('wardstream_events_consumed_total', 'Events whose effects were committed.', ['pattern']);
  const duplicates = count('wardstream_events_duplicate_total', 'Events that had been handled before.');
  const skipped = count('wardstream_events_skipped_total', 'Events without a handler here.');
  const ignored = count(
    'wardstream_events_ignored_total',
    'Events that a later version published and this one does not understand.',
  );
  const retried = count('wardstream_events_retried_total', 'Handler calls that failed and were repeated at once.');
  const parked = count('wardstream_events_parked_total', 'Events put aside to be tried later.');
  const dead = count('wardstream_events_dead_total', 'Events that became dead letters.', ['cause']);
  const relayLag = metrics.gauge('wardstream_relay_lag_seconds', 'Age of the oldest event not yet in the log.', [
    'service',
  ]);
  const lag = metrics.gauge('wardstream_consumer_lag', 'Records appended and not yet handled.', [
    'service',
    'topic',
    'partition',
  ]);
  return {
    published: (n) => published.inc({ service }, n),
    consumed: (pattern, n) => consumed.inc({ service, pattern }, n),
    duplicates: (n) => duplicates.inc({ service }, n),
    skipped: (n) => skipped.inc({ service }, n),
    ignored: (n) => ignored.inc({ service }, n),
    retried: (n) => retried.inc({ service }, n),
    parked: (n) => parked.inc({ service }, n),
    dead: (cause, n) => dead.inc({ service, cause }, n),
    relayLagSeconds: (seconds) => relayLag.set({ service }, seconds),
    consumerLag: (lags) => {
      for (const { topic, partition, lag: behind } of lags)
        lag.set({ service, topic, partition: String(partition) }, behind);
    },
  };
}
