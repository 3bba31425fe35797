import { connect, type Socket } from 'node:net';
import {
  type AnyEventDefinition,
  type EventDefinition,
  type EventEnvelope,
  type FacilityData,
  facilityConfigured,
  toEnvelope,
  topics,
} from '@wardstream/events';
import { FixedClock } from '@wardstream/kernel';
import { decodeRecord, encodeEvent, type EventLog } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { createEnvironment, createService, issueToken, type Role, type RunningService } from '@wardstream/service-kit';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import pg from 'pg';
import { admissionsService } from '../admissions.service.js';
import { MllpListener } from '../inbound/mllp/mllp.listener.js';
import { Processor } from '../inbound/processing/processor.js';

export const secret = 'a secret for these suites and nothing else';
let databases = 0;

/** JSON of an answer, as far as a test looks into it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shapes are what the tests are about
export type Shown = Record<string, any>;

/** The real service on a real PostgreSQL, with what it published, and senders to talk to it. */
export class AdmissionsHouse {
  readonly clock = new FixedClock('2026-03-31T00:00:00.000Z');
  readonly published: EventEnvelope[] = [];
  service!: RunningService;
  private log!: EventLog;
  private readonly senders: Sender[] = [];
  private readonly pool: pg.Pool;

  private constructor(
    readonly postgres: TestPostgres,
    readonly url: string,
    private readonly settings: Record<string, string>,
    private readonly openLog: (url: string) => EventLog,
  ) {
    this.pool = new pg.Pool({ connectionString: url, max: 2 });
    this.pool.on('error', () => undefined);
  }

  static async start(
    settings: Record<string, string> = {},
    openLog: (url: string) => EventLog = (url) => new PostgresEventLog({ url }),
  ): Promise<AdmissionsHouse> {
    const postgres = await startPostgres();
    const url = await postgres.createDatabase(`admissions_${++databases}`);
    const house = new AdmissionsHouse(postgres, url, settings, openLog);
    try {
      await house.begin();
    } catch (error) {
      // A house that does not start leaves nothing behind.
      await house.log.close();
      await house.pool.end();
      await postgres.stop();
      throw error;
    }
    return house;
  }

  /** Starts the service (again, on the same data). */
  async begin(before: (service: RunningService) => void = () => undefined): Promise<void> {
    this.log = this.openLog(this.url);
    await this.log.ensureTopics(topics);
    const values = {
      DATABASE_URL: this.url,
      WARDSTREAM_AUTH_SECRET: secret,
      WARDSTREAM_LOG_LEVEL: 'silent',
      WARDSTREAM_MLLP_PORT: '0',
      WARDSTREAM_MLLP_HOST: '127.0.0.1',
      ...this.settings,
    };
    this.service = await createService(admissionsService, createEnvironment(values, this.log, { clock: this.clock }));
    before(this.service);
    await this.service.start();
    await this.log.subscribe({
      group: 'suite',
      topics: admissionsService.publishes.map((d) => d.topic),
      onBatch: async ({ records }) => {
        for (const record of records) {
          const decoded = decodeRecord(record);
          if (decoded.kind === 'event') this.published.push(decoded.envelope);
        }
      },
    });
  }

  /** Stops the service; its data stays. */
  async end(): Promise<void> {
    for (const sender of this.senders.splice(0)) sender.close();
    await this.service.stop();
    await this.log.close();
  }

  async remove(): Promise<void> {
    await this.end();
    await this.pool.end();
    await this.postgres.stop();
  }

  get mllpPort(): number {
    return this.service.get(MllpListener).port;
  }

  async sender(): Promise<Sender> {
    const sender = await Sender.open(this.mllpPort);
    this.senders.push(sender);
    return sender;
  }

  /** Publishes a facility as bed-management would, and waits until the service knows it. */
  async configure(facility: FacilityData): Promise<void> {
    const { id, version } = facility;
    await this.tell(facilityConfigured, [{ facility: id, subject: id, version, data: facility }]);
    await eventually(async () => {
      const [row] = await this.rows<{ version: number }>('SELECT version FROM admissions.facility WHERE id = $1', [id]);
      return row?.version === version;
    });
    await this.drained();
  }

  /** Publishes as another service would: all at once, in this order. */
  async tell<T>(
    definition: EventDefinition<T>,
    told: readonly { facility: string; subject: string; version: number; data: T }[],
  ): Promise<void> {
    const time = new Date(this.clock.nowMs()).toISOString();
    const records = told.map(({ version: aggregateVersion, ...of }) =>
      encodeEvent(definition, toEnvelope({ definition, aggregateVersion, time, recordedAt: time, ...of })),
    );
    await this.log.append(records);
  }

