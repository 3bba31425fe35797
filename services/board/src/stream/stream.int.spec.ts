import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BedView, BoardSnapshot } from '@wardstream/events';
import { seededRandom } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { eventually, startPostgres, startRedis, type TestPostgres } from '@wardstream/testing';
import { bed, BoardUnderTest, facility, NOW, numberOf, type Received } from '../board.fixture.spec.js';
import { bedEntry, type BoardEntry } from '../domain/board-entry.js';
import { FANOUT, type Fanout } from '../fanout/fanout.js';
import { BoardStore } from '../persistence/board-store.js';
import { LiveStreams } from './live-streams.js';

let postgres: TestPostgres;
const boards: BoardUnderTest[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
afterEach(async () => {
  for (const board of boards.splice(0)) await board.stop();
});
afterAll(async () => {
  await postgres?.stop();
});

async function databases(name: string): Promise<[string, string]> {
  return [await postgres.createDatabase(name), await postgres.createDatabase(`${name}_log`)];
}

async function start([database, log]: [string, string], values: Record<string, string> = {}): Promise<BoardUnderTest> {
  const board = await BoardUnderTest.start(database, log, values);
  boards.push(board);
  return board;
}

/** Writes to the board's tables as handlers do, several at once. */
class Writers {
  private readonly unitOfWork: UnitOfWork;
  private readonly store: BoardStore;
  private readonly fanout: Fanout;
  written = 0;

  constructor(
    board: BoardUnderTest,
    private readonly random: () => number,
  ) {
    this.unitOfWork = board.service.get(UnitOfWork);
    this.store = board.service.get(BoardStore);
    this.fanout = board.service.get<Fanout>(FANOUT);
  }

  async write(entries: BoardEntry[]): Promise<void> {
    const moved = await this.unitOfWork.run(async (tx) => {
      const facilities = await this.store.record(tx, entries);
      // Commits come in another order than the transactions began.
      await tx.query('SELECT pg_sleep($1)', [this.random() * 0.004]);
      return facilities;
    });
    this.written += 1;
    for (const each of moved) this.fanout.announce(each);
  }
}

const entryOf = (
  facilityId: string,
  id: string,
  version: number,
  state: 'occupied' | 'available',
  padding = '',
): BoardEntry =>
  bedEntry({
    ...({ id: '', type: '', version: 1, source: 'bed-management', time: NOW, recordedAt: NOW } as const),
    subject: id,
    aggregateVersion: version,
    facility: facilityId,
    data: bed(facilityId, id, version, { state, room: padding }).data as never,
  });

/** The board after a stream's events, as a reader sees it. */
function bedsAfter(events: readonly Received[]): Map<string, BedView> {
  const beds = new Map<string, BedView>();
  for (const { event, data } of events) {
    if (event === 'snapshot') {
      beds.clear();
      for (const b of (data as BoardSnapshot).beds) beds.set(b.id, b);
    } else if (event === 'bed') beds.set((data as BedView).id, data as BedView);
  }
  return beds;
}

describe('a stream under concurrent writers', () => {
  it('never skips or repeats a number, however often it is broken off and resumed', async () => {
    const random = seededRandom(7);
    const board = await start(await databases('writers'), {
      WARDSTREAM_DATABASE_POOL: '20',
      WARDSTREAM_BOARD_POLL_MS: '100',
    });
    await board.tell(facility('NGH'));
    await eventually(async () => expect((await board.get('/api/v1/facilities/NGH/board')).status).toBe(200));
    const writers = new Writers(board, random);
    const writing = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let version = 1; version <= 40; version += 1) {
          const count = 1 + Math.floor(random() * 4);
          await writers.write(
            Array.from({ length: count }, (_, i) => entryOf('NGH', `W${writer}-${i}`, version, 'occupied')),
          );
        }
      }),
    );
    let done = false;
    const reading = Promise.all(
      Array.from({ length: 6 }, async (_, reader) => {
        const events: Received[] = [];
        let last: string | undefined;
        while (!done) {
          const stream = await board.stream('NGH', last);
          await eventually(() => expect(stream.events.length).toBeGreaterThan(0));
          await sleep(10 + random() * 60);
          stream.close();
          await eventually(() => expect(stream.ended).toBe(true));
          events.push(...stream.events);
          last = stream.lastId ?? last;
        }
        const end = await board.stream('NGH', last);
        await eventually(async () => {
          const { body } = await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board');
          expect(numberOf(end.lastId ?? last!)).toBe(numberOf(body.lastEventId));
        });
        return { reader, events: [...events, ...end.events] };
      }),
    );
    await writing;
    done = true;
    const expected = new Map(
      (await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board')).body.beds.map((b) => [b.id, b.version]),
    );
    expect(writers.written).toBe(320);
    for (const { reader, events } of await reading) {
      const numbers = events.filter((e) => e.id !== null).map((e) => numberOf(e.id!));
      const gaps = numbers.slice(1).filter((n, i) => n !== numbers[i]! + 1);
      expect([reader, gaps]).toEqual([reader, []]);
      expect(new Map([...bedsAfter(events)].map(([id, b]) => [id, b.version]))).toEqual(expected);
    }
  });

  it('shows in a snapshot only what was committed together', async () => {
    const board = await start(await databases('snapshots'), { WARDSTREAM_DATABASE_POOL: '20' });
    await board.tell(facility('NGH'));
    await eventually(async () => expect((await board.get('/api/v1/facilities/NGH/board')).status).toBe(200));
    const writers = new Writers(board, seededRandom(3));
    // One patient among five beds: every transaction moves them from one to the next.
    const ids = ['P-0', 'P-1', 'P-2', 'P-3', 'P-4'];
    await writers.write(ids.map((id, i) => entryOf('NGH', id, 1, i === 0 ? 'occupied' : 'available')));
    let done = false;
    const moving = (async () => {
      for (let move = 1; move <= 120; move += 1) {
        const [from, to] = [ids[(move - 1) % 5]!, ids[move % 5]!];
        await writers.write([entryOf('NGH', from, move + 1, 'available'), entryOf('NGH', to, move + 1, 'occupied')]);
      }
      done = true;
    })();
    let looked = 0;
    while (!done) {
      const stream = await board.stream('NGH');
      await eventually(() => expect(stream.events.length).toBeGreaterThan(0));
      const occupied = stream.snapshot.beds.filter((b) => b.state === 'occupied');
      expect(occupied).toHaveLength(1);
      stream.close();
      looked += 1;
    }
    await moving;
    expect(looked).toBeGreaterThan(3);
  });

  it('keeps two facilities apart when one batch holds both, written in both orders at once', async () => {
    const board = await start(await databases('two'), { WARDSTREAM_DATABASE_POOL: '20' });
    await board.tell(facility('NGH'), facility('EAST'));
    await eventually(async () => expect((await board.get('/api/v1/facilities/EAST/board')).status).toBe(200));
    const streams = [await board.stream('NGH'), await board.stream('EAST')];
    const writers = new Writers(board, seededRandom(5));
    await Promise.all(
      Array.from({ length: 6 }, async (_, w) => {
        for (let version = 1; version <= 20; version += 1) {
          const both = [entryOf('NGH', `W${w}`, version, 'occupied'), entryOf('EAST', `W${w}`, version, 'occupied')];
          await writers.write(w % 2 === 0 ? both : both.reverse());
        }
      }),
    );
    for (const stream of streams) {
      await eventually(() =>
        expect([...bedsAfter(stream.events).values()].filter((b) => b.version === 20)).toHaveLength(6),
      );
      const numbers = stream.numbered.map(([, n]) => n);
      expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i));
    }
  });
});

