import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type ServiceName, serviceNames } from '@wardstream/service-directory';
import { pino } from 'pino';
import { issueToken, TokenVerifier } from '../access/tokens.js';
import { processSettings } from '../configuration/process-settings.js';
import { readSettings } from '../configuration/settings.js';
import type { Caller } from '../network/caller.js';
import { Metrics } from '../telemetry/metrics.js';
import { createEdge, type Edge, type EdgeMember, type EdgeOwnRoute } from './edge.js';

export const logger = pino({ level: 'silent' });
const secret = 'a secret for this suite and nothing else';
const trust = { secret, issuer: 'wardstream', audience: 'wardstream' };

/** A token that is good for `seconds`; of another key where `key` says so. */
export function tokenFor(seconds = 60, key = secret): Promise<string> {
  return issueToken({ ...trust, secret: key }, { subject: 'u', roles: ['bed-manager'] }, seconds);
}
export const wrongToken = (): Promise<string> => tokenFor(60, 'another secret of the right length');

/** An edge that listens, in front of one member for everything. */
export class EdgeUnderTest {
  readonly metrics = new Metrics();
  readonly sockets = new Set<Socket>();
  port = 0;
  private edge: Edge | undefined;

  static async start(
    member: EdgeMember,
    values: Record<string, string> = {},
    own: EdgeOwnRoute = () => false,
    log = logger,
  ): Promise<EdgeUnderTest> {
    const under = new EdgeUnderTest();
    const database = 'postgres://127.0.0.1/none';
    under.edge = createEdge({
      members: Object.fromEntries(serviceNames.map((name) => [name, member])) as Record<ServiceName, EdgeMember>,
      own,
      tokens: new TokenVerifier(trust),
      metrics: under.metrics,
      logger: log,
      lingerMs: 200,
      settings: readSettings(processSettings, { DATABASE_URL: database, ...values }),
    });
    under.port = await under.edge.listen(0, '127.0.0.1');
    return under;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  fetch(path: string, init: RequestInit & { token?: string } = {}): Promise<Response> {
    const { token, headers, ...rest } = init;
    const all = new Headers(headers);
    if (token !== undefined) all.set('authorization', `Bearer ${token}`);
    return fetch(this.origin + path, { ...rest, headers: all });
  }

  /** A connection over which bytes go as they are. */
  connect(): RawConnection {
    const socket = connect(this.port, '127.0.0.1');
    this.sockets.add(socket);
    return new RawConnection(socket);
  }

  /** Sends bytes as they are; resolves with all that comes until the connection is closed. */
  async raw(bytes: string): Promise<string> {
    const connection = this.connect();
    connection.write(bytes);
    await connection.closed;
    return connection.text;
  }

  async metric(name: string): Promise<Record<string, number>> {
    const found = await this.metrics.registry.getSingleMetric(name)?.get();
    return Object.fromEntries((found?.values ?? []).map(({ labels, value }) => [Object.values(labels).join(), value]));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await this.edge?.close();
  }
}

export class RawConnection {
  text = '';
  readonly closed: Promise<void>;
  constructor(readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => (this.text += piece));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }
  write(bytes: string): void {
    this.socket.write(bytes);
  }
}

/** A member that says what it was asked, and by whom, once the whole body has come. */
export function echo(request: IncomingMessage, response: ServerResponse, caller: Caller): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ caller, bytes, headers: request.headers, url: request.url }));
  });
}

/** A service that listens by itself, behind an edge. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
