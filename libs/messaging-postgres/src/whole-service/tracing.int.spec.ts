import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { admissionsFeedHeard, bedStatusReported, type EventEnvelope } from '@wardstream/events';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { type EventContext, Outbox } from '@wardstream/messaging';
import { PostgresEventLog } from '../postgres-event-log.js';
import { bedReport, feedHeard, type ServiceUnderTest, startService } from '@wardstream/messaging/service-harness';

let seen: { subject: string; traceId: string | undefined }[] = [];
const traceId = () => trace.getSpanContext(context.active())?.traceId;

@Controller()
class Chain {
  constructor(private readonly outbox: Outbox) {}

  @EventPattern<string>(bedStatusReported.pattern, { batch: true })
  async onBed(@Payload() events: EventEnvelope[], @Ctx() { tx }: EventContext): Promise<void> {
    for (const { subject } of events) seen.push({ subject, traceId: traceId() });
    await this.outbox.publish(tx, [feedHeard(`after ${events[0]!.subject}`, 1)]);
  }

  @EventPattern<string>(admissionsFeedHeard.pattern)
  async onFeed(@Payload() { subject }: EventEnvelope): Promise<void> {
    seen.push({ subject, traceId: traceId() });
  }
}

describe('tracing', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  let postgres: TestPostgres;
  let log: PostgresEventLog;
  let service: ServiceUnderTest;

  beforeAll(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(provider);
    postgres = await startPostgres();
    const url = await postgres.createDatabase('tracing');
    log = new PostgresEventLog({ url });
    const both = [bedStatusReported, admissionsFeedHeard];
    service = await startService({ name: 'alpha', url, log, consumers: [Chain], publishes: both, consumes: both });
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await log.close();
    await postgres.stop();
    trace.disable();
    context.disable();
  });

  const inSpan = (name: string, work: () => Promise<void>): Promise<string> =>
    trace.getTracer('test').startActiveSpan(name, async (span) => {
      await work();
      span.end();
      return span.spanContext().traceId;
    });

  it('goes on from the publisher through outbox, log and handler to the next handler', async () => {
    seen = [];
    const published = await inSpan('command', () => service.publish(bedReport('4A-01', 1)));
    await eventually(() =>
      expect(seen).toEqual([
        { subject: '4A-01', traceId: published },
        { subject: 'after 4A-01', traceId: published },
      ]),
    );
    await eventually(() => {
      const names = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === published);
      expect(names.map(({ name }) => name)).toEqual([
        'command',
        `process ${bedStatusReported.pattern}`,
        `process ${admissionsFeedHeard.pattern}`,
      ]);
    });
  });

  it('links a batch of several traces to each of them', async () => {
    seen = [];
    exporter.reset();
    const traces: string[] = [];
    await service.unitOfWork.run(async (tx) => {
      for (const bed of ['4A-02', '4A-03']) {
        traces.push(await inSpan(bed, () => service.outbox.publish(tx, [bedReport(bed, 1)])));
      }
    });
    await eventually(() => expect(seen.map(({ subject }) => subject)).toEqual(['4A-02', '4A-03', 'after 4A-02']));
    expect(new Set(seen.map((each) => each.traceId)).size).toBe(1);
    expect(traces).not.toContain(seen[0]!.traceId);
    await eventually(() => {
      const batch = exporter.getFinishedSpans().find(({ name }) => name === `process ${bedStatusReported.pattern}`);
      expect(batch?.links.map((link) => link.context.traceId)).toEqual(traces);
    });
  });
});
