import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** What the receiver does with a message. */
export type Manners =
  | 'AA'
  | 'CA'
  | 'AE'
  | 'AR'
  | 'odd code'
  /** Answers for another message, then for this one. */
  | 'another first'
  | 'another only'
  | 'twice'
  | 'no answer'
  /** Takes it and is gone before it answers. */
  | 'gone'
  /** Takes it and is gone in the middle of its answer. */
  | 'gone amid the answer'
  | 'slow'
  | 'babble';

export interface Taken {
  readonly controlId: string;
  readonly trigger: string;
  readonly text: string;
  readonly bytes: Buffer;
}

/** An MLLP receiver that behaves as it is told. Its framing is written here by hand, apart from the product's. */
export class Hl7Receiver {
  /** Every message in the order it came, repeats included. */
  readonly taken: Taken[] = [];
  manners: (message: Taken, times: number) => Manners = () => 'AA';
  connections = 0;
  mostOpen = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(tls?: TlsOptions) {
    const serve = (socket: Socket): void => this.serve(socket);
    this.server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
    this.server.on('tlsClientError', () => undefined);
  }

  static async start(port = 0, tls?: TlsOptions): Promise<Hl7Receiver> {
    const receiver = new Hl7Receiver(tls);
    await new Promise<void>((resolve) => receiver.server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Messages in their order, each once: what a receiver that knows repeats by MSH-10 makes of them. */
  get distinct(): Taken[] {
    return [...new Map(this.taken.map((t) => [t.controlId, t])).values()];
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private serve(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    this.mostOpen = Math.max(this.mostOpen, this.sockets.size);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const [start, end] = [rest.indexOf(0x0b), rest.indexOf(0x1c)];
        if (start < 0 || end < 0) return;
        this.take(socket, Buffer.from(rest.subarray(start + 1, end)));
        rest = rest.subarray(end + 2);
      }
    });
  }

  private take(socket: Socket, bytes: Buffer): void {
    const text = bytes.toString('utf8');
    const fields = text.split(/[\r\n]/)[0]!.split('|');
    const message = { controlId: fields[9] ?? '', trigger: (fields[8] ?? '').split('^')[1] ?? '', text, bytes };
    this.taken.push(message);
    const times = this.taken.filter((t) => t.controlId === message.controlId).length;
    const ack = (code: string, id = message.controlId): Buffer =>
      Buffer.from(
        `\x0bMSH|^~\\&|EHR|X|WS|X|20260101||ACK|A${id}|P|2.5.1\rMSA|${code}|${id}|for a patient named Ward\rERR||PID^1^5|101^Required field missing^HL70357|E||||Ward is missing\r\x1c\r`,
      );
    switch (this.manners(message, times)) {
      case 'AA':
        return void socket.write(ack('AA'));
      case 'CA':
        return void socket.write(ack('CA'));
      case 'AE':
        return void socket.write(ack('AE'));
      case 'AR':
        return void socket.write(ack('AR'));
      case 'odd code':
        return void socket.write(ack('OK'));
      case 'another first':
        return void socket.write(Buffer.concat([ack('AE', 'ANOTHER'), ack('AA')]));
      case 'another only':
        return void socket.write(ack('AA', 'ANOTHER'));
      case 'twice':
        return void socket.write(Buffer.concat([ack('AA'), ack('AA')]));
      case 'no answer':
        return;
      case 'gone':
        return void socket.destroy();
      case 'gone amid the answer':
        return void socket.write(ack('AA').subarray(0, 30), () => socket.destroy());
      case 'slow':
        return void setTimeout(() => socket.write(ack('AA')), 100);
      case 'babble':
        return void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    }
  }
}
