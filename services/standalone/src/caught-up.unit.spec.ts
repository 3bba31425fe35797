import { describe, expect, it } from '@jest/globals';
import { caughtUp, type Reader } from './caught-up.js';

const reader = (name: string, left: number[]): Reader => ({
  name,
  unsettled: () => Promise.resolve(left.length > 1 ? left.shift()! : left[0]!),
});
const now = (): Promise<void> => Promise.resolve();

describe('being ready', () => {
  it('waits until nobody has anything left, looks again at what one sends on to another, and says how much is left', async () => {
    const lines: string[] = [];
    const backlog = Array.from({ length: 120 }, (_, i) => 120 - i);
    // The board gets the last of it when the others are done.
    const services = [
      reader('flow-engine', [...backlog, 0]),
      reader('board', [...backlog.map(() => 5), 0, 3, 0, 0, 2, 0]),
    ];
    expect(await caughtUp(services, (line) => lines.push(line), now)).toBe(true);
    expect(await services[1]!.unsettled()).toBe(0);
    expect(lines[0]).toBe('Catching up: 76 events left (flow-engine 71, board 5)');
    expect(lines).toHaveLength(2);
  });

  it('gives up where nothing moves any more', async () => {
    expect(await caughtUp([reader('board', [7])], () => undefined, now)).toBe(false);
  });
});
