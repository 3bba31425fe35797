import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bottleneckChanged,
  toEnvelope,
  topics,
  type AlertData,
  type BottleneckData,
  type EventEnvelope,
} from '@wardstream/events';
import { deterministicId, FixedClock, newOpaqueId, systemClock } from '@wardstream/kernel';
import { DeadLetters, encodeEvent, type LogRecord } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { createDataSource, migrate } from '@wardstream/persistence';
import { createEnvironment, createService, issueToken, type Role, type RunningService } from '@wardstream/service-kit';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { alertingService } from './alerting.service.js';
import { alerts } from './persistence/migrations/0001-alerts.migration.js';
import { isSignedBy } from './domain/webhook-signature.js';

/** What an administrator sees of a message to a webhook. */
interface Shown {
  readonly id: string;
  readonly destination: string;
  readonly type: string;
  readonly state: string;
}

const trust = { secret: 'a secret for this suite and nothing else', issuer: 'wardstream', audience: 'wardstream' };
const SECRET = 'secret of the pager';
const clock = new FixedClock('2026-01-13T14:42:00.000Z');

interface Received {
  readonly id: string;
  readonly event: string;
  readonly signature: string;
  readonly body: string;
  readonly json: { readonly type: string; readonly alert: AlertData };
}

/** A receiver of webhooks that answers as it is told. */
class Receiver {
  readonly received: Received[] = [];
  /** Status of the next answers; 200 once they are used up. null: no answer, the connection breaks. */
  answers: (number | null)[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const { headers } = request;
        receiver.received.push({
          id: String(headers['wardstream-delivery']),
          event: String(headers['wardstream-event']),
          signature: String(headers['wardstream-signature']),
          body,
          json: JSON.parse(body) as Received['json'],
        });
        const status = receiver.answers.length > 0 ? receiver.answers.shift()! : 200;
        if (status === null) request.socket.destroy();
        else response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook?key=k`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function bottleneck(subject: string, more: Partial<BottleneckData> = {}): BottleneckData {
  return {
    id: deterministicId('test', subject),
    facility: 'NGH',
    version: 1,
    rule: 'ed-boarding',
    subject: { type: 'encounter', id: subject },
    unit: 'ED',
    where: 'ED bay 12',
    state: 'active',
    severity: 'warn',
    since: '2026-01-13T12:00:00.000Z',
    raisedAt: '2026-01-13T14:00:00.000Z',
    clearedAt: null,
    measured: 121,
    limit: 120,
    measuredIn: 'minutes',
    ...more,
  };
}
const cleared = { state: 'cleared', clearedAt: '2026-01-13T14:40:00.000Z' } as const;

let postgres: TestPostgres;
let log: PostgresEventLog;
let service: RunningService | undefined;
const receivers: Receiver[] = [];
const published: EventEnvelope<AlertData>[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  log = new PostgresEventLog({ url: await postgres.createDatabase('alerting_log') });
  await log.ensureTopics(topics);
  await log.subscribe({
    group: 'probe',
    topics: alertingService.publishes.map((d) => d.topic),
    onBatch: ({ records }) => {
      for (const { headers, value } of records) {
        published.push({ subject: headers.ce_subject, data: JSON.parse(value) as unknown } as EventEnvelope<AlertData>);
      }
      return Promise.resolve();
    },
  });
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  for (const receiver of receivers.splice(0)) await receiver.stop();
});
afterAll(async () => {
  await log?.close();
  await postgres?.stop();
});

async function receiver(): Promise<Receiver> {
  const started = await Receiver.start();
  receivers.push(started);
  return started;
}

async function start(database: string, webhooks: Readonly<Record<string, string>>): Promise<RunningService> {
  const destinations = Object.entries(webhooks).map(([name, url]) => ({ name, url, secret: SECRET }));
  const values = {
    DATABASE_URL: database,
    WARDSTREAM_AUTH_SECRET: trust.secret,
    WARDSTREAM_LOG_LEVEL: 'silent',
    WARDSTREAM_WEBHOOKS: JSON.stringify(destinations),
    WARDSTREAM_WEBHOOK_BACKOFF_MS: '40',
  };
  service = await createService(alertingService, createEnvironment(values, log, { clock }));
  await service.start();
  return service;
}

async function tell(...bottlenecks: BottleneckData[]): Promise<void> {
  await log.append(bottlenecks.map(recordOf));
}

function recordOf(data: BottleneckData): LogRecord {
  return encodeEvent(
    bottleneckChanged,
    toEnvelope({
      definition: bottleneckChanged,
      subject: data.id,
      aggregateVersion: data.version,
      facility: data.facility,
      time: data.raisedAt,
      recordedAt: data.raisedAt,
      data,
    }),
  );
}

async function call<T>(
  method: 'GET' | 'POST',
  path: string,
  role: Role,
  name = 'M. Okafor',
  body?: unknown,
): Promise<{ status: number; body: T }> {
  const token = await issueToken(trust, { subject: name.toLowerCase(), name, roles: [role] }, 60);
  const answer = await service!.fastify.inject({
    method,
    url: `/api/v1/${path}`,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return { status: answer.statusCode, body: answer.json<T>() };
}

async function alertsOf(subject: string): Promise<AlertData[]> {
  const { body } = await call<{ items: AlertData[] }>('GET', 'alerts', 'auditor');
  return body.items.filter((a) => a.subject.id === subject);
}

async function deliveries(): Promise<Shown[]> {
  const { body } = await call<{ items: Shown[] }>('GET', 'webhook-deliveries', 'administrator');
  return body.items.reverse();
}

describe('alerts', () => {
  it('fire, are taken by one person, and are resolved; a later firing is another alert', async () => {
    await start(await postgres.createDatabase('lifecycle'), {});
    const subject = newOpaqueId();
    await tell(bottleneck(subject));
    const [alert] = await eventually(async () => {
      const found = await alertsOf(subject);
      expect(found).toHaveLength(1);
      return found;
    });
    expect(alert).toMatchObject({ state: 'firing', title: 'Boarder over 2 h', version: 1 });

    expect(await call('POST', `alerts/${alert!.id}/acknowledge`, 'auditor')).toMatchObject({ status: 403 });
    expect(await call('POST', 'alerts/none/acknowledge', 'bed-manager')).toMatchObject({ status: 404 });
    const taken = await call<AlertData>('POST', `alerts/${alert!.id}/acknowledge`, 'department-staff');
    expect(taken).toMatchObject({
      status: 200,
      body: { state: 'acknowledged', acknowledgedBy: 'M. Okafor', version: 2 },
    });
    expect(await call('POST', `alerts/${alert!.id}/acknowledge`, 'department-staff')).toMatchObject({
      body: { version: 2 },
    });
    expect(await call('POST', `alerts/${alert!.id}/acknowledge`, 'bed-manager', 'J. Lindqvist')).toMatchObject({
      status: 409,
      body: { code: 'alert-taken', acknowledgedBy: 'M. Okafor' },
    });

    await tell(bottleneck(subject, { version: 2, ...cleared }), bottleneck(subject, { version: 3 }));
    await eventually(async () => {
      expect((await alertsOf(subject)).map((a) => a.state).sort()).toEqual(['firing', 'resolved']);
    });
    const open = await call<{ items: AlertData[] }>('GET', 'alerts?state=open&facility=NGH', 'auditor');
    expect(open.body.items.map((a) => a.state)).toEqual(['firing']);
    expect((await call<{ items: AlertData[] }>('GET', 'alerts?facility=OTHER', 'auditor')).body.items).toEqual([]);
    expect((await call<AlertData>('GET', `alerts/${alert!.id}`, 'auditor')).body).toMatchObject({
      state: 'resolved',
      resolvedAt: cleared.clearedAt,
      acknowledgedBy: 'M. Okafor',
    });
    await eventually(() => {
      const told = published.filter((e) => e.data.subject.id === subject).map((e) => [e.data.state, e.data.version]);
      expect(told).toEqual([
        ['firing', 1],
        ['acknowledged', 2],
        ['resolved', 3],
        ['firing', 1],
      ]);
    });
  });

  it('are not raised twice by a repeat, nor by an older version that comes late', async () => {
    await start(await postgres.createDatabase('repeat'), {});
    const subject = newOpaqueId();
    const raised = bottleneck(subject, { version: 3, severity: 'high' });
    await tell(raised, raised, bottleneck(subject, { version: 1 }));
    await tell(bottleneck(subject, { version: 4, severity: 'high', ...cleared }), raised);
    await tell(bottleneck(`${subject}-last`));
    await eventually(async () => expect(await alertsOf(`${subject}-last`)).toHaveLength(1));
    expect((await alertsOf(subject)).map((a) => [a.state, a.severity, a.version])).toEqual([['resolved', 'high', 2]]);
  });

  it('of a rule that a later version knows say so by its name, and nothing of it is a dead letter', async () => {
    await start(await postgres.createDatabase('later'), {});
    const subject = newOpaqueId();
    const { value, ...record } = recordOf(bottleneck(subject));
    const later = { rule: 'porter-late', subject: { type: 'porter', id: subject }, severity: 'extreme' };
    await log.append([{ ...record, value: JSON.stringify({ ...JSON.parse(value), ...later }) }]);
    await eventually(async () => expect(await alertsOf(subject)).toHaveLength(1));
    const [alert] = await alertsOf(subject);
    expect(alert).toMatchObject({ rule: 'porter-late', subject: { type: 'porter' }, severity: 'high' });
    expect(alert).toMatchObject({ title: 'Porter late', detail: 'For at least 121 min, limit 120 min.' });
    expect(await service!.get(DeadLetters as Type<DeadLetters>).list()).toEqual([]);
  });
});

describe('webhooks', () => {
  it('are signed, carry nothing of a person, and keep their order through failures that pass', async () => {
    const pager = await receiver();
    await start(await postgres.createDatabase('signed'), { pager: pager.url });
    pager.answers = [503, null, 429, 200];
    const subject = newOpaqueId();
    await tell(bottleneck(subject));
    const [alert] = await eventually(async () => {
      const found = await alertsOf(subject);
      expect(found).toHaveLength(1);
      return found;
    });
    await call('POST', `alerts/${alert!.id}/acknowledge`, 'bed-manager');
    await tell(bottleneck(subject, { version: 2, ...cleared }));
    await eventually(async () => {
      expect((await deliveries()).map((d) => [d.type, d.state])).toEqual([
        ['alert.firing', 'delivered'],
        ['alert.acknowledged', 'delivered'],
        ['alert.resolved', 'delivered'],
      ]);
    });
    expect(pager.received.map((r) => r.event)).toEqual([
      'alert.firing',
      'alert.firing',
      'alert.firing',
      'alert.firing',
      'alert.acknowledged',
      'alert.resolved',
    ]);
    // The same message each time, signed anew.
    expect(new Set(pager.received.slice(0, 4).map((r) => `${r.id} ${r.body}`)).size).toBe(1);
    const now = Math.floor(systemClock.nowMs() / 1000);
    for (const { signature, body, json } of pager.received) {
      expect(isSignedBy(SECRET, signature, body, now)).toBe(true);
      expect(isSignedBy('another secret', signature, body, now)).toBe(false);
      expect(body).not.toContain('Okafor');
      expect(json.alert).toMatchObject({ id: alert!.id, where: 'ED bay 12', limit: 120 });
    }
    const list = await deliveries();
    expect(list[0]).toMatchObject({
      destination: 'pager',
      attempts: 4,
      lastCause: 'answered 200',
      nextAttemptAt: null,
    });
    expect(JSON.stringify(list)).not.toContain('key=k');
    expect((await call('GET', 'webhook-deliveries', 'bed-manager')).status).toBe(403);
  });

  it('that are refused for good are listed, and hold back neither the next nor another destination', async () => {
    const [strict, down, good] = [await receiver(), await receiver(), await receiver()];
    await start(await postgres.createDatabase('refused'), { strict: strict.url, down: down.url, good: good.url });
    strict.answers = [400];
    down.answers = new Array<number>(1000).fill(500);
    const subject = newOpaqueId();
    await tell(bottleneck(subject), bottleneck(subject, { version: 2, ...cleared }));
    await eventually(async () => {
      const found = await deliveries();
      const of = (name: string) => found.filter((d) => d.destination === name).map((d) => d.state);
      expect(of('strict')).toEqual(['rejected', 'delivered']);
      expect(of('good')).toEqual(['delivered', 'delivered']);
      expect(of('down')).toEqual(['pending', 'pending']);
    });
    const rejected = await call<{ items: Shown[] }>('GET', 'webhook-deliveries?state=rejected', 'administrator');
    expect(rejected.body.items).toMatchObject([{ destination: 'strict', lastCause: 'answered 400', attempts: 1 }]);
    expect(down.received.every((r) => r.event === 'alert.firing')).toBe(true);
  });

  it('that were refused are sent again or given up by a person', async () => {
    const strict = await receiver();
    await start(await postgres.createDatabase('again'), { strict: strict.url });
    strict.answers = [400, 400];
    await tell(bottleneck(newOpaqueId()), bottleneck(newOpaqueId()));
    const refused = await eventually(async () => {
      const found = await deliveries();
      expect(found.map((d) => d.state)).toEqual(['rejected', 'rejected']);
      return found;
    });
    const [first, second] = refused.map((d) => `webhook-deliveries/${d.id}`);
    expect((await call('POST', `${first}/resend`, 'bed-manager')).status).toBe(403);
    expect(await call('POST', `${first}/resend`, 'administrator')).toMatchObject({ status: 200 });
    await eventually(async () => expect((await deliveries()).map((d) => d.state)).toEqual(['delivered', 'rejected']));
    expect(strict.received.map((r) => r.id)).toEqual([...refused.map((d) => d.id), refused[0]!.id]);
    const reason = { reason: 'The pager knows it' };
    expect(await call('POST', `${second}/skip`, 'administrator', 'A. Admin', reason)).toMatchObject({
      status: 200,
      body: { state: 'skipped', settledBy: 'a. admin', ...reason },
    });
    expect(await call('POST', `${second}/skip`, 'administrator', 'A. Admin', reason)).toMatchObject({
      status: 409,
      body: { code: 'already-settled' },
    });
    const unknown = `webhook-deliveries/${deterministicId('no', 'such')}/resend`;
    expect((await call('POST', unknown, 'administrator')).status).toBe(404);
  });

  it('that an older version left behind are delivered in their order, and what was done stays done', async () => {
    const pager = await receiver();
    const url = await postgres.createDatabase('older');
    const older = createDataSource({ url, schema: 'alerting', poolSize: 1, applicationName: 'an older version' });
    await older.initialize();
    await migrate(older, 'alerting', [alerts]);
    const ids = ['done', 'failed', 'first', 'second'].map((name) => deterministicId('older', name));
    for (const [i, state] of ['delivered', 'failed', 'pending', 'pending'].entries())
      await older.query(
        `INSERT INTO alerting.webhook_delivery (id, destination, facility, alert_id, alert_version, type, body, state, attempts,
                                                last_attempt_at, last_status)
         VALUES ($1, 'pager', 'NGH', 'a', $2, 'alert.firing', $3, $4, 1, now(), 400)`,
        [ids[i], i, JSON.stringify({ n: i, at: 'Königs-Spital' }), state],
      );
    await older.destroy();
    await start(url, { pager: pager.url });
    await eventually(() => expect(pager.received.map((r) => r.id)).toEqual(ids.slice(2)));
    expect(pager.received[0]!.json).toEqual({ n: 2, at: 'Königs-Spital' });
    await eventually(async () =>
      expect((await deliveries()).map((d) => [d.destination, d.state])).toEqual(
        ['delivered', 'rejected', 'delivered', 'delivered'].map((state) => ['pager', state]),
      ),
    );
  });

  it('survive a restart: what was not taken is sent later, with the same id, in order', async () => {
    const pager = await receiver();
    pager.answers = new Array<number>(1000).fill(503);
    const database = await postgres.createDatabase('survive');
    await start(database, { pager: pager.url });
    const subject = newOpaqueId();
    await tell(bottleneck(subject), bottleneck(subject, { version: 2, ...cleared }));
    await eventually(() => expect(pager.received.length).toBeGreaterThan(2));
    await service!.stop();
    const before = new Set(pager.received.map((r) => r.id));
    expect(before.size).toBe(1);
    pager.answers = [];
    pager.received.length = 0;
    await start(database, { pager: pager.url });
    await eventually(() => expect(pager.received).toHaveLength(2));
    expect(before.has(pager.received[0]!.id)).toBe(true);
    expect(pager.received.map((r) => r.event)).toEqual(['alert.firing', 'alert.resolved']);
    await eventually(async () => expect((await deliveries()).map((d) => d.state)).toEqual(['delivered', 'delivered']));
  });

  it('are sent by one process of two', async () => {
    const pager = await receiver();
    const database = await postgres.createDatabase('lease');
    const first = await start(database, { pager: pager.url });
    await start(database, { pager: pager.url });
    const subjects = Array.from({ length: 20 }, () => newOpaqueId());
    await tell(...subjects.map((s) => bottleneck(s)));
    await eventually(async () => expect((await deliveries()).filter((d) => d.state === 'delivered')).toHaveLength(20));
    expect(new Set(pager.received.map((r) => r.id)).size).toBe(20);
    expect(pager.received).toHaveLength(20);
    expect(pager.received.map((r) => r.json.alert.subject.id)).toEqual(subjects);
    await first.stop();
    await tell(bottleneck(newOpaqueId()));
    await eventually(() => expect(pager.received).toHaveLength(21));
  });
});
