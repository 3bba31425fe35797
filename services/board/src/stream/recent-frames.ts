/** One number of a stream, as it is sent. */
export interface NumberedFrame {
  readonly seq: number;
  readonly text: string;
}

/** The last numbers of a stream without gap, bounded in count and size, so that those who join need not ask the database. */
export class RecentFrames {
  private frames: NumberedFrame[] = [];
  private size = 0;

  /** `last`: the number the stream stands at before the first frame. */
  constructor(
    private last: number,
    private readonly maxCount = 2_000,
    private readonly maxSize = 4 * 1024 * 1024,
  ) {}

  /** The number the stream stands at. */
  get lastSeq(): number {
    return this.last;
  }

  /** Adds frames that continue `lastSeq` without gap; throws if they do not. */
  add(frames: readonly NumberedFrame[]): void {
    for (const frame of frames) {
      if (frame.seq !== this.last + 1) throw new Error(`number ${frame.seq} does not follow ${this.last}`);
      this.frames.push(frame);
      this.size += frame.text.length;
      this.last = frame.seq;
    }
    let gone = 0;
    while (this.frames.length - gone > this.maxCount || (this.size > this.maxSize && gone < this.frames.length)) {
      this.size -= this.frames[gone]!.text.length;
      gone += 1;
    }
    if (gone > 0) this.frames = this.frames.slice(gone);
  }

  /** Everything after `seq` as one text, '' if nothing; null if not all of it is here. */
  after(seq: number): string | null {
    if (seq === this.last) return '';
    const first = this.frames[0];
    if (first === undefined || seq > this.last || seq < first.seq - 1) return null;
    return this.frames
      .slice(seq + 1 - first.seq)
      .map((f) => f.text)
      .join('');
  }
}
