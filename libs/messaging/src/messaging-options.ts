import type { AnyEventDefinition } from '@wardstream/events';
import type { UnitOfWork } from '@wardstream/persistence';
import type { EventLog } from './event-log.js';
import type { MessagingLogger } from './messaging-logger.js';
import type { MessagingMetrics } from './messaging-metrics.js';

/** What messaging needs to know of the service it serves. */
export interface MessagingOptions {
  /** Name of the service; its consumer group. */
  readonly service: string;
  /** For the relay's own connection: the service's database and the schema with the tables of `messagingMigrations`. */
  readonly database: { readonly url: string; readonly schema: string };
  readonly unitOfWork: UnitOfWork;
  readonly log: EventLog;
  readonly publishes: readonly AnyEventDefinition[];
  readonly consumes: readonly AnyEventDefinition[];
  readonly metrics?: MessagingMetrics;
  readonly logger?: MessagingLogger;
  readonly tuning?: Partial<MessagingTuning>;
}

/** Numbers a test or an unusual installation may change. Times in milliseconds. */
export interface MessagingTuning {
  /** See SubscribeOptions.gatherMs. For services that nobody waits for to a tenth of a second; 0 for the others. */
  readonly gatherMs: number;
  /** Events the relay appends at once at most. */
  readonly relayBatch: number;
  /** What was appended is deleted after so long, unless more is to be read before and it is deleted with that. */
  readonly relayDeleteMs: number;
  /** The relay looks at the outbox this often even if nothing woke it. */
  readonly relayPollMs: number;
  /** So often where transactions append to the log themselves: rows of a version before, whose process died before it said so. */
  readonly relayRarePollMs: number;
  /** A process that is not the relay tries to become it this often. */
  readonly leadershipPollMs: number;
  /** Pauses before a failed event is tried again at once, while its partition waits. */
  readonly retryNowMs: readonly number[];
  /** Pauses before a parked event is tried again; after the last it is dead. */
  readonly retryLaterMs: readonly number[];
  /** Parked events that are due are looked for this often while some wait. */
  readonly retryPollMs: number;
  /** And this often while none does: another process may have put some aside, or a person may have asked there. */
  readonly retryIdleMs: number;
  /** Inbox rows are kept this long: longer than the log keeps records, or a repeat would not be recognised. */
  readonly inboxRetentionMs: number;
  /** How long shutdown waits for the outbox to become empty. */
  readonly drainMs: number;
}

export const defaultTuning: MessagingTuning = {
  gatherMs: 0,
  relayBatch: 500,
  relayDeleteMs: 100,
  relayPollMs: 1_000,
  relayRarePollMs: 10_000,
  leadershipPollMs: 1_000,
  retryNowMs: [20, 100, 400],
  retryLaterMs: [1_000, 5_000, 30_000, 120_000, 600_000, 900_000, 900_000],
  retryPollMs: 1_000,
  retryIdleMs: 5_000,
  inboxRetentionMs: 10 * 24 * 3_600_000,
  drainMs: 5_000,
};
