import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, TLSSocket } from 'node:tls';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ServerConnection, type TakenBlock } from '@wardstream/mllp';
import {
  CONFIG,
  type ConfigOf,
  ConfigurationError,
  ConnectionSlots,
  LOGGER,
  type Logger,
  Metrics,
  Tally,
} from '@wardstream/service-kit';
import type { admissionsSettings } from '../../admissions.settings.js';
import { Directories } from '../../directory/index.js';
import { type FrameAnswer, TakeFrame } from '../intake/take-frame.js';
import type { Peer } from '../senders/peer.js';
import { shownCertificate } from '../senders/sender-connection.js';

const GRACE_MS = 10_000;
/** Of the slots, for addresses that were heard of. */
const RESERVED_SHARE = 0.25;
/** Forward secrecy only: the keys of a recorded connection cannot be had later from the certificate's. */
const CIPHERS =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20';

/**
 * The MLLP port. One acknowledgement for each frame, in order, once what it holds is durable (none where
 * the sender wants none, in enhanced mode); a frame that cannot be made durable
 * is not answered and its connection is closed, so that the sender sends it again. At least once, therefore; a repeat is told
 * by sender, MSH-10 and content.
 */
@Injectable()
export class MllpListener implements OnApplicationBootstrap, OnModuleDestroy {
  private server: Server | undefined;
  private readonly connections = new Set<ServerConnection<FrameAnswer>>();
  private readonly slots: ConnectionSlots<ServerConnection<FrameAnswer>>;
  private readonly open;
  private readonly turnedAway;
  private readonly tally: Tally;

  constructor(
    private readonly frames: TakeFrame,
    private readonly directories: Directories,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.open = metrics.gauge('wardstream_mllp_connections', 'Senders connected over MLLP.', []);
    this.turnedAway = metrics.counter(
      'wardstream_mllp_turned_away_total',
      'MLLP connections that got no place (full, address-full) or gave theirs to a newcomer before they sent anything (made-room).',
      ['reason'],
    );
    this.tally = new Tally(logger, 'MLLP connections were turned away');
    const most = config.mllpMaxConnections;
    const reserved = Math.floor(most * RESERVED_SHARE);
    this.slots = new ConnectionSlots({ most, mostPerAddress: config.mllpMaxPerAddress ?? most, reserved });
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
    // Those that are closing count for it, and those amid their TLS handshake; who may stay is for the slots.
    server.maxConnections = mllpMaxConnections * 2 + 64;
    server.on('drop', () => this.turnAway('full'));
    server.on('tlsClientError', (error: NodeJS.ErrnoException) => {
      this.logger.debug({ code: error.code }, 'an MLLP connection failed its TLS handshake');
      this.turnAway('tls-handshake');
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // Who comes while many do waits in the queue, and is not turned back to try again a second later.
      server.listen({ port: mllpPort, host: mllpHost, backlog: 4096 }, () => {
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
    this.tally.close();
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([...this.connections].map((connection) => connection.stop(GRACE_MS)));
    await closed;
  }

  private accept(socket: Socket): void {
    const { mllpMaxFrameBytes, mllpMaxUnanswered, mllpIdleSeconds, mllpFrameSeconds, mllpWholeFrameSeconds } =
      this.config;
    const limits = {
      maxFrameBytes: mllpMaxFrameBytes,
      maxUnanswered: mllpMaxUnanswered,
      idleMs: mllpIdleSeconds * 1000,
      stalledMs: mllpFrameSeconds * 1000,
      wholeFrameMs: mllpWholeFrameSeconds * 1000,
    };
    const peer: Peer = { address: socket.remoteAddress ?? '', certificate: certificateOf(socket) };
    const take = (block: TakenBlock): Promise<FrameAnswer> => this.frames.take({ ...block, transport: 'mllp', peer });
    const heard = ({ profile }: FrameAnswer): void => {
      this.slots.heardFrom(connection.address);
      const sender = profile === null ? undefined : this.directories.senders.withId(profile);
      connection.idleAfter((sender?.profile.connection?.idleSeconds ?? mllpIdleSeconds) * 1000);
    };
    const connection = new ServerConnection(socket, limits, take, this.logger, heard);
    const admission = this.slots.admit(connection);
    if (!admission.admitted) {
      this.turnAway(admission.reason);
      socket.destroy();
      return;
    }
    if (admission.insteadOf !== null) {
      this.turnAway('made-room');
      admission.insteadOf.giveWay();
    }
    this.connections.add(connection);
    this.open.set(this.connections.size);
    socket.once('close', () => {
      this.slots.release(connection);
      this.connections.delete(connection);
      this.open.set(this.connections.size);
    });
  }

  private turnAway(reason: string): void {
    this.turnedAway.inc({ reason });
    this.tally.count(reason);
  }

  private async tlsOptions(): Promise<TlsOptions | null> {
    const { mllpTlsCertificate, mllpTlsKey, mllpTlsClientAuthorities } = this.config;
    if (mllpTlsCertificate === undefined && mllpTlsKey === undefined) return null;
    if (mllpTlsCertificate === undefined || mllpTlsKey === undefined) {
      throw new ConfigurationError(['WARDSTREAM_MLLP_TLS_CERT_FILE and WARDSTREAM_MLLP_TLS_KEY_FILE go together']);
    }
    const strict = { minVersion: 'TLSv1.2', ciphers: CIPHERS, honorCipherOrder: true } as const;
    const [cert, key] = await Promise.all([readFile(mllpTlsCertificate), readFile(mllpTlsKey)]);
    if (mllpTlsClientAuthorities === undefined) return { cert, key, ...strict };
    const ca = await readFile(mllpTlsClientAuthorities);
    return { cert, key, ca, requestCert: true, rejectUnauthorized: true, ...strict };
  }
}

/** By which certificate the sender showed who it is; null where it was not asked to. */
function certificateOf(socket: Socket): Peer['certificate'] {
  const certificate = socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? null : shownCertificate(certificate);
}
