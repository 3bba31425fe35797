import type { ClockSync } from '@wardstream/api-contract';
import { reconnectDelay } from './backoff.js';
import { type BoardMessage, messageTypes } from './board-state.js';
import type { ConnectionFacts } from './connection.js';
import { SseParser, type ServerSentEvent } from './sse-parser.js';

export interface StreamClientOptions {
  readonly url: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Monotonic milliseconds. */
  readonly timer: () => number;
  /** [0, 1) */
  readonly random: () => number;
  readonly onMessages: (messages: BoardMessage[]) => void;
  readonly onClock: (sync: ClockSync) => void;
  readonly onConnection: (facts: ConnectionFacts) => void;
}

/** The server speaks at least every 4 s; a line that is silent for longer than two of these and a half is dead, and that is said. */
const SILENCE_MS = 10_000;

/**
 * Keeps one stream open until stopped: resumes after the last id it took, waits longer after each failure, drops a line
 * that has gone silent. What it hands on is in the order of the log without gap; a server that cannot resume sends a
 * snapshot instead.
 */
export class StreamClient {
  private stopped = true;
  private lastId = '';
  private attempt = 0;
  private abort: AbortController | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setTimeout> | undefined;
  /** Timer reading at which the server last spoke. */
  private heardAt: number | null = null;
  private facts: ConnectionFacts = { received: false, lostAt: null, signedOut: false, refused: false };

  constructor(private readonly options: StreamClientOptions) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.tell({ lostAt: this.options.timer() });
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    clearTimeout(this.watch);
    this.abort?.abort();
  }

  /** Tries at once instead of waiting out the pause; nothing while the line is open. */
  retryNow(): void {
    if (this.stopped || this.facts.lostAt === null || this.retry === undefined) return;
    clearTimeout(this.retry);
    this.retry = undefined;
    this.attempt = 0;
    void this.connect();
  }

  private async connect(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    this.watchSilence(abort);
    let isEnded = false;
    try {
      const response = await this.options.fetch(this.options.url, {
        headers: {
          accept: 'text/event-stream',
          ...(this.lastId === '' ? {} : { 'last-event-id': this.lastId }),
        },
        cache: 'no-store',
        signal: abort.signal,
      });
      if (this.stopped) return;
      if (response.status === 401) {
        this.stop();
        this.tell({ signedOut: true, lostAt: this.options.timer() });
        return;
      }
      if (!response.ok || response.body === null) this.tell({ refused: true });
      else await this.read(response.body, abort);
      isEnded = true;
    } catch {
      // A broken line and an aborted one end alike: the next attempt resumes.
    }
    clearTimeout(this.watch);
    abort.abort();
    if (this.stopped) return;
    // What the server ended was whole until then; a line that broke or went silent was lost when it was last heard.
    const lastGood = isEnded ? null : this.heardAt;
    this.tell({ lostAt: this.facts.lostAt ?? lastGood ?? this.options.timer() });
    this.retry = setTimeout(
      () => {
        this.retry = undefined;
        void this.connect();
      },
      reconnectDelay(this.attempt, this.options.random()),
    );
    this.attempt += 1;
  }

  private async read(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<void> {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.stopped) return;
      this.heardAt = this.options.timer();
      this.watchSilence(abort);
      const events = parser.push(decoder.decode(value, { stream: true }));
      if (events.length > 0) this.take(events);
    }
  }

  private take(events: readonly ServerSentEvent[]): void {
    const messages: BoardMessage[] = [];
    let clock: ClockSync | undefined;
    let id = this.lastId;
    try {
      for (const event of events) {
        if (event.event === 'clock') clock = JSON.parse(event.data) as ClockSync;
        else if (messageTypes.has(event.event)) {
          const message = { type: event.event, data: JSON.parse(event.data) as unknown } as BoardMessage;
          messages.push(message);
          if (message.type === 'snapshot') clock = message.data;
        }
        if (event.id !== '') id = event.id;
      }
    } catch (error) {
      // What cannot be read must not be passed over: begin again from a snapshot.
      this.lastId = '';
      throw error;
    }
    if (messages.length > 0) this.options.onMessages(messages);
    if (clock !== undefined) this.options.onClock(clock);
    this.lastId = id;
    this.attempt = 0;
    const received = this.facts.received || messages.length > 0;
    if (received) this.tell({ received, lostAt: null, refused: false });
  }

  private watchSilence(abort: AbortController): void {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => abort.abort(), SILENCE_MS);
  }

  private tell(change: Partial<ConnectionFacts>): void {
    const next = { ...this.facts, ...change };
    const same = (Object.keys(next) as (keyof ConnectionFacts)[]).every((k) => next[k] === this.facts[k]);
    if (same) return;
    this.facts = next;
    this.options.onConnection(next);
  }
}
