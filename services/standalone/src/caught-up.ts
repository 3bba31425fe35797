import { setTimeout as sleep } from 'node:timers/promises';

/** What is asked of a service: how many events it has not read or not sent on yet. */
export interface Reader {
  readonly name: string;
  unsettled(): Promise<number>;
}

const LOOK_MS = 100;
/** All of them must be seen with nothing left this often in a row: what one sends on another has still to read. */
const LOOKS_IN_A_ROW = 3;
const TELL_EVERY_LOOKS = 50;
/** Without any progress for so many looks it is no use to wait on: the board says itself that it is behind. */
const MOST_LOOKS_WITHOUT_PROGRESS = 600;

/**
 * Resolves once every service has read all there is and sent on what follows from it: true then, false if nothing moved for a minute
 * and something is left. Says about every five seconds how much is left.
 */
export async function caughtUp(
  services: readonly Reader[],
  tell: (line: string) => void,
  pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms),
): Promise<boolean> {
  let least = Number.POSITIVE_INFINITY;
  let quiet = 0;
  let idle = 0;
  for (let look = 1; ; look += 1) {
    const left = await Promise.all(services.map(async (s) => ({ name: s.name, n: await s.unsettled() })));
    const total = left.reduce((sum, { n }) => sum + n, 0);
    quiet = total === 0 ? quiet + 1 : 0;
    if (quiet >= LOOKS_IN_A_ROW) return true;
    idle = total < least ? 0 : idle + 1;
    least = Math.min(least, total);
    if (idle >= MOST_LOOKS_WITHOUT_PROGRESS) return false;
    if (look % TELL_EVERY_LOOKS === 0) {
      const words = left.filter(({ n }) => n > 0).map(({ name, n }) => `${name} ${n}`);
      tell(`Catching up: ${total} events left (${words.join(', ')})`);
    }
    await pause(LOOK_MS);
  }
}
