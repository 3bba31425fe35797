import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BoardSnapshot } from '@wardstream/api-contract';
import {
  bedChanged,
  facilityConfigured,
  toEnvelope,
  topics,
  type AnyEventDefinition,
  type BedData,
  type FacilityData,
} from '@wardstream/events';
import { FixedClock } from '@wardstream/kernel';
import { encodeEvent, type LogRecord } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { UnitOfWork } from '@wardstream/persistence';
import { createEnvironment, createService, issueToken, type Role, type RunningService } from '@wardstream/service-kit';
import { boardService } from './board.service.js';
import { parsePlace } from './domain/stream-place.js';

const trust = { secret: 'a secret for this suite and nothing else', issuer: 'wardstream', audience: 'wardstream' };
export const NOW = '2026-01-13T14:42:00.000Z';

export interface Told {
  readonly definition: AnyEventDefinition;
  readonly subject: string;
  readonly version: number;
  readonly facility: string;
  readonly data: unknown;
}

export interface Received {
  readonly event: string;
  readonly id: string | null;
  readonly data: unknown;
}

/** The board service of one test, listening on a port of its own. */
export class BoardUnderTest {
  private readonly readers: StreamReader[] = [];
  private constructor(
    readonly service: RunningService,
    readonly log: PostgresEventLog,
    /** Stands still unless told. */
    readonly clock: FixedClock,
    private readonly server: Server,
  ) {}

  static async start(
    database: string,
    logDatabase: string,
    values: Record<string, string> = {},
  ): Promise<BoardUnderTest> {
    const log = new PostgresEventLog({ url: logDatabase });
    await log.ensureTopics(topics);
    const clock = new FixedClock(NOW);
    const environment = createEnvironment(
      { DATABASE_URL: database, WARDSTREAM_AUTH_SECRET: trust.secret, WARDSTREAM_LOG_LEVEL: 'silent', ...values },
      log,
      { clock },
    );
    const service = await createService(boardService, environment);
    await service.start();
    const server = createServer((request, response) => service.fastify.routing(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new BoardUnderTest(service, log, clock, server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  token(role: Role = 'bed-manager', seconds = 600): Promise<string> {
    return issueToken(trust, { subject: 'mo', name: 'M. Okafor', roles: [role] }, seconds);
  }

  /** The same with data that no schema takes, as only a faulty publisher writes it. */
  tellBroken(told: Told): Promise<void> {
    return this.log.append([{ ...recordOf(told), value: JSON.stringify({ broken: true }) }]);
  }

  tell(...told: Told[]): Promise<void> {
    return this.log.append(told.map(recordOf));
  }

  /** Ends it as the death of its process would: nothing more is written, and nothing is given back. */
  async kill(): Promise<void> {
    const unitOfWork = this.service.get(UnitOfWork);
    unitOfWork.run = () => Promise.reject(new Error('this process is dead'));
    unitOfWork.query = () => Promise.reject(new Error('this process is dead'));
    this.server.closeAllConnections();
    await this.stop();
  }

  async get<T>(path: string, role: Role = 'bed-manager'): Promise<{ status: number; body: T }> {
    const answer = await fetch(`${this.origin}${path}`, {
      headers: { authorization: `Bearer ${await this.token(role)}` },
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  async stream(facility: string, lastEventId?: string, tokenSeconds?: number): Promise<StreamReader> {
    const reader = await StreamReader.open(
      `${this.origin}/api/v1/facilities/${facility}/stream`,
      await this.token('bed-manager', tokenSeconds),
      lastEventId,
    );
    this.readers.push(reader);
    return reader;
  }

  async stop(): Promise<void> {
    for (const reader of this.readers) reader.close();
    await this.service.stop();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.log.close();
  }
}

function recordOf({ definition, subject, version, facility, data }: Told): LogRecord {
  return encodeEvent(
    definition,
    toEnvelope({ definition, subject, aggregateVersion: version, facility, time: NOW, recordedAt: NOW, data }),
  );
}

/** A stream as a browser reads it; keeps everything. */
export class StreamReader {
  readonly events: Received[] = [];
  ended = false;
  private constructor(private readonly abort: AbortController) {}

  static async open(url: string, token: string, lastEventId?: string): Promise<StreamReader> {
    const abort = new AbortController();
    const reader = new StreamReader(abort);
    const answer = await fetch(url, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: abort.signal,
    });
    if (answer.status !== 200) throw new Error(`the stream was refused: ${answer.status}`);
    void reader.read(answer.body!);
    return reader;
  }

  /** Everything with a number, as [event, number]. */
  get numbered(): [string, number][] {
    return this.events.flatMap((e) => (e.id === null ? [] : [[e.event, numberOf(e.id)] as [string, number]]));
  }

  get lastId(): string | undefined {
    return this.events.findLast((e) => e.id !== null)?.id ?? undefined;
  }

  get snapshot(): BoardSnapshot {
    return this.events.find((e) => e.event === 'snapshot')!.data as BoardSnapshot;
  }

  /** The ids of everything that has one. */
  get ids(): string[] {
    return this.events.flatMap((e) => e.id ?? []);
  }

  latest<T>(event: string): T | undefined {
    return this.events.findLast((e) => e.event === event)?.data as T | undefined;
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const piece of body) {
        rest += decoder.decode(piece, { stream: true });
        const blocks = rest.split('\n\n');
        rest = blocks.pop()!;
        this.events.push(...blocks.map(parseBlock));
      }
    } catch {
      // Closed by the test or cut off by the board.
    }
    this.ended = true;
  }
}

export function parseBlock(block: string): Received {
  const field = (name: string): string | null =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null;
  return { event: field('event')!, id: field('id'), data: JSON.parse(field('data')!) as unknown };
}

/** How many records of the log lie before the place that an id names: it grows along a stream. */
export const numberOf = (id: string): number => parsePlace(id)!.next.reduce((sum, n) => sum + n, 0);

export function facility(id: string, version = 1): Told {
  const data: FacilityData = {
    id,
    name: `Hospital ${id}`,
    aliases: [],
    timeZone: 'Europe/London',
    version,
    units: [],
    rooms: [],
    beds: [],
  };
  return { definition: facilityConfigured, subject: id, version, facility: id, data };
}

export function bed(facilityId: string, id: string, version: number, more: Partial<BedData> = {}): Told {
  const data: BedData = {
    id,
    facility: facilityId,
    version,
    unit: '4A',
    room: 'A',
    bed: id,
    staffed: true,
    surge: false,
    attributes: [],
    state: 'available',
    since: NOW,
    occupants: [],
    reservedFor: null,
    needs: [],
    clocks: [],
    blocked: null,
    closed: null,
    cleaningJobId: null,
    conflicts: [],
    asOf: NOW,
    history: { from: NOW, segments: [] },
    cause: { kind: 'admit', by: 'ADT', at: NOW, recordedAt: NOW, receivedAt: NOW },
    ...more,
  };
  return { definition: bedChanged, subject: id, version, facility: facilityId, data };
}
