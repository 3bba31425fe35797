import { type Hl7Message, parseMessage } from '@wardstream/hl7v2';
import { causeOf, ClientConnection, type MllpTls } from './client-connection.js';

/** How a receiver answered one message, or why there is no answer. Words hold no text of the receiver: it may quote a patient. */
export type MllpAnswer =
  | { readonly kind: 'answered'; readonly code: 'accepted' | 'error' | 'rejected'; readonly says: string }
  | { readonly kind: 'none'; readonly cause: string };

interface Waiting {
  readonly controlId: string;
  others: number;
  readonly done: (answer: MllpAnswer) => void;
}

/** A receiver, and how long to wait for a connection and for an answer. */
export interface MllpPeer {
  readonly host: string;
  readonly port: number;
  readonly tls: MllpTls | null;
  readonly seconds: { readonly connect: number; readonly answer: number };
}

/**
 * One connection to a receiver over MLLP, opened when it is needed and kept between messages. One message at a time: the next one
 * leaves once this one is answered. What is answered for another message than the one under way is passed over, as a receiver may
 * answer twice; a connection on which an answer may still be under way is not used again.
 */
export class MllpClient {
  private connection: ClientConnection | null = null;
  private waiting: Waiting | null = null;
  private lastControlId: string | null = null;

  constructor(private readonly peer: MllpPeer) {}

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
    const answer = await Promise.race([this.exchange(message, controlId, signal), broken]);
    signal.removeEventListener('abort', breakOff);
    if (answer === null || answer.kind === 'none') this.close();
    return answer;
  }

  close(): void {
    this.connection?.close();
    this.connection = null;
    this.lastControlId = null;
    this.answer({ kind: 'none', cause: 'the connection was closed' });
  }

  private async exchange(message: Buffer, controlId: string, signal: AbortSignal): Promise<MllpAnswer> {
    try {
      this.connection ??= await this.open();
    } catch (error) {
      return { kind: 'none', cause: causeOf(error) };
    }
    // Broken off meanwhile: somebody else may send this message by now.
    if (signal.aborted) {
      this.close();
      return { kind: 'none', cause: 'broken off' };
    }
    const { connection } = this;
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
        connection.send(message);
      });
    } finally {
      clearTimeout(timer);
      this.waiting = null;
    }
  }

  private answer(answer: MllpAnswer): void {
    this.waiting?.done(answer);
  }

  private async open(): Promise<ClientConnection> {
    const { host, port, tls, seconds } = this.peer;
    return ClientConnection.open(
      { host, port, tls, connectSeconds: seconds.connect },
      {
        onItem: (item) => {
          if (item.kind === 'frame') this.take(item.bytes);
        },
        onClosed: (cause) => {
          this.connection = null;
          this.lastControlId = null;
          this.answer({ kind: 'none', cause });
        },
      },
    );
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
    else waiting.done({ kind: 'answered', code: meaning[code as keyof typeof meaning], says: reasonOf(message, code) });
  }
}

/** MSA-1, and of each ERR its code and where it points to: `AE 101 PV1-19`. */
function reasonOf(message: Hl7Message, code: string): string {
  const errors = message.segments('ERR').flatMap((err) => {
    const number = err.value(3) || err.value(1, 4);
    const [segment, field] = [err.value(2) || err.value(1), err.value(2, 3) || err.value(1, 3)];
    const where = /^[A-Z][A-Z0-9]{2}$/.test(segment) ? segment + (/^\d{1,3}$/.test(field) ? `-${field}` : '') : '';
    return [/^\d{1,3}$/.test(number) ? number : '', where].filter((part) => part !== '').join(' ') || [];
  });
  return [code, ...errors.slice(0, 5)].join(' ');
}
