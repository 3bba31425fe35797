import type { PartitionLag } from './event-log.js';

/** Where messaging counts. Names and labels hold no facility, key or subject. */
export interface MessagingMetrics {
  /** Events that reached the log. */
  published(count: number): void;
  /** Events whose handlers' effects were committed. */
  consumed(pattern: string, count: number): void;
  /** Events that were handled before and came again. */
  duplicates(count: number): void;
  /** Events of a subscribed topic for which the service has no handler. */
  skipped(count: number): void;
  /** Events for which it has one, and which it does not understand: a later version published them. */
  ignored(count: number): void;
  /** Handler calls that failed and were repeated at once. */
  retried(count: number): void;
  /** Events put aside, to be tried later or to wait behind one that is. */
  parked(count: number): void;
  /** Events that became dead letters, by kind of cause. */
  dead(cause: string, count: number): void;
  /** Age of the oldest event that is in the outbox and not yet in the log; 0 when there is none. */
  relayLagSeconds(seconds: number): void;
  /** How far the service is behind, for the partitions this process holds. */
  consumerLag(lag: readonly PartitionLag[]): void;
}

/** Counts nothing. */
export const noMetrics: MessagingMetrics = {
  published: () => undefined,
  consumed: () => undefined,
  duplicates: () => undefined,
  skipped: () => undefined,
  ignored: () => undefined,
  retried: () => undefined,
  parked: () => undefined,
  dead: () => undefined,
  relayLagSeconds: () => undefined,
  consumerLag: () => undefined,
};
