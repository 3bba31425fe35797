/** The open response a viewer is written to. */
export interface Sink {
  write(text: string): void;
  /** Bytes handed over that the reader has not taken yet. */
  pendingBytes(): number;
  end(): void;
  /** Cuts the line. */
  destroy(): void;
}

/** Deltas wait for a slow reader up to this much beyond its snapshot; then they are dropped for a fresh snapshot. */
export const MAX_PENDING_BYTES = 1024 * 1024;

/**
 * One open stream. It is sent every change from where it began; a reader that does not keep up is set `behind`: it gets nothing more until
 * it has taken everything, then a fresh snapshot.
 */
export class Viewer {
  /** Set while deltas are not written: it joins, or it is behind. */
  paused = true;
  /** Monotonic time (ms) since when it is behind; null while it keeps up. */
  behindSince: number | null = null;
  private allowance = MAX_PENDING_BYTES;

  constructor(
    private readonly sink: Sink,
    /** Monotonic time (ms) after which it is asked to come again. */
    readonly endsAt: number,
  ) {}

  /** Whether it waits for its reader before it can join again. */
  get behind(): boolean {
    return this.behindSince !== null;
  }

  /** Begins with a snapshot, or with what it missed. */
  begin(text: string): void {
    this.allowance = MAX_PENDING_BYTES + text.length;
    this.behindSince = null;
    this.paused = false;
    this.sink.write(text);
  }

  /** Writes what follows, unless the reader is too far behind. */
  deltas(text: string, nowMs: number): void {
    if (this.sink.pendingBytes() > this.allowance) {
      this.paused = true;
      this.behindSince = nowMs;
      return;
    }
    this.sink.write(text);
  }

  /** A word without an id, such as the time; dropped rather than kept for a reader that has not taken what it has. */
  aside(text: string): void {
    if (this.paused || this.sink.pendingBytes() > this.allowance) return;
    this.sink.write(text);
  }

  drained(): boolean {
    return this.sink.pendingBytes() === 0;
  }

  end(): void {
    this.paused = true;
    this.sink.end();
  }

  destroy(): void {
    this.paused = true;
    this.sink.destroy();
  }
}
