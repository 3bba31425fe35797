import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import { frame } from './framing.js';
import { ServerConnection } from './server-connection.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const logger = { debug: jest.fn(), warn: jest.fn() };
const limits = { maxFrameBytes: 1_000_000, maxUnanswered: 10_000, idleMs: 0, stalledMs: 60_000, wholeFrameMs: 60_000 };

/** A sender's end of a connection, as far as a connection looks at it. */
function socketOf(): Duplex {
  const duplex = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  return Object.assign(duplex, { setNoDelay: () => duplex, setKeepAlive: () => duplex, setTimeout: () => duplex });
}

describe('a connection that is sent very much at once', () => {
  it.each([
    ['short messages', 1_000, 250],
    ['a long one among them', 20, 100_000],
  ])(
    'reads some of it in one turn of the loop, in order, also if its sender ends then: %s',
    async (_, count, length) => {
      const taken: { readonly text: string; readonly turn: number }[] = [];
      let turn = 0;
      const socket = socketOf();
      const take = (incoming: { readonly bytes: Buffer }) => {
        taken.push({ text: incoming.bytes.toString(), turn });
        return Promise.resolve({ acknowledgement: Buffer.from('MSA') });
      };
      new ServerConnection(socket as unknown as Socket, limits, take as never, logger);
      const messages = Array.from({ length: count }, (__, n) => `MSH ${n} `.padEnd(length, 'x'));
      socket.push(Buffer.concat(messages.map((text) => frame(Buffer.from(text)))));
      // A socket ends also while it is paused: it is read once more then.
      await nextTurn();
      socket.push(null);
      socket.read(0);
      for (; taken.length < count && turn < 10_000; turn += 1) await nextTurn();
      expect(taken.map(({ text }) => text)).toEqual(messages);
      const byTurn = new Map<number, number>();
      for (const { text, turn: of } of taken) byTurn.set(of, (byTurn.get(of) ?? 0) + text.length);
      expect(Math.max(...byTurn.values())).toBeLessThan(Math.max(50_000, 2 * length));
      socket.destroy();
    },
  );
});
