import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { portRefused } from './port-refused.js';

describe('a port that cannot be listened on', () => {
  const refused = (port: number, code: string) => Object.assign(new Error(), { code, port, syscall: 'listen' });

  it.each([
    [
      refused(8080, 'EADDRINUSE'),
      {},
      'port 8080 is taken by another program: stop it, or set WARDSTREAM_HTTP_PORT to a free one',
    ],
    [
      refused(2575, 'EADDRINUSE'),
      {},
      'port 2575 is taken by another program: stop it, or set WARDSTREAM_MLLP_PORT to a free one',
    ],
    [
      refused(7, 'EACCES'),
      { WARDSTREAM_MLLP_PORT: '7' },
      'port 7 is not open to this user: set WARDSTREAM_MLLP_PORT to a free one above 1023',
    ],
    [
      refused(2575, 'EADDRINUSE'),
      { WARDSTREAM_MLLP_PORT: '7', WARDSTREAM_HTTP_PORT: '2575' },
      expect.stringContaining('HTTP'),
    ],
    [new Error('listen to me'), {}, undefined],
    [undefined, {}, undefined],
  ])('%o', (error, values, line) => {
    expect(portRefused(error, values)).toEqual(line);
  });

  it('is told as Node tells it', async () => {
    const [first, second] = [createServer(), createServer()];
    await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
    const { port } = first.address() as { port: number };
    const error = await new Promise((resolve) => second.once('error', resolve).listen(port, '127.0.0.1'));
    expect(portRefused(error, { WARDSTREAM_MLLP_PORT: String(port) })).toMatch(/taken .* WARDSTREAM_MLLP_PORT/);
    first.close();
  });
});
