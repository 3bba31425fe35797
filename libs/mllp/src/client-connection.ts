import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { frame, MllpDecoder, type MllpItem } from './framing.js';

/** Files (PEM) of a TLS connection. */
export interface MllpTls {
  /** Authorities that the receiver's certificate must come from; those of the system where null. */
  readonly authorities: string | null;
  /** Certificate and key that this side shows. */
  readonly certificate: string | null;
  readonly key: string | null;
  /** Name in the receiver's certificate; the host where null. */
  readonly serverName: string | null;
}

/** A receiver, and how long to wait for a connection to it. */
export interface MllpReceiver {
  readonly host: string;
  readonly port: number;
  readonly tls: MllpTls | null;
  readonly connectSeconds: number;
}

export interface ClientConnectionListener {
  onItem(item: MllpItem): void;
  /** The other side is gone, or the way to it. Told once, and not of a connection that this side closed. */
  onClosed(cause: string): void;
}

const LARGEST_ANSWER_BYTES = 256 * 1024;

/** One connection to a receiver: frames what is sent, and hands on what comes back. When what is answered, is for its user to say. */
export class ClientConnection {
  private over = false;

  private constructor(
    private readonly socket: Socket,
    private readonly listener: ClientConnectionListener,
  ) {
    const decoder = new MllpDecoder({ maxFrameBytes: LARGEST_ANSWER_BYTES });
    let cause = 'the connection was closed before the answer';
    socket.on('data', (chunk: Buffer) => {
      for (const item of decoder.push(chunk)) if (!this.over) this.listener.onItem(item);
      // Something else than MLLP talks there, without end.
      if (decoder.junkBytes > LARGEST_ANSWER_BYTES) socket.destroy();
    });
    socket.on('error', (error) => (cause = causeOf(error)));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (this.over) return;
      this.over = true;
      this.listener.onClosed(cause);
    });
  }

  /** Rejects with an error whose `causeOf` says why there is no connection. */
  static async open(receiver: MllpReceiver, listener: ClientConnectionListener): Promise<ClientConnection> {
    const { host, port, tls, connectSeconds } = receiver;
    const options = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 };
    const socket = tls === null ? connect(options) : connectTls({ ...options, ...(await tlsOptions(tls, host)) });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy();
        reject(new Error(`no connection within ${connectSeconds} s`));
      }, connectSeconds * 1000);
      socket.once(tls === null ? 'connect' : 'secureConnect', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      socket.once('close', () => {
        clearTimeout(timer);
        reject(new Error('the connection was closed'));
      });
    });
    return new ClientConnection(socket, listener);
  }

  /** Sends one message, unframed. */
  send(message: Uint8Array): void {
    this.socket.write(frame(message));
  }

  close(): void {
    this.over = true;
    this.socket.destroy();
  }
}

async function tlsOptions(tls: MllpTls, host: string): Promise<ConnectionOptions> {
  const { authorities, certificate, key, serverName } = tls;
  // Read for each connection: a certificate that was renewed counts from then on.
  const [ca, cert, own] = await Promise.all(
    [authorities, certificate, key].map((file) => (file === null ? undefined : readFile(file))),
  );
  const name = serverName ?? host;
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    // An address is no server name by TLS; the certificate is checked against it all the same.
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert, key: own }),
  };
}

/** The code of a network failure or what this client says itself; never an address. */
export function causeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return code;
  return error instanceof Error && error.message.length < 80 ? error.message : 'network failure';
}
