import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { eventReaderOf } from './consumer/event-reader.js';
import { EventServer, topicNamed } from './consumer/event-server.js';
import { ExternalRecords } from './consumer/external-records.js';
import { HandlerRegistry } from './consumer/handler-registry.js';
import { PostgresDeadLetters } from './dead-letters/postgres-dead-letters.js';
import { LaneLeases } from './lanes/lane-leases.js';
import { silentLogger } from './messaging-logger.js';
import { noMetrics } from './messaging-metrics.js';
import { defaultTuning, type MessagingOptions } from './messaging-options.js';
import { ParkedEvents } from './parking/parked-events.js';
import { OutboxRelay } from './outbox/outbox-relay.js';
import { Outbox, outboxHoldsRows } from './outbox/outbox.js';
import { ViewMessaging } from './views/view-messaging.js';

/** The parts of one service's messaging, put together once. */
export class MessagingRuntime implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly outbox: Outbox;
  readonly deadLetters: PostgresDeadLetters;
  readonly parked: ParkedEvents;
  readonly server: EventServer;
  readonly relay: OutboxRelay;
  readonly foreignRecords: ExternalRecords;
  /** Of the service's own work; begins when the service says so. */
  readonly lanes: LaneLeases;
  readonly views: ViewMessaging;

  constructor(private readonly options: MessagingOptions) {
    const { service, database, unitOfWork, log, publishes, consumes } = options;
    const tuning = { ...defaultTuning, ...options.tuning };
    const metrics = options.metrics ?? noMetrics;
    const logger = options.logger ?? silentLogger;
    this.parked = new ParkedEvents(unitOfWork, logger, tuning.retryPollMs);
    this.relay = new OutboxRelay({ service, database, unitOfWork, log, metrics, logger, tuning });
    this.outbox = new Outbox(
      publishes,
      (publications) => this.relay.kick(publications),
      (events) => metrics.published(events),
    );
    this.server = new EventServer({
      service,
      log,
      consumes,
      unitOfWork,
      metrics,
      logger,
      tuning,
      handlers: new HandlerRegistry(),
      reader: eventReaderOf(log),
      parked: this.parked,
    });
    this.lanes = new LaneLeases({ url: database.url, name: `${database.schema} ${service}`, unitOfWork, logger });
    this.foreignRecords = new ExternalRecords({ log, unitOfWork, logger, metrics });
    const { server } = this;
    this.views = new ViewMessaging({ service, log, unitOfWork, metrics, logger, tuning, server });
    this.deadLetters = new PostgresDeadLetters(unitOfWork, () => {
      this.server.lookForDueEvents();
      this.parked.changed();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { publishes, log, unitOfWork } = this.options;
    if (publishes.length === 0) return;
    await log.ensureTopics([...new Set(publishes.map(({ topic }) => topic))].map(topicNamed));
    const appender = await log.appenderWithin?.(unitOfWork, outboxHoldsRows);
    if (appender) this.outbox.appendBy(appender);
    this.relay.start({ isRarelyUsed: Boolean(appender) });
  }

  /** Nest calls it after the HTTP server and the EventServer have closed: what they wrote last is in the outbox by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.parked.stop();
    await this.foreignRecords.close();
    await this.lanes.stop();
    await this.relay.stop();
  }
}
