import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { eventReaderOf } from './consumer/event-reader.js';
import { EventServer, topicNamed } from './consumer/event-server.js';
import { ForeignRecords } from './consumer/foreign-records.js';
import { HandlerRegistry } from './consumer/handler-registry.js';
import { PostgresDeadLetters } from './dead-letters/postgres-dead-letters.js';
import { silentLogger } from './messaging-logger.js';
import { noMetrics } from './messaging-metrics.js';
import { defaultTuning, type MessagingOptions } from './messaging-options.js';
import { ParkedEvents } from './parking/parked-events.js';
import { OutboxRelay } from './outbox/outbox-relay.js';
import { Outbox } from './outbox/outbox.js';

/** The parts of one service's messaging, put together once. */
export class MessagingRuntime implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly outbox: Outbox;
  readonly deadLetters: PostgresDeadLetters;
  readonly parked: ParkedEvents;
  readonly server: EventServer;
  readonly relay: OutboxRelay;
  readonly foreignRecords: ForeignRecords;

  constructor(private readonly options: MessagingOptions) {
    const { service, database, unitOfWork, log, publishes, consumes } = options;
    const tuning = { ...defaultTuning, ...options.tuning };
    const metrics = options.metrics ?? noMetrics;
    const logger = options.logger ?? silentLogger;
    this.parked = new ParkedEvents(unitOfWork, logger, tuning.retryPollMs);
    this.relay = new OutboxRelay({ service, database, unitOfWork, log, metrics, logger, tuning });
    this.outbox = new Outbox(publishes, () => this.relay.kick());
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
    this.foreignRecords = new ForeignRecords({ log, unitOfWork, logger, metrics });
    this.deadLetters = new PostgresDeadLetters(unitOfWork, () => {
      this.server.lookForDueEvents();
      this.parked.changed();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { publishes, log } = this.options;
    if (publishes.length === 0) return;
    await log.ensureTopics([...new Set(publishes.map(({ topic }) => topic))].map(topicNamed));
    this.relay.start();
  }

  /** Nest calls it after the HTTP server and the EventServer have closed: what they wrote last is in the outbox by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.parked.stop();
    await this.foreignRecords.close();
    await this.relay.stop();
  }
}
