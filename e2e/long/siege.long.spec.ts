import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ackCode, adt, Client, House, MllpSender, Stream } from '@wardstream/product-under-test';
import { issueToken } from '@wardstream/service-kit';
import { Siege, spread } from './siege.js';

const IDLE = 500;
const SLOW = 200;
const A_SECOND = 2_000;
const SECONDS = Number(process.env['LONG_SIEGE_SECONDS'] ?? 20);

/** Whoever hangs, drips or comes and goes keeps no sender out who has something to say. */
describe(`${IDLE} idle connections, ${SLOW} slow ones and ${A_SECOND} a second for ${SECONDS} s`, () => {
  const house = new House({ mode: 'standalone' });
  const siege = new Siege(() => house.mllpPort);
  beforeAll(() => house.start());
  afterAll(async () => {
    siege.end();
    await house.remove();
  });

  it('leaves every new sender acknowledged', async () => {
    const old = await MllpSender.connect(house.mllpPort);
    const message = (visit: string): Buffer =>
      Buffer.from(adt({ trigger: 'A01', visit, at: '4A^A^01', when: new Date() }));
    expect(ackCode(await old.send(message('BEFORE')))).toBe('AA');
    siege.keepOpen(IDLE);
    siege.drip(SLOW, [['\x0bMSH|', 'x']]);
    siege.comeAndGo(A_SECOND);
    const waits: number[] = [];
    const until = Date.now() + SECONDS * 1_000;
    for (let i = 0; Date.now() < until; i += 1) {
      const began = performance.now();
      const sender = await MllpSender.connect(house.mllpPort);
      expect(ackCode(await sender.send(message(`S${i}`)))).toBe('AA');
      waits.push(performance.now() - began);
      sender.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    process.stderr.write(
      `Siege: ${siege.begun} connections in ${SECONDS} s; ${waits.length} new senders acknowledged after ${spread(waits)}\n`,
    );
    expect(ackCode(await old.send(message('AFTER')))).toBe('AA');
  });
});

const PLACES = 256;
const HTTP_IDLE = 300;
const HTTP_SLOW = 100;
const WITHIN_MS = 2_000;

/** Whoever hangs, drips, guesses or sends what nobody asked for keeps no bed manager waiting. */
describe(`${HTTP_IDLE} idle connections, ${HTTP_SLOW} slow bodies and many wrong tokens for ${SECONDS} s, over ${PLACES} places`, () => {
  const house = new House({ mode: 'standalone', environment: { WARDSTREAM_HTTP_MAX_CONNECTIONS: String(PLACES) } });
  const siege = new Siege(() => house.httpPort);
  beforeAll(() => house.start());
  afterAll(async () => {
    siege.end();
    await house.remove();
  });

  it('leaves the board read and commands taken', async () => {
    const manager = await Client.as(house, 'bed-manager');
    const admin = await Client.as(house, 'administrator');
    const ngh = '/api/v1/facilities/NGH';
    const beds = `${ngh}/beds/4A-01`;
    const stream = await Stream.open(house, 'NGH', manager.token!);
    const waits: Record<'board' | 'command', number[]> = { board: [], command: [] };
    const timed = async (what: keyof typeof waits, ask: () => Promise<{ status: number }>): Promise<void> => {
      const began = performance.now();
      const { status } = await ask();
      waits[what].push(performance.now() - began);
      expect([what, status]).toEqual([what, 200]);
    };
    await timed('board', () => manager.get(`${ngh}/board`));

    const request = (more: string): string => `POST /api/v1/adt HTTP/1.1\r\nhost: a\r\n${more}\r\n\r\n`;
    siege.keepOpen(HTTP_IDLE);
    siege.drip(HTTP_SLOW, [
      [request('content-length: 1000000'), 'x'],
      [request('transfer-encoding: chunked'), '1\r\nx\r\n'],
      ['GET /api/v1/me HTTP/1.1\r\nhost: a\r\nx: ', 'x'],
      [request(`content-type: text/plain\r\ncontent-length: 1000000\r\nauthorization: Bearer guess`), 'x'],
    ]);
    const trust = { secret: 'another secret of the right length', issuer: 'wardstream', audience: 'wardstream' };
    const wrong = await issueToken(trust, { subject: 'guess', roles: ['bed-manager'] }, 3_600);
    siege.send(20, 50, [
      `GET /api/v1/me HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${wrong}\r\n\r\n`.repeat(10),
      request('content-length: 1000000000') + 'x'.repeat(100_000),
      `GET /api/v1/me HTTP/1.1\r\nhost: a\r\n${'x: y\r\n'.repeat(5_000)}\r\n`,
      'nonsense\r\n\r\n',
    ]);
    const until = Date.now() + SECONDS * 1_000;
    for (let i = 0; Date.now() < until; i += 1) {
      await timed('board', () => manager.get(`${ngh}/board`));
      await timed('command', () =>
        i % 2 === 0 ? manager.post(`${beds}/block`, { reason: 'siege' }) : manager.post(`${beds}/unblock`, {}),
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const fresh = await Client.as(house, 'operations-manager');
    await timed('board', () => fresh.get(`${ngh}/board`));
    const metrics = (await admin.get<string>('/metrics')).body;
    const figures = (name: string): string =>
      [...metrics.matchAll(new RegExp(`^${name}\\{\\w+="([\\w-]+)"\\} (\\d+)`, 'gm'))]
        .map((m) => `${m[1]} ${m[2]}`)
        .join(', ');
    process.stderr.write(
      `HTTP siege: ${siege.begun} connections in ${SECONDS} s; ${Object.entries(waits)
        .map(([what, all]) => `${what} ${all.length} times ${spread(all)}`)
        .join(
          '; ',
        )}. Turned away: ${figures('wardstream_http_turned_away_total')}. Tokens: ${figures('wardstream_tokens_refused_total')}\n`,
    );
    expect(Math.max(...waits.board, ...waits.command)).toBeLessThan(WITHIN_MS);
    expect(stream.latest('bed', ({ id }) => id === '4A-01')).toBeDefined();
    stream.close();
  });
});
