import type { Socket } from 'node:net';
import { frame, MllpDecoder, type MllpItem } from './framing.js';

export interface ServerLimits {
  readonly maxFrameBytes: number;
  readonly maxUnanswered: number;
  /** Without a byte for so long it is closed; 0 never. */
  readonly idleMs: number;
  /** A frame that has begun, or bytes that are none, may stand still for so long. */
  readonly stalledMs: number;
  /** How long a frame may take from its first byte to its last, however steadily it comes. */
  readonly wholeFrameMs: number;
}

/** What came in one block. */
export interface TakenBlock {
  readonly bytes: Buffer;
  /** The whole length of a block over the limit, of which `bytes` is only the head. */
  readonly oversizeLength?: number;
}

/** What a block is answered with. */
export interface BlockAnswer {
  /** Unframed; null where the sender wants none. */
  readonly acknowledgement: Buffer | null;
  /** MSA-1. */
  readonly code: string;
}

export interface ServerLogger {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The answer to one message: undefined until it is known, null where there is to be none. */
interface Slot {
  answer: Buffer | null | undefined;
  readonly bytes: number;
}

/** Bytes of unanswered messages of one connection, beyond which no more are read from it. */
const MOST_UNANSWERED_BYTES = 8 * 1024 * 1024;

/** Read in one turn of the loop, some dozens of messages: whatever else there is to do has its turn between. */
const BYTES_A_TURN = 16 * 1024;

/**
 * One sender's connection. Messages may be pipelined; each is answered once, in the order they came. No more are read while too
 * many wait for their answer. When the sender has ended its side, what it sent is still answered.
 */
export class ServerConnection<A extends BlockAnswer> {
  private readonly decoder: MllpDecoder;
  private readonly slots: Slot[] = [];
  private unansweredBytes = 0;
  private ended = false;
  private stalled: NodeJS.Timeout | undefined;
  private frameDeadline: NodeJS.Timeout | undefined;
  private wasHeard = false;
  private flushing = false;
  /** Bytes that came and have their turn later. */
  private waiting: Buffer | null = null;
  private endedBySender = false;
  private readonly closed: Promise<void>;
  readonly address: string;

  constructor(
    private readonly socket: Socket,
    private readonly limits: ServerLimits,
    /** Resolves once what came is durable; where it rejects, the connection is closed unanswered, so that it is sent again. */
    private readonly take: (block: TakenBlock) => Promise<A>,
    private readonly logger: ServerLogger,
    /** Told of every message that was kept, however it was answered but by AR. */
    private readonly onHeard: (answer: A) => void = () => undefined,
  ) {
    this.address = socket.remoteAddress ?? '';
    this.decoder = new MllpDecoder({ maxFrameBytes: limits.maxFrameBytes });
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.setNoDelay(true);
    // Finds a peer that is gone without a word, within minutes, also where idle connections are kept for ever.
    socket.setKeepAlive(true, 60_000);
    socket.on('timeout', () => this.end('idle'));
    this.idleAfter(limits.idleMs);
    socket.on('data', (chunk) => this.onData(chunk));
    socket.on('end', () => this.onEnd());
    socket.on('drain', () => this.pace());
    socket.on('error', (error) =>
      this.logger.debug({ code: (error as NodeJS.ErrnoException).code }, 'MLLP connection failed'),
    );
    socket.on('close', () => {
      clearTimeout(this.stalled);
      clearTimeout(this.frameDeadline);
    });
  }

  /** Whether a message of it was kept or waits for its answer; else whether one has begun (`slow`). */
  standing(): 'at-work' | 'slow' | 'silent' {
    if (this.wasHeard || this.slots.length > 0) return 'at-work';
    return this.decoder.insideFrame ? 'slow' : 'silent';
  }

  /** From now on it is closed when no byte has come or gone for so long; 0 never. */
  idleAfter(ms: number): void {
    if (ms !== this.socket.timeout) this.socket.setTimeout(ms);
  }

  /** Somebody else has its place. It has nothing that waits for an answer. */
  giveWay(): void {
    this.end('made room');
    this.socket.destroy();
  }

  /** Reads no more, answers what was taken, then closes; after `graceMs` it closes anyway. */
  async stop(graceMs: number): Promise<void> {
    this.end('stopping');
    const timer = setTimeout(() => this.socket.destroy(), graceMs);
    await this.closed;
    clearTimeout(timer);
  }

