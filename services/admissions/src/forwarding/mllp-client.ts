import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { frame, type Hl7Message, MllpDecoder, parseMessage } from '@wardstream/hl7v2';
import type { Destination } from '../domain/destination.js';

/** How a receiver answered one message, or why there is no answer. Words hold no text of the receiver: it may quote a patient. */
export type MllpAnswer =
  | { readonly kind: 'answered'; readonly code: 'accepted' | 'error' | 'rejected'; readonly says: string }
  | { readonly kind: 'none'; readonly cause: string };

const LARGEST_ANSWER_BYTES = 256 * 1024;

interface Waiting {
  readonly controlId: string;
  others: number;
  readonly done: (answer: MllpAnswer) => void;
}

/**
 * One connection to a receiver over MLLP, opened when it is needed and kept between messages. One message at a time: the next one
 * leaves once this one is answered. What is answered for another message than the one under way is passed over, as a receiver may
 * answer twice; a connection on which an answer may still be under way is not used again.
 */
export class MllpClient {
  private socket: Socket | null = null;
  private waiting: Waiting | null = null;
  private lastControlId: string | null = null;

  constructor(private readonly peer: Pick<Destination, 'host' | 'port' | 'tls' | 'seconds'>) {}

  /** Sends one message, unframed. Resolves with its answer, or why there is none; null if `signal` broke it off. */
  async send(message: Buffer, controlId: string, signal: AbortSignal): Promise<MllpAnswer | null> {
    // A late second answer to the last message could not be told from the answer to this one.
    if (this.lastControlId === controlId) this.close();
    let breakOff = (): void => undefined;
    const broken = new Promise<null>((resolve) => {
      breakOff = () => resolve(null);
    });
    if (signal.aborted) breakOff();
    // The signal outlives all messages: what stayed on it would be kept for each of them.
    signal.addEventListener('abort', breakOff);
    const answer = await Promise.race([this.exchange(message, controlId), broken]);
    signal.removeEventListener('abort', breakOff);
    if (answer === null || answer.kind === 'none') this.close();
    return answer;
  }

  close(): void {
    const { socket } = this;
    this.socket = null;
    this.lastControlId = null;
    socket?.destroy();
    this.answer({ kind: 'none', cause: 'the connection was closed' });
  }

  private async exchange(message: Buffer, controlId: string): Promise<MllpAnswer> {
    try {
      this.socket ??= await this.open();
    } catch (error) {
      return { kind: 'none', cause: codeOf(error) };
    }
    const { socket } = this;
    const { answer } = this.peer.seconds;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<MllpAnswer>((done) => {
        const waiting: Waiting = { controlId, others: 0, done };
        this.waiting = waiting;
        timer = setTimeout(() => {
          const other = waiting.others > 0 ? ', only an answer to another message' : '';
          done({ kind: 'none', cause: `no answer within ${answer} s${other}` });
        }, answer * 1000);
        this.lastControlId = controlId;
        socket.write(frame(message));
      });
    } finally {
      clearTimeout(timer);
      this.waiting = null;
    }
  }

  private answer(answer: MllpAnswer): void {
    this.waiting?.done(answer);
  }

  private async open(): Promise<Socket> {
    const { host, port, tls, seconds } = this.peer;
    const options = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 };
    const socket = tls === null ? connect(options) : connectTls({ ...options, ...(await tlsOptions(tls, host)) });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy();
        reject(new Error(`no connection within ${seconds.connect} s`));
      }, seconds.connect * 1000);
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
    this.listen(socket);
    return socket;
  }

  private listen(socket: Socket): void {
    const decoder = new MllpDecoder({ maxFrameBytes: LARGEST_ANSWER_BYTES });
    let why = 'the connection was closed before the answer';
    socket.on('data', (chunk: Buffer) => {
      if (this.socket !== socket) return;
      for (const item of decoder.push(chunk)) {
        if (item.kind === 'frame') this.take(item.bytes);
      }
      // Something else than MLLP talks there, without end.
      if (decoder.junkBytes > LARGEST_ANSWER_BYTES) socket.destroy();
    });
    socket.on('error', (error) => (why = codeOf(error)));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.lastControlId = null;
      this.answer({ kind: 'none', cause: why });
    });
  }

  private take(bytes: Buffer): void {
    const { waiting } = this;
    if (waiting === null) return;
    const { message } = parseMessage(bytes);
    const msa = message?.segment('MSA');
    if (message === null || msa === undefined || msa.value(2) !== waiting.controlId) {
      waiting.others += 1;
      return;
    }
    const code = msa.value(1).toUpperCase();
    const meaning = {
      AA: 'accepted',
      CA: 'accepted',
      AE: 'error',
      CE: 'error',
      AR: 'rejected',
      CR: 'rejected',
    } as const;
    if (!(code in meaning)) waiting.done({ kind: 'none', cause: 'the answer says neither AA, AE nor AR' });
    else waiting.done({ kind: 'answered', code: meaning[code as keyof typeof meaning], says: saidBy(message, code) });
  }
}

/** MSA-1, and of each ERR its code and where it points to: `AE 101 PV1-19`. */
function saidBy(message: Hl7Message, code: string): string {
  const errors = message.segments('ERR').flatMap((err) => {
    const number = err.value(3) || err.value(1, 4);
    const [segment, field] = [err.value(2) || err.value(1), err.value(2, 3) || err.value(1, 3)];
    const where = /^[A-Z][A-Z0-9]{2}$/.test(segment) ? segment + (/^\d{1,3}$/.test(field) ? `-${field}` : '') : '';
    return [/^\d{1,3}$/.test(number) ? number : '', where].filter((part) => part !== '').join(' ') || [];
  });
  return [code, ...errors.slice(0, 5)].join(' ');
}

async function tlsOptions(tls: NonNullable<Destination['tls']>, host: string): Promise<object> {
  const { authorities, certificate, key, serverName } = tls;
  // Read for each connection: a certificate that was renewed counts from then on.
  const [ca, cert, own] = await Promise.all(
    [authorities, certificate, key].map((file) => (file === null ? undefined : readFile(file))),
  );
  const name = serverName ?? host;
  return {
    ...{ minVersion: 'TLSv1.2', rejectUnauthorized: true },
    // An address is no server name by TLS; the certificate is checked against it all the same.
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert, key: own }),
  };
}

/** The code of a network failure or what this client says itself; never an address. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return code;
  return error instanceof Error && error.message.length < 80 ? error.message : 'network failure';
}
