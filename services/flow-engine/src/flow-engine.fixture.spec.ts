import { expect } from '@jest/globals';
import { findEvent, topics, type EventEnvelope } from '@wardstream/events';
import { newOpaqueId, type FixedClock } from '@wardstream/kernel';
import { encodeEvent, type Subscription } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import {
  createEnvironment,
  createService,
  issueToken,
  Metrics,
  type Role,
  type RunningService,
} from '@wardstream/service-kit';
import { eventually, type TestPostgres } from '@wardstream/testing';
import { flowEngineService } from './flow-engine.service.js';
import { FlowView } from './flow-writes/flow-view.js';

const trust = { secret: 'a secret for this suite and nothing else', issuer: 'wardstream', audience: 'wardstream' };

/** The service on a database of its own, with a clock that stands still, ticked by hand. */
export class FlowEngineUnderTest {
  private constructor(
    readonly service: RunningService,
    readonly log: PostgresEventLog,
    readonly clock: FixedClock,
    /** What it published, in the order of the log. */
    readonly published: EventEnvelope[],
    private readonly probe: Subscription,
  ) {}

  static async start(
    database: string,
    logDatabase: string,
    clock: FixedClock,
    values: Record<string, string> = {},
  ): Promise<FlowEngineUnderTest> {
    const log = new PostgresEventLog({ url: logDatabase });
    await log.ensureTopics(topics);
    const environment = createEnvironment(
      {
        DATABASE_URL: database,
        WARDSTREAM_AUTH_SECRET: trust.secret,
        WARDSTREAM_LOG_LEVEL: 'silent',
        WARDSTREAM_FLOW_TICK_MS: '0',
        ...values,
      },
      log,
      { clock },
    );
    const service = await createService(flowEngineService, environment);
    await service.start();
    // What is looked at by hand is looked at by the process that writes it.
    await eventually(() => expect(service.get(FlowView).isWriting()).toBe(true));
    const published: EventEnvelope[] = [];
    const probe = await log.subscribe({
      group: `probe-${newOpaqueId()}`,
      topics: flowEngineService.publishes.map((d) => d.topic),
      onBatch: ({ records }) => {
        for (const { headers, value } of records) {
          published.push({
            id: headers.ce_id!,
            type: headers.ce_type!,
            version: Number(headers.ce_typeversion),
            source: headers.ce_source!,
            subject: headers.ce_subject!,
            aggregateVersion: Number(headers.ce_aggregateversion),
            facility: headers.ce_facility!,
            time: headers.ce_time!,
            recordedAt: headers.ce_recordedat!,
            data: JSON.parse(value) as unknown,
          });
        }
        return Promise.resolve();
      },
    });
    return new FlowEngineUnderTest(service, log, clock, published, probe);
  }

  async append(events: readonly EventEnvelope[]): Promise<void> {
    await this.log.append(events.map((e) => encodeEvent(findEvent(e.type, e.version)!, e)));
  }

  async get<T>(path: string, role: Role = 'auditor'): Promise<{ status: number; body: T }> {
    const token = await issueToken(trust, { subject: 'u1', roles: [role] }, 60);
    const answer = await this.service.fastify.inject({
      method: 'GET',
      url: `/api/v1/facilities/${path}`,
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: answer.statusCode, body: answer.json<T>() };
  }

  /** What /metrics would say. */
  metrics(): Promise<string> {
    return this.service.get(Metrics).registry.metrics();
  }

  of<T>(name: string): (EventEnvelope & { data: T })[] {
    return this.published.filter((e) => e.type === `flow-engine.${name}`) as (EventEnvelope & { data: T })[];
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.probe.close();
    await this.log.close();
  }
}

/** A pair of fresh databases, one for the service and one for the log. */
export async function databases(postgres: TestPostgres, name: string): Promise<[string, string]> {
  return [await postgres.createDatabase(name), await postgres.createDatabase(`${name}_log`)];
}
