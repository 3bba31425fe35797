import { createConnection, type Socket } from 'node:net';

/** A sender's connection: frames what it is given, reads acknowledgements in order. Independent of the product's framing. */
export class MllpSender {
  private rest: Buffer = Buffer.alloc(0);
  private readonly waiting: { resolve(ack: string): void; reject(error: Error): void }[] = [];
  private ended: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.take(chunk));
    const fail = (error: Error) => {
      this.ended = error;
      for (const { reject } of this.waiting.splice(0)) reject(error);
    };
    socket.on('error', fail);
    socket.on('close', () => fail(this.ended ?? new Error('connection closed')));
  }

  static connect(port: number, host = '127.0.0.1'): Promise<MllpSender> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ port, host, noDelay: true }, () => {
        socket.off('error', reject);
        resolve(new MllpSender(socket));
      });
      socket.once('error', reject);
    });
  }

  /** Sends one message; resolves with its acknowledgement, rejects when the connection ends first. */
  send(message: string | Buffer): Promise<string> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.socket.write(
        Buffer.concat([Buffer.from([0x0b]), Buffer.from(message as string), Buffer.from([0x1c, 0x0d])]),
      );
    });
  }

  /** Bytes as they are. */
  write(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  /** How many messages have no answer yet. */
  get unanswered(): number {
    return this.waiting.length;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      const start = this.rest.indexOf(0x0b);
      const end = this.rest.indexOf(0x1c, start + 1);
      if (start < 0 || end < 0) return;
      const ack = this.rest.subarray(start + 1, end).toString('latin1');
      this.rest = this.rest.subarray(end + 2);
      this.waiting.shift()?.resolve(ack);
    }
  }
}

/** MSA-1 of an acknowledgement: AA, AE or AR. */
export function ackCode(ack: string): string {
  return /MSA\|([A-Z]{2})/.exec(ack)?.[1] ?? 'none';
}
