import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type ConfigOf, ConfigurationError, LOGGER, type Logger, Metrics } from '@wardstream/service-kit';
import type { admissionsSettings } from '../admissions.settings.js';
import { Directories } from '../facilities/directories.js';
import { TakeFrame } from '../intake/take-frame.js';
import { MllpConnection } from './mllp-connection.js';

const GRACE_MS = 10_000;

/**
 * The MLLP port. One acknowledgement for each frame, in order, once what it holds is durable (none where
 * the sender wants none, in enhanced mode); a frame that cannot be made durable
 * is not answered and its connection is closed, so that the sender sends it again. At least once, therefore; a repeat is told
 * by sender, MSH-10 and content.
 */
@Injectable()
export class MllpListener implements OnApplicationBootstrap, OnModuleDestroy {
  private server: Server | undefined;
  private readonly connections = new Set<MllpConnection>();
  private readonly open;

  constructor(
    private readonly frames: TakeFrame,
    private readonly directories: Directories,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.open = metrics.gauge('wardstream_mllp_connections', 'Senders connected over MLLP.', []);
  }

  /** The port it listens on. */
  get port(): number {
    return (this.server?.address() as AddressInfo | null)?.port ?? 0;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { mllpPort, mllpHost, mllpMaxConnections } = this.config;
    const tls = await this.tlsOptions();
    // Without the directories every message would be unplaced at first.
    await this.directories.refresh();
    const common = { allowHalfOpen: true, pauseOnConnect: false };
    const server =
      tls === null
        ? createServer(common, (socket) => this.accept(socket))
        : createTlsServer({ ...common, ...tls }, (socket) => this.accept(socket));
    server.maxConnections = mllpMaxConnections;
    server.on('drop', () =>
      this.logger.warn({ most: mllpMaxConnections }, 'an MLLP connection too many was turned away'),
    );
    server.on('tlsClientError', (error: NodeJS.ErrnoException) => {
      this.logger.warn({ code: error.code }, 'an MLLP connection failed its TLS handshake');
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(mllpPort, mllpHost, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => this.logger.error({ err: error }, 'the MLLP listener failed'));
    this.server = server;
    this.logger.info({ port: this.port, tls: tls !== null }, 'MLLP listener is open');
  }

  /** Takes no new connection, answers what was taken on the others, and closes them. */
  async onModuleDestroy(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([...this.connections].map((connection) => connection.stop(GRACE_MS)));
    await closed;
  }

  private accept(socket: Socket): void {
    const { mllpMaxFrameBytes, mllpMaxUnanswered, mllpIdleSeconds, mllpFrameSeconds } = this.config;
    const limits = {
      maxFrameBytes: mllpMaxFrameBytes,
      maxUnanswered: mllpMaxUnanswered,
      idleMs: mllpIdleSeconds * 1000,
      stalledMs: mllpFrameSeconds * 1000,
    };
    const connection = new MllpConnection(socket, limits, (incoming) => this.frames.take(incoming), this.logger);
    this.connections.add(connection);
    this.open.set(this.connections.size);
    socket.once('close', () => {
      this.connections.delete(connection);
      this.open.set(this.connections.size);
    });
  }

  private async tlsOptions(): Promise<TlsOptions | null> {
    const { mllpTlsCertificate, mllpTlsKey, mllpTlsClientAuthorities } = this.config;
    if (mllpTlsCertificate === undefined && mllpTlsKey === undefined) return null;
    if (mllpTlsCertificate === undefined || mllpTlsKey === undefined) {
      throw new ConfigurationError(['WARDSTREAM_MLLP_TLS_CERT_FILE and WARDSTREAM_MLLP_TLS_KEY_FILE go together']);
    }
    const [cert, key] = await Promise.all([readFile(mllpTlsCertificate), readFile(mllpTlsKey)]);
    if (mllpTlsClientAuthorities === undefined) return { cert, key, minVersion: 'TLSv1.2' };
    const ca = await readFile(mllpTlsClientAuthorities);
    return { cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' };
  }
}
