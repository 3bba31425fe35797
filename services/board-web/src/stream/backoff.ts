/** Real milliseconds to wait before the `attempt`-th reconnection (from 0): 0.5 s doubling to 15 s, jittered down by up to half. */
export function reconnectDelay(attempt: number, random: number): number {
  const ceiling = Math.min(500 * 2 ** Math.min(attempt, 10), 15_000);
  return Math.round(ceiling * (1 - random / 2));
}
