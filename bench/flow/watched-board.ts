import { FreshnessLog } from '../measures/freshness-log.js';

/** A bed as the stream shows it, as far as the load looks at it. */
export interface ShownBed {
  readonly id: string;
  readonly since: string;
  readonly occupants: readonly { readonly visitNumber: string }[];
}

export type BedListener = (facility: string, bed: ShownBed, at: number) => void;

const COME_AGAIN_MS = 200;

/**
 * The board of one facility as its page reads it: one open stream, taken up again where it broke off. Keeps nothing but what the board
 * said of being behind.
 */
export class WatchedBoard {
  readonly said = new FreshnessLog();
  listener: BedListener = () => undefined;
  private readonly stopped = new AbortController();
  private lastEventId: string | undefined;

  private constructor(
    private readonly origin: string,
    readonly facility: string,
    private readonly token: () => Promise<string>,
  ) {}

  /** Resolves when the first snapshot was read. */
  static async open(origin: string, facility: string, token: () => Promise<string>): Promise<WatchedBoard> {
    const board = new WatchedBoard(origin, facility, token);
    await new Promise<void>((resolve, reject) => {
      void board.follow(resolve).catch(reject);
    });
    return board;
  }

  close(): void {
    this.stopped.abort();
  }

  private async follow(begun: () => void): Promise<void> {
    while (!this.stopped.signal.aborted) {
      try {
        const answer = await fetch(`${this.origin}/api/v1/facilities/${this.facility}/stream`, {
          headers: {
            authorization: `Bearer ${await this.token()}`,
            accept: 'text/event-stream',
            ...(this.lastEventId === undefined ? {} : { 'last-event-id': this.lastEventId }),
          },
          signal: this.stopped.signal,
        });
        if (answer.status === 200) await this.read(answer.body!, begun);
        else await answer.body?.cancel();
      } catch {
        // Broken off, or closed by the benchmark: the next round tells which.
      }
      if (!this.stopped.signal.aborted) await new Promise((resolve) => setTimeout(resolve, COME_AGAIN_MS));
    }
  }

  private async read(body: ReadableStream<Uint8Array>, begun: () => void): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      rest += decoder.decode(chunk, { stream: true });
      let from = 0;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n', from)) {
        this.take(rest.slice(from, end));
        from = end + 2;
      }
      if (from > 0) {
        rest = rest.slice(from);
        begun();
      }
    }
  }

  private take(block: string): void {
    const at = performance.now();
    const event = /^event: ?(.*)$/m.exec(block)?.[1];
    const id = /^id: ?(.*)$/m.exec(block)?.[1];
    if (id !== undefined) this.lastEventId = id;
    if (event !== 'bed' && event !== 'clock' && event !== 'snapshot') return;
    const data = JSON.parse(/^data: ?(.*)$/m.exec(block)?.[1] ?? 'null') as ShownBed & {
      readonly catchingUp?: unknown;
      readonly beds: readonly ShownBed[];
    };
    if (event === 'bed') return this.listener(this.facility, data, at);
    this.said.note(at, data.catchingUp !== undefined);
    if (event === 'snapshot') for (const bed of data.beds) this.listener(this.facility, bed, at);
  }
}
