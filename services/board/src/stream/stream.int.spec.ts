import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BedView, BoardSnapshot } from '@wardstream/api-contract';
import { seededRandom } from '@wardstream/kernel';
import { createDataSource, UnitOfWork } from '@wardstream/persistence';
import { Metrics } from '@wardstream/service-kit';
import { eventually, startPostgres, startRedis, type TestPostgres } from '@wardstream/testing';
import { bed, BoardUnderTest, facility, numberOf, type Received, type Told } from '../board.fixture.spec.js';
import { ViewerCounts } from '../presence/viewer-counts.js';
import { BoardView } from '../view/board-view.js';
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

/** Publishes what others tell of beds, several at once; resolves when it is durable. */
class Writers {
  written = 0;

  constructor(
    private readonly board: BoardUnderTest,
    private readonly random: () => number,
  ) {}

  async write(told: Told[]): Promise<void> {
    // They come in another order than they began.
    await sleep(this.random() * 4);
    await this.board.tell(...told);
    this.written += 1;
  }
}

const bedOf = (facilityId: string, id: string, version: number, state: 'occupied' | 'available', padding = ''): Told =>
  bed(facilityId, id, version, { state, room: padding });

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

const versionsIn = (beds: ReadonlyMap<string, BedView>) => new Map([...beds].map(([id, b]) => [id, b.version]));
const bedsNow = async (board: BoardUnderTest) => {
  const { body } = await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board');
  return new Map(body.beds.map((b) => [b.id, b.version]));
};
/** Eight writers with beds of their own, up to four each. */
const BEDS = 32;