describe('a stream whose token expires', () => {
  it('ends then, and no other does', async () => {
    const board = await start(await databases('expiry'));
    await board.tell(facility('NGH'));
    await eventually(async () => expect((await board.get('/api/v1/facilities/NGH/board')).status).toBe(200));
    const [short, long] = [await board.stream('NGH', undefined, 2), await board.stream('NGH')];
    await eventually(() => expect([short, long].every((s) => s.events.length > 0)).toBe(true));
    const streams = board.service.get(LiveStreams);
    await eventually(() => {
      streams.beat();
      expect(short.ended).toBe(true);
    });
    expect(long.ended).toBe(false);
  });
});

describe('a slow reader', () => {
  it('is dropped to a fresh snapshot instead of being buffered for, and then goes on without gap', async () => {
    const board = await start(await databases('slow'));
    await board.tell(facility('NGH'));
    await eventually(async () => expect((await board.get('/api/v1/facilities/NGH/board')).status).toBe(200));
    const writers = new Writers(board, () => 0);
    const socket = createConnection(board.port, '127.0.0.1');
    socket.write(
      `GET /api/v1/facilities/NGH/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await board.token()}\r\n\r\n`,
    );
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => (text += piece));
    await eventually(() => expect(text).toContain('event: snapshot'));
    socket.pause();
    const quick = await board.stream('NGH');

    // Far more than the reader's share and the buffers of both kernels hold together.
    const padding = 'x'.repeat(60_000);
    for (let version = 1; version <= 400; version += 1)
      await writers.write([entryOf('NGH', 'B', version, 'occupied', padding)]);
    await eventually(() => expect(quick.latest<BedView>('bed')?.version).toBe(400), { timeoutMs: 20_000 });

    socket.resume();
    await eventually(() => expect(text.match(/event: snapshot/g)).toHaveLength(2), { timeoutMs: 20_000 });
    await writers.write([entryOf('NGH', 'B', 401, 'available')]);
    await eventually(() => expect(text).toContain('"version":401'));
    const numbered = text.match(/id: [0-9a-f]{8}-\d+/g)!.map((line) => numberOf(line.slice(4)));
    const kinds = text.match(/event: (snapshot|bed)/g)!.map((line) => line.slice(7));
    expect(numbered).toHaveLength(kinds.length);
    const again = kinds.lastIndexOf('snapshot');
    expect(numbered.length).toBeLessThan(402);
    numbered.forEach((n, i) => {
      if (i > 0 && i !== again) expect([i, n]).toEqual([i, numbered[i - 1]! + 1]);
    });
    expect(kinds.at(-1)).toBe('bed');
    socket.destroy();
  });
});