  private onData(chunk: Buffer): void {
    if (this.ended) return;
    // None comes while it is paused; what the socket had at hand already keeps its place.
    if (this.waiting !== null) {
      this.waiting = Buffer.concat([this.waiting, chunk]);
      return;
    }
    for (const item of this.decoder.push(chunk.subarray(0, BYTES_A_TURN))) {
      this.onItem(item);
      this.frameEnded();
    }
    if (this.decoder.insideFrame)
      this.frameDeadline ??= setTimeout(() => this.end('too slow'), this.limits.wholeFrameMs);
    if (chunk.length > BYTES_A_TURN) this.readLater(chunk.subarray(BYTES_A_TURN));
    else this.pace();
  }

  private readLater(rest: Buffer): void {
    this.waiting = rest;
    this.socket.pause();
    setImmediate(() => {
      const chunk = this.waiting!;
      this.waiting = null;
      this.onData(chunk);
      if (this.endedBySender) this.onEnd();
    });
  }

  private frameEnded(): void {
    clearTimeout(this.frameDeadline);
    this.frameDeadline = undefined;
  }

  private onItem(item: MllpItem): void {
    if (item.kind === 'abandoned') {
      this.logger.warn({ bytes: item.length }, 'a sender left a frame unended and began another');
      return;
    }
    const bytes = item.kind === 'frame' ? item.bytes.length : item.head.length;
    const slot: Slot = { answer: undefined, bytes };
    this.slots.push(slot);
    this.unansweredBytes += bytes;
    const block: TakenBlock =
      item.kind === 'frame' ? { bytes: item.bytes } : { bytes: item.head, oversizeLength: item.length };
    this.take(block).then(
      (answer) => {
        if (answer.code !== 'AR') {
          this.wasHeard = true;
          this.onHeard(answer);
        }
        slot.answer = answer.acknowledgement;
        this.flushSoon();
      },
      () => this.socket.destroy(),
    );
  }

  private onEnd(): void {
    this.endedBySender = true;
    // A socket ends also while it is paused: what came before is read first.
    if (this.waiting !== null) return;
    for (const item of this.decoder.end())
      this.logger.warn({ bytes: (item as { length: number }).length }, 'a sender left amid a frame');
    this.end('ended by its sender');
  }

  /** No more is read. Closes as soon as the last answer is written. */
  private end(reason: string): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.stalled);
    this.frameEnded();
    this.socket.pause();
    this.logger.debug({ reason, unanswered: this.slots.length }, 'MLLP connection ends');
    this.flushSoon();
  }

  /** Answers of one turn of the loop leave in one write. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.socket.destroyed) return;
    const ready: Buffer[] = [];
    while (this.slots[0] !== undefined && this.slots[0].answer !== undefined) {
      const { answer, bytes } = this.slots.shift()!;
      if (answer !== null) ready.push(frame(answer!));
      this.unansweredBytes -= bytes;
    }
    if (ready.length > 0) this.socket.write(ready.length === 1 ? ready[0]! : Buffer.concat(ready));
    if (this.ended && this.slots.length === 0) this.finish();
    else this.pace();
  }

  /** Sends the last bytes and closes; what a sender still sends is passed over, so that it can read its answers. */
  private finish(): void {
    this.socket.end();
    this.socket.resume();
    const timer = setTimeout(() => this.socket.destroy(), 2_000);
    this.socket.once('close', () => clearTimeout(timer));
  }

  private pace(): void {
    if (this.ended || this.waiting !== null) return;
    const { maxUnanswered } = this.limits;
    const share = Math.max(this.slots.length / maxUnanswered, this.unansweredBytes / MOST_UNANSWERED_BYTES);
    if (share >= 1 || this.socket.writableNeedDrain) this.socket.pause();
    else if (this.socket.isPaused() && share <= 0.5) this.socket.resume();
    this.watch();
  }

  /** While it is read from: closes it when a frame stands still, or when what it says was never a frame. */
  private watch(): void {
    clearTimeout(this.stalled);
    // What was never a frame comes from something that does not speak MLLP; it is told so by a clean close.
    const noMllp = this.decoder.junkBytes > 0 && this.decoder.framesSeen === 0;
    if (this.socket.isPaused() || !(this.decoder.insideFrame || noMllp)) return;
    const reason = this.decoder.insideFrame ? 'stalled' : 'no MLLP';
    this.stalled = setTimeout(() => this.end(reason), this.limits.stalledMs);
  }
}
