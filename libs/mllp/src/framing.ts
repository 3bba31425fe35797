import { END_BLOCK, START_BLOCK } from '@wardstream/hl7v2';

/** Follows the end of a block. */
const CR = 0x0d;

const DEFAULT_LIMIT = 1024 * 1024;
const HEAD_KEPT = 64 * 1024;
const MSH = Buffer.from('MSH');

/** What the bytes of one connection turned out to be. */
export type MllpItem =
  /** One whole block, without its framing characters. */
  | { readonly kind: 'frame'; readonly bytes: Buffer }
  /** A block over the limit, told when it ends. `head` is its beginning, `length` its whole length in bytes. */
  | { readonly kind: 'oversize'; readonly head: Buffer; readonly length: number }
  /** A block that was never ended: its sender began another one, or left. It must not be acknowledged. */
  | { readonly kind: 'abandoned'; readonly length: number };

export interface MllpLimits {
  /** Bytes a block may hold; 1 MiB unless told. */
  readonly maxFrameBytes?: number;
  /** Bytes of an oversize block that are kept; 64 KiB unless told. */
  readonly keptHeadBytes?: number;
}

/**
 * Finds the blocks in a stream of bytes, however it is cut into chunks. A block is VT, bytes, FS; the CR after FS may be
 * missing; what stands between blocks is passed over. VT inside a block is data, unless 'MSH' follows it: then a sender began
 * anew without ending the last block, and half a message must not be taken for a whole one.
 */
export class MllpDecoder {
  private readonly limit: number;
  private readonly headLimit: number;
  private inFrame = false;
  private parts: Buffer[] = [];
  private length = 0;
  private head: Buffer | null = null;
  /** The end of the last chunk that may be the beginning of VT 'MSH'. */
  private held: Buffer = Buffer.alloc(0);
  private junk = 0;
  private frames = 0;

  constructor(limits: MllpLimits = {}) {
    this.limit = limits.maxFrameBytes ?? DEFAULT_LIMIT;
    this.headLimit = Math.min(limits.keptHeadBytes ?? HEAD_KEPT, this.limit);
  }

  /** Whether a block has begun and not ended. */
  get insideFrame(): boolean {
    return this.inFrame;
  }

  /** Bytes outside any block that are not white space: something that speaks, but not MLLP. */
  get junkBytes(): number {
    return this.junk;
  }

  /** Blocks ended so far. */
  get framesSeen(): number {
    return this.frames;
  }

  /** Takes the next bytes and returns what they complete, in order. Never throws. */
  push(chunk: Uint8Array): MllpItem[] {
    const items: MllpItem[] = [];
    let data = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.held.length > 0) {
      data = Buffer.concat([this.held, data]);
      this.held = Buffer.alloc(0);
    }
    let at = 0;
    while (at < data.length) at = this.inFrame ? this.inside(data, at, items) : this.outside(data, at);
    return items;
  }

  /** The stream has ended. */
  end(): MllpItem[] {
    if (!this.inFrame) return [];
    const length = this.length + this.held.length;
    this.reset();
    this.inFrame = false;
    return [{ kind: 'abandoned', length }];
  }

  private outside(data: Buffer, from: number): number {
    const start = data.indexOf(START_BLOCK, from);
    const end = start === -1 ? data.length : start;
    for (let i = from; i < end; i += 1) if (!isSpace(data[i]!)) this.junk += 1;
    if (start === -1) return data.length;
    this.inFrame = true;
    return start + 1;
  }

  private inside(data: Buffer, from: number, items: MllpItem[]): number {
    const fs = data.indexOf(END_BLOCK, from);
    const end = fs === -1 ? data.length : fs;
    const restart = this.findRestart(data, from, end, fs !== -1);
    if (restart.kind === 'found') {
      items.push({ kind: 'abandoned', length: this.length + restart.at - from });
      this.reset();
      return restart.at + 1;
    }
    if (restart.kind === 'unsure') {
      this.take(data.subarray(from, restart.at));
      this.held = Buffer.from(data.subarray(restart.at));
      return data.length;
    }
    this.take(data.subarray(from, end));
    if (fs === -1) return data.length;
    items.push(this.finish());
    return data[fs + 1] === CR ? fs + 2 : fs + 1;
  }

  private findRestart(
    data: Buffer,
    from: number,
    end: number,
    complete: boolean,
  ): { kind: 'none' } | { kind: 'found' | 'unsure'; at: number } {
    for (let vt = data.indexOf(START_BLOCK, from); vt !== -1 && vt < end; vt = data.indexOf(START_BLOCK, vt + 1)) {
      const next = data.subarray(vt + 1, Math.min(vt + 4, end));
      if (next.equals(MSH)) return { kind: 'found', at: vt };
      if (!complete && next.length < 3 && MSH.subarray(0, next.length).equals(next)) return { kind: 'unsure', at: vt };
    }
    return { kind: 'none' };
  }

  private take(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.length += bytes.length;
    if (this.head !== null) return;
    this.parts.push(bytes);
    if (this.length > this.limit) {
      this.head = Buffer.from(Buffer.concat(this.parts).subarray(0, this.headLimit));
      this.parts = [];
    }
  }

  private finish(): MllpItem {
    this.frames += 1;
    const item: MllpItem =
      this.head === null
        ? { kind: 'frame', bytes: Buffer.concat(this.parts) }
        : { kind: 'oversize', head: this.head, length: this.length };
    this.reset();
    this.inFrame = false;
    return item;
  }

  private reset(): void {
    this.parts = [];
    this.length = 0;
    this.head = null;
    this.held = Buffer.alloc(0);
  }
}

/** `payload` as one block. It must hold neither VT nor FS; `escapeText` sees to that for text. */
export function frame(payload: Uint8Array): Buffer {
  const block = Buffer.allocUnsafe(payload.length + 3);
  block[0] = START_BLOCK;
  block.set(payload, 1);
  block[payload.length + 1] = END_BLOCK;
  block[payload.length + 2] = CR;
  return block;
}

function isSpace(byte: number): boolean {
  return byte === CR || byte === 0x0a || byte === 0x20 || byte === 0x09 || byte === 0 || byte === END_BLOCK;
}
