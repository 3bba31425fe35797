import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ackCode, adt, House, MllpSender } from '@wardstream/house';

const IDLE = 500;
const SLOW = 200;
const A_SECOND = 2_000;
const SECONDS = Number(process.env['LONG_SIEGE_SECONDS'] ?? 20);

/** Whoever hangs, drips or comes and goes keeps no sender out who has something to say. */
describe(`${IDLE} idle connections, ${SLOW} slow ones and ${A_SECOND} a second for ${SECONDS} s`, () => {
  const house = new House({ mode: 'standalone' });
  const open = new Set<Socket>();
  const timers: NodeJS.Timeout[] = [];
  beforeAll(() => house.start());
  afterAll(async () => {
    for (const timer of timers) clearInterval(timer);
    for (const socket of open) socket.destroy();
    await house.remove();
  });

  function connection(): Socket {
    const socket = connect(house.mllpPort, '127.0.0.1');
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    return socket;
  }

  it('leaves every new sender acknowledged', async () => {
    const old = await MllpSender.connect(house.mllpPort);
    const message = (visit: string): Buffer =>
      Buffer.from(adt({ trigger: 'A01', visit, at: '4A^A^01', when: new Date() }));
    expect(ackCode(await old.send(message('BEFORE')))).toBe('AA');
    timers.push(
      setInterval(() => {
        // Whoever was sent away comes again.
        while (open.size < IDLE) connection();
      }, 1_000),
    );
    const slow = Array.from({ length: SLOW }, () => connection());
    timers.push(
      setInterval(() => slow.forEach((s) => s.writable && s.write(s.bytesWritten === 0 ? '\x0bMSH|' : 'x')), 500),
    );
    let came = 0;
    timers.push(
      setInterval(() => {
        for (let i = 0; i < A_SECOND / 100; i += 1, came += 1)
          connection().once('connect', function (this: Socket) {
            this.destroy();
          });
      }, 10),
    );
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
    waits.sort((a, b) => a - b);
    const at = (share: number): string => waits[Math.floor((waits.length - 1) * share)]!.toFixed(0);
    process.stderr.write(
      `Siege: ${came} connections came and went in ${SECONDS} s; ${waits.length} new senders acknowledged after ` +
        `p50 ${at(0.5)}, p99 ${at(0.99)}, at most ${at(1)} ms\n`,
    );
    expect(ackCode(await old.send(message('AFTER')))).toBe('AA');
  });
});
