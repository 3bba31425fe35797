import { type AckCode, parseMessage } from '@wardstream/hl7v2';
import { causeOf, ClientConnection } from '@wardstream/mllp';
import { Backoff } from './backoff.js';
import type { FeedLog } from './feed-log.js';

const CONNECT_SECONDS = 10;

export interface MllpTarget {
  readonly host: string;
  readonly port: number;
}

export interface MllpSenderOptions extends MllpTarget {
  /** MSH-3 of what it sends; names the sender in logs. */
  readonly name: string;
  readonly log: FeedLog;
  /** Messages that may be unacknowledged at once; 32 unless told. */
  readonly window?: number;
  /** Real milliseconds the oldest unacknowledged message may wait before the connection is given up; 30 s unless told. */
  readonly acknowledgeWithinMs?: number;
  /** First and longest wait between attempts to connect, real milliseconds; 200 and 5,000 unless told. */
  readonly reconnectMs?: readonly [number, number];
}

/** The message was not acknowledged and will not be sent again by this sender. */
export class SenderClosed extends Error {
  constructor(name: string) {
    super(`the sender ${name} was closed`);
    this.name = 'SenderClosed';
  }
}

interface Item {
  readonly controlId: string;
  readonly message: Uint8Array;
  readonly answered: (code: AckCode) => void;
  readonly failed: (error: Error) => void;
}

/**
 * One department system's connection. Messages leave in the order they were given and are acknowledged in that order
 * (MSA-2 = MSH-10). At least once: after a lost connection, a silent receiver or an acknowledgement that does not fit,
 * everything unacknowledged is sent again in order; the receiver tells a repeat by sender and MSH-10.
 */
export class MllpSender {
  private readonly waiting: Item[] = [];
  private readonly inFlight: Item[] = [];
  private readonly backoff: Backoff;
  private readonly window: number;
  private readonly patienceMs: number;
  private connection: ClientConnection | null = null;
  /** The attempt to connect that is under way. */
  private opening: object | null = null;
  private closed = false;
  private silence: NodeJS.Timeout | null = null;
  private retry: NodeJS.Timeout | null = null;

  constructor(private readonly options: MllpSenderOptions) {
    this.backoff = new Backoff(...(options.reconnectMs ?? ([200, 5000] as const)));
    this.window = options.window ?? 32;
    this.patienceMs = options.acknowledgeWithinMs ?? 30_000;
  }

  /**
   * Sends one message. Resolves with MSA-1 once acknowledged (AE and AR are answers too), however long it takes.
   * @throws SenderClosed when the sender is closed first
   */
  send(controlId: string, message: Uint8Array): Promise<AckCode> {
    if (this.closed) return Promise.reject(new SenderClosed(this.options.name));
    return new Promise((answered, failed) => {
      this.waiting.push({ controlId, message, answered, failed });
      this.pump();
    });
  }

  /** Ends the connection; what is unacknowledged is refused to its callers. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.retry) clearTimeout(this.retry);
    this.drop();
    for (const item of [...this.inFlight, ...this.waiting]) item.failed(new SenderClosed(this.options.name));
    this.inFlight.length = 0;
    this.waiting.length = 0;
  }

  private pump(): void {
    if (this.closed || this.waiting.length === 0) return;
    if (this.connection === null) return this.open();
    while (this.inFlight.length < this.window) {
      const item = this.waiting.shift();
      if (!item) break;
      this.inFlight.push(item);
      this.connection.send(item.message);
    }
    this.listenForSilence();
  }

  private open(): void {
    if (this.connection || this.opening || this.retry) return;
    const { host, port } = this.options;
    const attempt = {};
    this.opening = attempt;
    ClientConnection.open(
      { host, port, tls: null, connectSeconds: CONNECT_SECONDS },
      {
        onItem: (item) => {
          if (item.kind === 'frame') this.acknowledged(item.bytes);
          else this.lost('an acknowledgement that is none');
        },
        onClosed: (why) => this.lost(why),
      },
    ).then(
      (connection) => {
        // Closed while it was under way.
        if (this.opening !== attempt) return connection.close();
        this.opening = null;
        this.connection = connection;
        this.pump();
      },
      (error: unknown) => {
        if (this.opening === attempt) this.lost(causeOf(error));
      },
    );
  }

  private acknowledged(bytes: Buffer): void {
    const parsed = parseMessage(bytes);
    const msa = parsed.ok ? parsed.message.segment('MSA') : undefined;
    const code = msa?.value(1).replace(/^C/, 'A') ?? '';
    const item = this.inFlight[0];
    if (!item || (code !== 'AA' && code !== 'AE' && code !== 'AR') || msa?.value(2) !== item.controlId) {
      this.lost('an acknowledgement out of order');
      return;
    }
    this.inFlight.shift();
    this.backoff.reset();
    this.listenForSilence(true);
    item.answered(code);
    this.pump();
  }

  /** Gives the connection up, puts what is unacknowledged back in front and tries again later. */
  private lost(why: string): void {
    this.drop();
    if (this.closed) return;
    const again = this.inFlight.splice(0);
    this.waiting.unshift(...again);
    const wait = this.backoff.nextMs();
    this.options.log.debug(
      { sender: this.options.name, why, again: again.length, waitMs: Math.round(wait) },
      'A demo sender lost its connection',
    );
    this.retry = setTimeout(() => {
      this.retry = null;
      this.pump();
    }, wait);
  }

  private drop(): void {
    const { connection } = this;
    this.connection = null;
    this.opening = null;
    if (this.silence) clearTimeout(this.silence);
    this.silence = null;
    connection?.close();
  }

  private listenForSilence(anew = false): void {
    if (this.silence && (anew || this.inFlight.length === 0)) {
      clearTimeout(this.silence);
      this.silence = null;
    }
    if (this.silence || this.inFlight.length === 0) return;
    this.silence = setTimeout(() => {
      this.silence = null;
      this.lost('no acknowledgement');
    }, this.patienceMs);
  }
}
