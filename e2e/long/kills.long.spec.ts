import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { House, type HouseMode } from '@wardstream/product-under-test';
import { serviceNames } from '@wardstream/service-directory';
import { eventually } from '@wardstream/testing';
import { type Server, serverBelow, serviceBelow } from './processes.js';
import { spread, SteadyLoad } from './steady-load.js';

const TIMES = Number(process.env['LONG_KILLS'] ?? 10);
/** So much is told between two kills. */
const MESSAGES_BETWEEN = 400;
const SERVED_AGAIN_MS = 180_000;

/** Resolves when what was killed runs again: by itself, or because its operator started it. */
type Revived = () => Promise<unknown>;

/** How each part of a house is found, to be killed by its process id. */
const parts = (mode: HouseMode): readonly (readonly [name: string, find: (house: House) => number | undefined])[] => {
  const server = (name: Server) => [name, (house: House) => serverBelow(house.pid, name)] as const;
  const service = (name: string) => [name, (house: House) => serviceBelow(house.pid, name)] as const;
  return mode === 'standalone'
    ? [server('postgres')]
    : [server('postgres'), server('kafka'), server('redis'), ...serviceNames.map(service)];
};

for (const mode of ['standalone', 'stack'] as const) {
  describe(`each part of a house killed ${TIMES} times under load: ${mode}`, () => {
    const house = new House({ mode });
    const kinds = parts(mode);
    // In one process the house itself is what can be killed, and its operator starts it again.
    const rounds = TIMES * (kinds.length + (mode === 'standalone' ? 1 : 0));
    const load = new SteadyLoad(house, 7, (rounds + 2) * MESSAGES_BETWEEN);
    let round = 0;
    beforeAll(async () => {
      await house.start();
      load.begin();
    });
    afterAll(() => house.remove());

    const lives = (): void => {
      if (!house.alive) throw new Error(`the house ended by itself:\n${house.printed.slice(-5_000)}`);
    };
    const ready = async (): Promise<boolean> => {
      lives();
      const answer = await fetch(`${house.origin}/health/ready`, { signal: AbortSignal.timeout(5_000) });
      await answer.body?.cancel();
      return answer.status === 200;
    };
    const untilReady = () => eventually(ready, { timeoutMs: SERVED_AGAIN_MS, everyMs: 20 });
    /** Kills once more when so much more was told; figures of when messages were taken again, and the whole was ready. */
    const killed = async (kill: () => Promise<Revived>): Promise<{ acknowledged: number; ready: number }> => {
      round += 1;
      await load.reached(round / (rounds + 2));
      const began = performance.now();
      const revived = await kill();
      const acknowledged = load.untilMore();
      // What ended the house tells more than that nothing was acknowledged.
      acknowledged.catch(() => undefined);
      await revived();
      await untilReady();
      const figures = { acknowledged: await acknowledged, ready: performance.now() - began };
      process.stderr.write(`${mode}, kill ${round} of ${rounds}: ready after ${spread([figures.ready])}\n`);
      return figures;
    };
    const many = async (name: string, kill: () => Promise<Revived>): Promise<void> => {
      const figures: { acknowledged: number; ready: number }[] = [];
      for (let i = 0; i < TIMES; i += 1) figures.push(await killed(kill));
      process.stderr.write(
        `${mode}, ${name} killed ${TIMES} times: next acknowledgement after ${spread(figures.map((f) => f.acknowledged))}, ` +
          `ready after ${spread(figures.map((f) => f.ready))} (least / middle / most)\n`,
      );
    };

    it.each(kinds)('goes on by itself without %s', async (name, find) => {
      await many(name, async () => {
        const pid = await eventually(() => find(house) ?? false, { timeoutMs: SERVED_AGAIN_MS });
        process.kill(pid, 'SIGKILL');
        await eventually(() => find(house) !== pid, { everyMs: 5 });
        const runsAgain = (): boolean => {
          lives();
          return find(house) !== undefined;
        };
        return () => eventually(runsAgain, { timeoutMs: SERVED_AGAIN_MS, everyMs: 10 });
      });
    });

    if (mode === 'standalone')
      it('goes on where it was when it is started again', async () => {
        await many('the house', async () => {
          await house.kill();
          return () => house.start();
        });
      });

    it('has lost nothing, doubled nothing and left nothing running', async () => {
      await load.expectAllTold();
      for (const [name, find] of kinds) expect([name, find(house) === undefined]).toEqual([name, false]);
      const pids = kinds.map(([, find]) => find(house)!);
      await house.stop();
      const running = (pid: number): boolean => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      await eventually(() => expect(pids.filter(running)).toEqual([]), { timeoutMs: 30_000 });
    });
  });
}