describe('two boards', () => {
  it('tell each other by Redis, without a poll', async () => {
    const redis = await startRedis();
    try {
      const own = await databases('redis');
      const values = { REDIS_URL: redis.url, WARDSTREAM_BOARD_POLL_MS: '600000' };
      const one = await start(own, values);
      const two = await start(own, values);
      const facilities = ['F0', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7'];
      await one.tell(...facilities.map((f) => facility(f)));
      await eventually(async () => {
        const { body } = await one.get<{ facilities: unknown[] }>('/api/v1/me');
        expect(body.facilities).toHaveLength(8);
      });
      const streams = await Promise.all(facilities.flatMap((f) => [one.stream(f), two.stream(f)]));
      await eventually(() => expect(streams.every((s) => s.events.length > 0)).toBe(true));
      // Each facility is handled by one of the two; both show it at once, though neither polls.
      await one.tell(...facilities.map((f) => bed(f, 'B-1', 1)));
      await eventually(() => {
        expect(streams.map((s) => s.latest<BedView>('bed')?.id)).toEqual(streams.map(() => 'B-1'));
      });
    } finally {
      for (const board of boards.splice(0)) await board.stop();
      await redis.stop();
    }
  });

  it('lose nothing while Redis is away', async () => {
    const redis = await startRedis();
    try {
      const own = await databases('redis_away');
      const values = { REDIS_URL: redis.url, WARDSTREAM_BOARD_POLL_MS: '100' };
      const one = await start(own, values);
      const two = await start(own, values);
      await one.tell(facility('NGH'), bed('NGH', 'B-1', 1));
      await eventually(async () =>
        expect((await two.get<BoardSnapshot>('/api/v1/facilities/NGH/board')).body.beds).toHaveLength(1),
      );
      const streams = [await one.stream('NGH'), await two.stream('NGH')];
      await eventually(() => expect(streams.every((s) => s.events.length > 0)).toBe(true));
      await redis.kill();
      await one.tell(bed('NGH', 'B-1', 2), bed('NGH', 'B-2', 1));
      await eventually(() => expect(streams.map((s) => s.latest<BedView>('bed')?.id)).toEqual(['B-2', 'B-2']));
      await redis.restart();
      await one.tell(bed('NGH', 'B-3', 1));
      await eventually(() => expect(streams.map((s) => s.latest<BedView>('bed')?.id)).toEqual(['B-3', 'B-3']));
      for (const { numbered } of streams) {
        expect(numbered.map(([, n]) => n)).toEqual(numbered.map((_, i) => numbered[0]![1] + i));
      }
    } finally {
      for (const board of boards.splice(0)) await board.stop();
      await redis.stop();
    }
  });
});
