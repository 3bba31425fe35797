import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ConnectionSlots, type SlotHolder, type SlotLimits, type Standing } from '../connections/connection-slots.js';

/** What of a body is not read when its request is answered may still come for so long; then the connection is closed. */
const LINGER_MS = 2_000;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

class HttpConnection implements SlotHolder {
  readonly exchanges = new Set<Exchange>();
  /** A good token came over it. */
  signedIn = false;
  /** The answer was given, and the rest of the request is let pass. */
  lingers = false;
  constructor(
    readonly socket: Socket,
    readonly address: string,
  ) {}

  /** Only who has shown a good token keeps his place, between two requests, too: a page that nobody signed in for is read again. */
  standing(): Standing {
    if (this.signedIn) return 'at-work';
    return this.exchanges.size > 0 ? 'slow' : 'silent';
  }
}

/** Who is connected over HTTP, and who gets a place where there are more than there are places. */
export class HttpConnections {
  private readonly bySocket = new Map<Socket, HttpConnection>();
  private readonly slots: ConnectionSlots<HttpConnection>;

  constructor(
    limits: SlotLimits,
    private readonly turnedAway: (reason: string) => void,
    private readonly changed: (open: number) => void,
    private readonly lingerMs: number = LINGER_MS,
  ) {
    this.slots = new ConnectionSlots(limits);
  }

  /** A new connection: it gets a place, or is closed. */
  admit(socket: Socket): void {
    const connection = new HttpConnection(socket, socket.remoteAddress ?? '');
    const admission = this.slots.admit(connection);
    if (!admission.admitted) {
      this.turnedAway(admission.reason);
      socket.destroy();
      return;
    }
    if (admission.insteadOf !== null) {
      this.turnedAway('made-room');
      admission.insteadOf.socket.destroy();
    }
    this.bySocket.set(socket, connection);
    this.changed(this.bySocket.size);
    socket.once('close', () => {
      this.slots.release(connection);
      this.bySocket.delete(socket);
      this.changed(this.bySocket.size);
    });
  }

  /** A request has begun; gives what is to be called once a good token was found with it. */
  begin(request: IncomingMessage, response: ServerResponse): () => void {
    const exchange: Exchange = { request, response };
    const connection = this.bySocket.get(request.socket);
    connection?.exchanges.add(exchange);
    response.once('close', () => connection?.exchanges.delete(exchange));
    response.once('finish', () => {
      if (request.complete) return;
      if (connection !== undefined) connection.lingers = true;
      linger(request, this.lingerMs);
    });
    return () => {
      if (connection === undefined || connection.signedIn) return;
      connection.signedIn = true;
      this.slots.heardFrom(connection.address);
    };
  }

  /** Whether an answer is still to come there, or its end, so that another one would be taken for it. */
  isAnswering(socket: Socket): boolean {
    const connection = this.bySocket.get(socket);
    if (connection === undefined || connection.lingers) return true;
    return [...connection.exchanges].some(({ request, response }) => request.complete || response.headersSent);
  }
}

/** What is left of the body is let pass, so that its sender comes to read the answer; not for ever. */
function linger(request: IncomingMessage, ms: number): void {
  request.resume();
  const timer = setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, ms);
  request.once('close', () => clearTimeout(timer));
  request.socket.once('close', () => clearTimeout(timer));
}
