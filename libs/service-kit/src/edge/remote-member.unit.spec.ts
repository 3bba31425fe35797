import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createEdge, type EdgeMember, remoteMember } from './edge.js';
import { type HttpService, httpServices } from './edge-routes.js';

const logger = pino({ level: 'silent' });
const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

/** An origin in front of one service at this port; asks whether it lives after a twentieth of a second. */
async function originOf(port: number): Promise<string> {
  const member = remoteMember('admissions', `http://127.0.0.1:${port}`, logger, 50);
  const members = Object.fromEntries(httpServices.map((name) => [name, member])) as Record<HttpService, EdgeMember>;
  const edge = createEdge(members, () => false, logger);
  opened.push(edge);
  return `http://127.0.0.1:${await edge.listen(0, '127.0.0.1')}`;
}

const service = (answer: RequestListener): Promise<number> => listening(createServer(answer));

describe('a service behind the origin', () => {
  it('that is not there: 503', async () => {
    const gone = createServer();
    const port = await listening(gone);
    await opened.pop()!.close();
    const reply = await fetch(`${await originOf(port)}/api/v1/encounters`);
    expect([reply.status, await reply.json()]).toMatchObject([503, { code: 'upstream-unavailable' }]);
  });

  it('that takes the request and hangs: 503', async () => {
    const port = await service(() => undefined);
    const reply = await fetch(`${await originOf(port)}/api/v1/encounters`);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
  });

  it('that takes long and lives is waited for', async () => {
    const port = await service((request, response) => {
      if (request.url === '/health/live') response.end('{}');
      else setTimeout(() => response.end('slow'), 400);
    });
    const reply = await fetch(`${await originOf(port)}/api/v1/replay-check`);
    expect([reply.status, await reply.text()]).toEqual([200, 'slow']);
  });

  it('a stream that is silent for long goes on', async () => {
    const port = await service((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      setTimeout(() => response.end('data: 2\n\n'), 300);
    });
    const reply = await fetch(`${await originOf(port)}/api/v1/facilities/NGH/stream`);
    expect(await reply.text()).toBe('data: 1\n\ndata: 2\n\n');
  });
});
