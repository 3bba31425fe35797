import type { House } from './house.js';

export interface StreamEvent {
  readonly event: string;
  readonly id: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test names the fields it looks at
  readonly data: any;
  /** performance.now() when its last byte was read. */
  readonly at: number;
}

/** An open SSE stream of a facility, read as a browser reads it. Keeps every event until it is asked for. */
export class Stream {
  readonly events: StreamEvent[] = [];
  private readonly abort = new AbortController();
  private listeners = new Set<(event: StreamEvent) => void>();

  static async open(house: House, facility: string, token: string, lastEventId?: string): Promise<Stream> {
    const stream = new Stream();
    const answer = await fetch(`${house.origin}/api/v1/facilities/${facility}/stream`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: stream.abort.signal,
    });
    if (answer.status !== 200) throw new Error(`stream refused: ${answer.status} ${await answer.text()}`);
    void stream.read(answer.body!);
    return stream;
  }

  close(): void {
    this.abort.abort();
  }

  /** Tells every event from now on; returns how to stop it. */
  onEvent(listener: (event: StreamEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The latest state of something by kind and id, from the snapshot and the deltas after it. */
  latest(event: string, matches: (data: StreamEvent['data']) => boolean): StreamEvent['data'] | undefined {
    return this.events.findLast((e) => e.event === event && matches(e.data))?.data as StreamEvent['data'];
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of body) {
        rest += decoder.decode(chunk, { stream: true });
        for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
          this.take(rest.slice(0, end));
          rest = rest.slice(end + 2);
        }
      }
    } catch {
      // closed by the test or by the end of the house
    }
  }

  private take(block: string): void {
    let event = 'message';
    let id: string | null = null;
    const data: string[] = [];
    for (const line of block.split('\n')) {
      if (line.startsWith('event:')) event = line.slice(6).trim();
      else if (line.startsWith('id:')) id = line.slice(3).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    }
    if (data.length === 0) return;
    const parsed: StreamEvent = { event, id, data: JSON.parse(data.join('\n')), at: performance.now() };
    this.events.push(parsed);
    for (const listener of this.listeners) listener(parsed);
  }
}
