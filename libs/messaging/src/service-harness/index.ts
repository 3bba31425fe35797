import 'reflect-metadata';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { admissionsFeedHeard, bedStatusReported, type AnyEventDefinition } from '@wardstream/events';
import { createDataSource, migrate, UnitOfWork, type DataSource } from '@wardstream/persistence';
import {
  type AnyNewEvent,
  connectMessaging,
  DeadLetters,
  type EventLog,
  type MessagingMetrics,
  messagingMigrations,
  MessagingModule,
  type MessagingTuning,
  Outbox,
} from '../index.js';

/** Counts what messaging reports. */
export class CountingMetrics implements MessagingMetrics {
  readonly counts: Record<string, number> = {};
  readonly causes: string[] = [];
  readonly add = (name: string, count: number) => (this.counts[name] = (this.counts[name] ?? 0) + count);
  published = (count: number) => this.add('published', count);
  consumed = (_pattern: string, count: number) => this.add('consumed', count);
  duplicates = (count: number) => this.add('duplicates', count);
  skipped = (count: number) => this.add('skipped', count);
  ignored = (count: number) => this.add('ignored', count);
  retried = (count: number) => this.add('retried', count);
  parked = (count: number) => this.add('parked', count);
  dead = (cause: string, count: number) => {
    this.causes.push(cause);
    this.add('dead', count);
  };
  relayLagSeconds = (seconds: number) => (this.counts.relayLag = seconds);
  consumerLag = () => undefined;
}

export interface ServiceUnderTest {
  readonly outbox: Outbox;
  readonly deadLetters: DeadLetters;
  readonly unitOfWork: UnitOfWork;
  readonly dataSource: DataSource;
  readonly metrics: CountingMetrics;
  get<T>(type: Type<T>): T;
  publish(...events: AnyNewEvent[]): Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly name: string;
  readonly url: string;
  readonly log: EventLog;
  readonly consumers?: Type[];
  readonly publishes?: readonly AnyEventDefinition[];
  readonly consumes?: readonly AnyEventDefinition[];
  readonly tuning?: Partial<MessagingTuning>;
}

const quick: Partial<MessagingTuning> = {
  retryNowMs: [5, 10],
  retryLaterMs: [50, 50, 50],
  retryPollMs: 50,
  retryIdleMs: 50,
  relayPollMs: 100,
  leadershipPollMs: 50,
};

/** A service with an `effect` table, put together as service-kit does it. */
export async function startService(options: ServiceOptions): Promise<ServiceUnderTest> {
  const { name, url, log, consumers = [], publishes = [], consumes = [], tuning } = options;
  const dataSource = createDataSource({ url, schema: name, poolSize: 8, applicationName: `service ${name}` });
  await dataSource.initialize();
  await migrate(dataSource, name, [
    ...messagingMigrations,
    {
      name: 'effects',
      up: () => [
        `CREATE TABLE effect (n bigint GENERATED ALWAYS AS IDENTITY, event_id text, subject text, version int, note text)`,
      ],
    },
  ]);
  const unitOfWork = new UnitOfWork(dataSource, name);
  const metrics = new CountingMetrics();

  @Module({
    imports: [
      MessagingModule.forService({
        service: name,
        database: { url, schema: name },
        unitOfWork,
        log,
        publishes,
        consumes,
        metrics,
        tuning: { ...quick, ...tuning },
      }),
    ],
    controllers: consumers,
  })
  class Root {}
  const app = await NestFactory.create(Root, new FastifyAdapter(), { logger: false, abortOnError: false });
  connectMessaging(app);
  await app.init();
  await app.startAllMicroservices();
  const outbox = app.get(Outbox);
  return {
    outbox,
    deadLetters: app.get(DeadLetters),
    unitOfWork,
    dataSource,
    metrics,
    get: (type) => app.get(type),
    publish: (...events) => unitOfWork.run((tx) => outbox.publish(tx, events)),
    async stop() {
      await app.close();
      await dataSource.destroy();
    },
  };
}

/** A bed report: version `n` of the aggregate `bed`. */
export function bedReport(bed: string, n: number, facility = 'NGH'): AnyNewEvent {
  const at = '2026-03-01T08:00:00.000Z';
  return {
    definition: bedStatusReported,
    subject: bed,
    aggregateVersion: n,
    facility,
    time: at,
    recordedAt: at,
    data: {
      facility,
      place: { unit: '4A', room: '1', bed: '1', bedId: bed },
      code: 'U',
      cause: { kind: 'test', by: 'test', at, recordedAt: at, receivedAt: at },
    },
  };
}

/** A heard feed: version `n` of the aggregate `feed`. */
export function feedHeard(feed: string, n: number, facility = 'NGH'): AnyNewEvent {
  const at = '2026-03-01T08:00:00.000Z';
  return {
    definition: admissionsFeedHeard,
    subject: feed,
    aggregateVersion: n,
    facility,
    time: at,
    recordedAt: at,
    data: { facility, feed, name: feed, lastReceivedAt: at, received: n, usualGapSeconds: null },
  };
}

export interface Effect {
  readonly event_id: string;
  readonly subject: string;
  readonly version: number;
  readonly note: string | null;
}

export function effectsOf({ unitOfWork }: ServiceUnderTest): Promise<Effect[]> {
  return unitOfWork.query<Effect>('SELECT event_id, subject, version, note FROM effect ORDER BY n');
}
