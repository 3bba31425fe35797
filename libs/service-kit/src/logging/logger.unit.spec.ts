import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logDestination } from './logger.js';

describe('a log on a disk that is full', () => {
  let fd: number;
  beforeAll(() => {
    fd = openSync('/dev/full', 'w');
  });
  afterAll(() => closeSync(fd));

  it('stops nothing, however much is said, and keeps no more of it than it may', async () => {
    const destination = logDestination(fd) as ReturnType<typeof logDestination> & { _len: number };
    const line = `${'x'.repeat(1_000)}\n`;
    // An error nobody listens for would be thrown here, and end a process.
    for (let i = 0; i < 3_000; i += 1) destination.write(line);
    await new Promise((resolve) => setImmediate(resolve));
    expect(destination._len).toBeLessThanOrEqual(1_048_576);
  });
});