describe('a stream under concurrent writers', () => {
  it('never skips a change nor takes one back, however often it is broken off and resumed', async () => {
    const random = seededRandom(7);
    const board = await start(await databases('writers'));
    await board.tell(facility('NGH'));
    await eventually(async () => expect((await board.get('/api/v1/facilities/NGH/board')).status).toBe(200));
    const writers = new Writers(board, random);
    const writing = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let version = 1; version <= 40; version += 1) {
          const count = version === 40 ? 4 : 1 + Math.floor(random() * 4);
          await writers.write(
            Array.from({ length: count }, (_, i) => bedOf('NGH', `W${writer}-${i}`, version, 'occupied')),
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
          expect(await bedsNow(board)).toEqual(versionsIn(bedsAfter([...events, ...end.events])));
          expect(body.beds).toHaveLength(BEDS);
        });
        return { reader, events: [...events, ...end.events] };
      }),
    );
    await writing;
    done = true;
    expect(writers.written).toBe(320);
    for (const { reader, events } of await reading) {
      const numbers = events.filter((e) => e.id !== null).map((e) => numberOf(e.id!));
      const back = numbers.slice(1).filter((n, i) => n <= numbers[i]!);
      expect([reader, back]).toEqual([reader, []]);
      // Resumed, not begun anew.
      expect([reader, events.filter((e) => e.event === 'snapshot')]).toEqual([reader, [events[0]]]);
      const shown = new Map<string, number>();
      for (const { event, data } of events) {
        if (event !== 'bed') continue;
        const { id, version } = data as BedView;
        expect(version).toBeGreaterThan(shown.get(id) ?? 0);
        shown.set(id, version);
      }
      expect(versionsIn(bedsAfter(events))).toEqual(await bedsNow(board));
    }
  });

  it('shows in a snapshot only what was committed together', async () => {
    const board = await start(await databases('snapshots'));
    await board.tell(facility('NGH'));
    await eventually(async () => expect((await board.get('/api/v1/facilities/NGH/board')).status).toBe(200));
    const writers = new Writers(board, seededRandom(3));
    // One patient among five beds: every transaction moves them from one to the next.
    const ids = ['P-0', 'P-1', 'P-2', 'P-3', 'P-4'];
    await writers.write(ids.map((id, i) => bedOf('NGH', id, 1, i === 0 ? 'occupied' : 'available')));
    let done = false;
    const moving = (async () => {
      for (let move = 1; move <= 60; move += 1) {
        const [from, to] = [ids[(move - 1) % 5]!, ids[move % 5]!];
        await writers.write([bedOf('NGH', from, move + 1, 'available'), bedOf('NGH', to, move + 1, 'occupied')]);
        // Read before the next: how much of a backlog is taken at once is another matter.
        const view = board.service.get(BoardView);
        await eventually(() => expect(view.board('NGH')!.get('bed', to)?.version).toBe(move + 1));
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
    const board = await start(await databases('two'));
    await board.tell(facility('NGH'), facility('EAST'));
    await eventually(async () => expect((await board.get('/api/v1/facilities/EAST/board')).status).toBe(200));
    const streams = [await board.stream('NGH'), await board.stream('EAST')];
    const writers = new Writers(board, seededRandom(5));
    await Promise.all(
      Array.from({ length: 6 }, async (_, w) => {
        for (let version = 1; version <= 20; version += 1) {
          const both = [bedOf('NGH', `W${w}`, version, 'occupied'), bedOf('EAST', `W${w}`, version, 'occupied')];
          await writers.write(w % 2 === 0 ? both : both.reverse());
        }
      }),
    );
    for (const stream of streams) {
      await eventually(() =>
        expect([...bedsAfter(stream.events).values()].filter((b) => b.version === 20)).toHaveLength(6),
      );
      const numbers = stream.numbered.map(([, n]) => n);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect([...bedsAfter(stream.events).values()].every((b) => b.facility === stream.snapshot.facility?.id)).toBe(
        true,
      );
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
      await writers.write([bedOf('NGH', 'B', version, 'occupied', padding)]);
    await eventually(() => expect(quick.latest<BedView>('bed')?.version).toBe(400), { timeoutMs: 20_000 });

    socket.resume();
    await eventually(() => expect(text.match(/event: snapshot/g)).toHaveLength(2), { timeoutMs: 20_000 });
    await writers.write([bedOf('NGH', 'B', 401, 'available')]);
    await eventually(() => expect(text).toContain('"version":401'));
    const numbered = text.match(/id: \S+/g)!.map((line) => numberOf(line.slice(4)));
    const kinds = text.match(/event: (snapshot|bed)/g)!.map((line) => line.slice(7));
    expect(numbered).toHaveLength(kinds.length);
    const again = kinds.lastIndexOf('snapshot');
    expect(numbered.length).toBeLessThan(402);
    numbered.forEach((n, i) => {
      if (i > 0 && i !== again) expect([i, n]).toEqual([i, numbered[i - 1]! + 1]);
    });
    expect(numbered[again]).toBeGreaterThan(numbered[again - 1]! + 1);
    expect(kinds.at(-1)).toBe('bed');
    socket.destroy();
  });
});

describe('two boards', () => {
  it('both show everything at once, and each goes on where a viewer of the other broke off', async () => {
    const own = await databases('replicas');
    const [one, two] = [await start(own), await start(own)];
    const facilities = ['F0', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7'];
    await one.tell(...facilities.map((f) => facility(f)));
    for (const board of [one, two]) {
      await eventually(async () => {
        const { body } = await board.get<{ facilities: unknown[] }>('/api/v1/me');
        expect(body.facilities).toHaveLength(8);
      });
    }
    const streams = await Promise.all(facilities.flatMap((f) => [one.stream(f), two.stream(f)]));
    await eventually(() => expect(streams.every((s) => s.events.length > 0)).toBe(true));
    await one.tell(...facilities.map((f) => bed(f, 'B-1', 1)));
    await eventually(() => {
      expect(streams.map((s) => s.latest<BedView>('bed')?.id)).toEqual(streams.map(() => 'B-1'));
    });
    for (let i = 0; i < streams.length; i += 2) expect(streams[i]!.lastId).toBe(streams[i + 1]!.lastId);
    const left = streams[0]!;
    left.close();
    await one.tell(bed('F0', 'B-1', 2, { state: 'dirty' }), bed('F0', 'B-2', 1));
    const resumed = await two.stream('F0', left.lastId);
    await eventually(() => expect(resumed.numbered.map(([event]) => event)).toEqual(['bed', 'bed']));
    expect([...bedsAfter([...left.events, ...resumed.events])].map(([id, b]) => [id, b.state])).toEqual([
      ['B-1', 'dirty'],
      ['B-2', 'available'],
    ]);
  });

  it('lose nothing when one is killed: its viewers go on at the other with no gap and nothing taken back', async () => {
    const own = await databases('killed');
    const [doomed, other] = [await start(own), await start(own)];
    await doomed.tell(facility('NGH'), bed('NGH', 'B-0', 1));
    for (const board of [doomed, other]) await eventually(async () => expect((await bedsNow(board)).size).toBe(1));
    const before = await Promise.all([doomed.stream('NGH'), doomed.stream('NGH'), doomed.stream('NGH')]);
    await eventually(() => expect(before.every((s) => s.events.length > 0)).toBe(true));
    let isTelling = true;
    let version = 1;
    const telling = (async () => {
      while (isTelling) {
        version += 1;
        await other.tell(bed('NGH', 'B-0', version, { state: 'dirty' }), bed('NGH', `B-${version % 5}`, version));
      }
    })();
    await eventually(() => expect(before[0]!.numbered.length).toBeGreaterThan(20));
    boards.splice(boards.indexOf(doomed), 1);
    await doomed.kill();
    await eventually(() => expect(before.every((s) => s.ended)).toBe(true));
    const after = await Promise.all(before.map((s) => other.stream('NGH', s.lastId)));
    await eventually(() => expect(after.every((s) => s.numbered.length > 5)).toBe(true));
    isTelling = false;
    await telling;
    for (const [i, stream] of after.entries()) {
      const all = [...before[i]!.events, ...stream.events];
      await eventually(async () => {
        const now = versionsIn(bedsAfter([...before[i]!.events, ...stream.events]));
        expect(now).toEqual(await bedsNow(other));
      });
      expect(stream.events.map((e) => e.event)).not.toContain('snapshot');
      const numbers = all.filter((e) => e.id !== null).map((e) => numberOf(e.id!));
      expect(numbers.slice(1).every((n, at) => n >= numbers[at]!)).toBe(true);
      const shown = new Map<string, number>();
      for (const { event, data } of all) {
        if (event !== 'bed') continue;
        const { id, version: told } = data as BedView;
        expect(told).toBeGreaterThan(shown.get(id) ?? 0);
        shown.set(id, told);
      }
    }
    // The other writes for all of it now.
    await eventually(
      async () => {
        const rows = await other.service
          .get(UnitOfWork)
          .query<{ id: string; version: number }>(`SELECT id, version::int FROM board_entry WHERE kind = 'bed'`);
        expect(new Map(rows.map((r) => [r.id, r.version]))).toEqual(await bedsNow(other));
      },
      { timeoutMs: 20_000 },
    );
  });

  it('count by Redis how many look at each facility, and go on by themselves while it is away', async () => {
    const redis = await startRedis();
    try {
      const own = await databases('redis');
      const [one, two] = [await start(own, { REDIS_URL: redis.url }), await start(own, { REDIS_URL: redis.url })];
      await one.tell(facility('NGH'), facility('EAST'), bed('NGH', 'B-1', 1));
      await eventually(async () => expect((await two.get('/api/v1/facilities/EAST/board')).status).toBe(200));
      const streams = [await one.stream('NGH'), await two.stream('NGH'), await two.stream('EAST')];
      await eventually(() => expect(streams.every((s) => s.events.length > 0)).toBe(true));
      const counted = async (board: BoardUnderTest): Promise<string[]> => {
        await board.service.get(ViewerCounts).tell();
        const text = await board.service.get(Metrics).registry.metrics();
        return text.split('\n').filter((line) => line.startsWith('wardstream_board_viewers{'));
      };
      await eventually(async () => {
        await counted(one);
        expect(await counted(two)).toEqual([
          'wardstream_board_viewers{facility="NGH",reach="process"} 1',
          'wardstream_board_viewers{facility="EAST",reach="process"} 1',
          'wardstream_board_viewers{facility="NGH",reach="all"} 2',
          'wardstream_board_viewers{facility="EAST",reach="all"} 1',
        ]);
      });
      await redis.kill();
      await one.tell(bed('NGH', 'B-2', 1));
      await eventually(() =>
        expect(streams.slice(0, 2).map((s) => s.latest<BedView>('bed')?.id)).toEqual(['B-2', 'B-2']),
      );
      expect(await counted(one)).toContain('wardstream_board_viewers{facility="NGH",reach="all"} 1');
      await redis.restart();
      await eventually(async () => {
        await counted(two);
        expect(await counted(one)).toContain('wardstream_board_viewers{facility="NGH",reach="all"} 2');
      });
    } finally {
      for (const board of boards.splice(0)) await board.stop();
      await redis.stop();
    }
  });
});

describe('a board that is started by this version for the first time', () => {
  it('takes over what versions before it kept, and reads on from where their group stood', async () => {
    const own = await databases('before');
    const first = await start(own);
    await first.tell(facility('NGH'), bed('NGH', 'B-1', 3, { state: 'dirty' }), bed('NGH', 'B-2', 1));
    await eventually(async () => expect((await bedsNow(first)).size).toBe(2));
    await first.stop();
    boards.splice(boards.indexOf(first), 1);
    // As a version before this one would have left it: rows of its own, and nothing of a view.
    const former = await start(own);
    const uow = former.service.get(UnitOfWork);
    await uow.query(
      `INSERT INTO board_row (facility, kind, id, version, ended_at, body, changed_at)
       SELECT facility, kind, id, version, ended_at, body, changed_at FROM board_entry`,
    );
    await former.stop();
    boards.splice(boards.indexOf(former), 1);
    const raw = createDataSource({ url: own[0], schema: 'board', poolSize: 1, applicationName: 'test' });
    await raw.initialize();
    await raw.query('DELETE FROM board_entry');
    await raw.query('DELETE FROM view_lane');
    await raw.query("UPDATE board_row SET version = 4, body = replace(body, 'dirty', 'cleaning') WHERE id = 'B-1'");
    await raw.destroy();
    const now = await start(own);
    await eventually(async () => {
      const { body } = await now.get<BoardSnapshot>('/api/v1/facilities/NGH/board');
      expect(body.beds.map((b) => [b.id, b.state])).toEqual([
        ['B-1', 'cleaning'],
        ['B-2', 'available'],
      ]);
    });
    await now.tell(bed('NGH', 'B-2', 2, { state: 'occupied' }));
    await eventually(async () => expect((await bedsNow(now)).get('B-2')).toBe(2));
  });
});