  /** Until nothing waits to be processed or derived anew. */
  async drained(): Promise<void> {
    await eventually(async () => {
      const [row] = await this.rows<{ left: string }>(
        `SELECT (SELECT count(*) FROM admissions.pending_message) +
                (SELECT count(*) FROM admissions.encounter e JOIN admissions.facility f ON f.id = e.facility
                  WHERE e.directory_version < f.version AND (e.unresolved OR e.status IN ('planned', 'in-progress', 'on-leave'))) AS left`,
      );
      return row?.left === '0';
    });
  }

  /** A day later: what still waits for its visit is given up. */
  async waitInVain(): Promise<void> {
    await this.drained();
    this.clock.advanceMs(25 * 3_600_000);
    this.service.get(Processor).poll();
    await eventually(async () => {
      const [row] = await this.rows<{ n: string }>(
        'SELECT count(*) AS n FROM admissions.unnumbered_fact WHERE visit IS NULL AND NOT given_up',
      );
      return row?.n === '0';
    });
  }

  async rows<R>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return (await this.pool.query(sql, parameters)).rows as R[];
  }

  events<T>(definition: AnyEventDefinition, subject?: string): (EventEnvelope & { data: T })[] {
    return this.published.filter(
      (e) => e.type === definition.type && (subject === undefined || e.subject === subject),
    ) as (EventEnvelope & { data: T })[];
  }

  async call(
    method: 'GET' | 'POST',
    path: string,
    roles: Role[] = ['administrator'],
    body?: {
      readonly payload: string | Buffer;
      readonly type: string;
      readonly headers?: Record<string, string>;
    },
  ): Promise<{ status: number; type: string; text: string; body: Shown }> {
    const token = await issueToken(
      { secret, issuer: 'wardstream', audience: 'wardstream' },
      { subject: 'suite', roles },
      60,
    );
    const answer = await this.service.fastify.inject({
      method,
      url: `/api/v1/${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': body.type, ...body.headers }),
      },
      ...(body === undefined ? {} : { payload: body.payload }),
    });
    const type = String(answer.headers['content-type'] ?? '');
    return { status: answer.statusCode, type, text: answer.body, body: type.includes('json') ? answer.json() : {} };
  }

  /** The encounter of a visit, whole; undefined if there is none. */
  async encounter(visitNumber: string, facility = 'NGH'): Promise<Shown | undefined> {
    const { body } = await this.call(
      'GET',
      `facilities/${facility}/encounters?visitNumber=${encodeURIComponent(visitNumber)}`,
    );
    const [found] = body['items'] as { id: string }[];
    return found === undefined ? undefined : (await this.call('GET', `encounters/${found.id}`)).body;
  }
}

/** A department system's connection; its framing is written here by hand, apart from the product's. */
export class Sender {
  private rest = Buffer.alloc(0);
  private readonly waiting: { resolve(ack: string): void; reject(error: Error): void }[] = [];
  readonly answers: string[] = [];
  closed = false;
  readonly whenClosed: Promise<void>;

  constructor(readonly socket: Socket) {
    this.whenClosed = new Promise((resolve) => {
      socket.on('close', () => {
        this.closed = true;
        for (const { reject } of this.waiting.splice(0)) reject(new Error('closed'));
        resolve();
      });
    });
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => this.read(chunk));
  }

  static open(port: number, localAddress = '127.0.0.1'): Promise<Sender> {
    return new Promise((resolve, reject) => {
      const to = { port, host: '127.0.0.1', localAddress, noDelay: true };
      const socket = connect(to, () => resolve(new Sender(socket)));
      socket.once('error', reject);
    });
  }

  /** Sends one message; resolves with its acknowledgement. */
  send(message: string | Buffer): Promise<string> {
    const answer = this.next();
    this.write(Buffer.concat([Buffer.from([0x0b]), Buffer.from(message as string), Buffer.from([0x1c, 0x0d])]));
    return answer;
  }

  /** The next acknowledgement. */
  next(): Promise<string> {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  write(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const [start, end] = [this.rest.indexOf(0x0b), this.rest.indexOf(0x1c)];
      if (start < 0 || end < 0) return;
      const ack = this.rest.subarray(start + 1, end).toString('utf8');
      this.rest = this.rest.subarray(end + 2);
      this.answers.push(ack);
      this.waiting.shift()?.resolve(ack);
    }
  }
}

/** MSA-1 and MSA-2. */
export function answered(ack: string): string {
  const [, code, controlId] = /MSA\|(\w\w)\|([^|\r]*)/.exec(ack) ?? [];
  return `${code ?? 'none'} ${controlId ?? ''}`.trim();
}
