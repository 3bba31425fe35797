import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpOutcome } from '@wardstream/delivery';
import { AddressGuard } from './address-guard.js';
import { callHook } from './hook-client.js';

describe('the answer of a subscriber', () => {
  let server: Server;
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const call = (path: string) =>
    callHook(
      { method: 'POST', url: `${url()}${path}`, headers: [], body: null },
      new AddressGuard(['loopback']),
      10_000,
      new AbortController().signal,
    );

  beforeAll(async () => {
    server = createServer((request, answer) => {
      if (request.url === '/hook/busy') answer.setHeader('Retry-After', '120');
      answer.statusCode = request.url === '/hook/busy' ? 503 : 204;
      answer.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('says when it may be asked again, where it does, and it is not asked before', async () => {
    const { status, retryAfter } = await call('/busy');
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '120' });
    expect(httpOutcome(status, retryAfter, { giveUpAfterMs: 1 })).toMatchObject({ notBeforeMs: 120_000 });
    expect(await call('/done')).toEqual({ status: 204, retryAfter: null });
  });
});
