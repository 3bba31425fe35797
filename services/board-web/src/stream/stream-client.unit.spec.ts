import { describe, expect, it } from '@jest/globals';
import type { ClockSync } from '@wardstream/api-contract';
import { listedKinds } from '@wardstream/api-contract/board-entities';
import type { BoardMessage } from './board-state.js';
import type { ConnectionFacts } from './connection.js';
import { StreamClient } from './stream-client.js';

/** Tries until the expectations hold; their last failure is the test's once four seconds are over. */
async function eventually(probe: () => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return probe();
    } catch (failure) {
      if (tries === 400) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** A server that answers each connection with what the test says and lets it write on. */
class FakeServer {
  readonly asked: Record<string, string>[] = [];
  private readonly lines: ReadableStreamDefaultController<Uint8Array>[] = [];
  status = 200;

  readonly fetch = (_url: string, init: RequestInit): Promise<Response> => {
    this.asked.push(init.headers as Record<string, string>);
    if (this.status !== 200) return Promise.resolve(new Response(null, { status: this.status }));
    const body = new ReadableStream<Uint8Array>({ start: (line) => void this.lines.push(line) });
    init.signal?.addEventListener('abort', () => {
      try {
        this.lines.at(-1)?.error(new Error('aborted'));
      } catch {
        // The line had ended already.
      }
    });
    return Promise.resolve(new Response(body, { status: 200 }));
  };

  write(text: string): void {
    this.lines.at(-1)!.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.lines.at(-1)!.close();
  }

  break(): void {
    this.lines.at(-1)!.error(new Error('broken'));
  }
}

function open(server: FakeServer) {
  const messages: BoardMessage[] = [];
  const clocks: ClockSync[] = [];
  const facts: ConnectionFacts[] = [];
  let now = 0;
  const client = new StreamClient({
    url: '/stream',
    fetch: server.fetch,
    timer: () => (now += 1),
    random: () => 0.99,
    onMessages: (list) => messages.push(...list),
    onClock: (clock) => clocks.push(clock),
    onConnection: (fact) => facts.push(fact),
  });
  client.start();
  return { client, messages, clocks, facts };
}

const delta = (id: string, version: number) => `event: bed\nid: ${id}\ndata: {"id":"4A-01","version":${version}}\n\n`;

describe('StreamClient', () => {
  it('hands on every kind that the board shows, and passes over what it does not know', async () => {
    const server = new FakeServer();
    const { client, messages } = open(server);
    await eventually(() => expect(server.asked).toHaveLength(1));
    const kinds = ['facility', ...listedKinds];
    server.write(['weather', ...kinds].map((kind, i) => `event: ${kind}\nid: e-${i}\ndata: {}\n\n`).join(''));
    await eventually(() => expect(messages.map(({ type }) => type)).toEqual(kinds));
    client.stop();
  });

  it('asks in the session of the browser and hands on snapshot, deltas and clock', async () => {
    const server = new FakeServer();
    const { client, messages, clocks, facts } = open(server);
    await eventually(() => expect(server.asked).toHaveLength(1));
    expect(server.asked[0]).toMatchObject({ accept: 'text/event-stream' });
    expect(server.asked[0]).not.toHaveProperty('authorization');
    expect(server.asked[0]).not.toHaveProperty('last-event-id');
    server.write(`event: snapshot\nid: e-1\ndata: {"now":"2026-01-13T14:42:00.000Z","speed":60}\n\n${delta('e-2', 2)}`);
    server.write('event: clock\ndata: {"now":"2026-01-13T14:43:00.000Z","speed":60}\n\nevent: news\ndata: 1\n\n');
    await eventually(() => expect(clocks).toHaveLength(2));
    expect(messages.map((m) => m.type)).toEqual(['snapshot', 'bed']);
    expect(facts.at(-1)).toMatchObject({ received: true, lostAt: null });
    client.stop();
  });

  it('resumes after the last id once the line breaks', async () => {
    const server = new FakeServer();
    const { client, messages, facts } = open(server);
    await eventually(() => expect(server.asked).toHaveLength(1));
    server.write(delta('e-5', 2));
    await eventually(() => expect(messages).toHaveLength(1));
    server.end();
    await eventually(() => expect(facts.at(-1)?.lostAt).not.toBeNull());
    await eventually(() => expect(server.asked).toHaveLength(2));
    expect(server.asked[1]).toHaveProperty('last-event-id', 'e-5');
    server.write(delta('e-6', 3));
    await eventually(() => expect(facts.at(-1)?.lostAt).toBeNull());
    client.stop();
  });

  it('begins again from a snapshot when it cannot read what came', async () => {
    const server = new FakeServer();
    const { client, messages } = open(server);
    await eventually(() => expect(server.asked).toHaveLength(1));
    server.write(delta('e-5', 2));
    await eventually(() => expect(messages).toHaveLength(1));
    server.write('event: bed\nid: e-6\ndata: {broken\n\n');
    await eventually(() => expect(server.asked).toHaveLength(2));
    expect(server.asked[1]).not.toHaveProperty('last-event-id');
    client.stop();
  });

  it('takes a line for lost since it was last heard, not since its silence was noticed', async () => {
    const server = new FakeServer();
    const heard: number[] = [];
    let now = 0;
    const facts: ConnectionFacts[] = [];
    const client = new StreamClient({
      ...{ url: '/stream', fetch: server.fetch, timer: () => now, random: () => 0.99 },
      onMessages: () => heard.push(now),
      onClock: () => undefined,
      onConnection: (fact) => facts.push(fact),
    });
    client.start();
    await eventually(() => expect(server.asked).toHaveLength(1));
    now = 5_000;
    server.write(delta('e-1', 1));
    await eventually(() => expect(heard).toEqual([5_000]));
    now = 30_000;
    server.break();
    await eventually(() => expect(facts.at(-1)).toMatchObject({ lostAt: 5_000 }));
    await eventually(() => expect(server.asked).toHaveLength(2));
    server.write(delta('e-2', 2));
    await eventually(() => expect(facts.at(-1)).toMatchObject({ lostAt: null }));
    // A server that ends the line says so when it does.
    now = 39_000;
    server.end();
    await eventually(() => expect(facts.at(-1)).toMatchObject({ lostAt: 39_000 }));
    client.stop();
  });

  it('stops at a 401 and says so', async () => {
    const server = new FakeServer();
    server.status = 401;
    const { facts } = open(server);
    await eventually(() => expect(facts.at(-1)?.signedOut).toBe(true));
    expect(server.asked).toHaveLength(1);
  });

  it('tries again after any other refusal, at once when asked', async () => {
    const server = new FakeServer();
    server.status = 503;
    const { client, facts } = open(server);
    await eventually(() => expect(facts.at(-1)).toMatchObject({ refused: true }));
    server.status = 200;
    client.retryNow();
    await eventually(() => expect(server.asked.length).toBeGreaterThan(1));
    server.write(delta('e-1', 1));
    await eventually(() => expect(facts.at(-1)).toMatchObject({ refused: false, lostAt: null }));
    client.stop();
  });
});
