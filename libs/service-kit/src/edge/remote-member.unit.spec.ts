import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { echo, EdgeUnderTest, listening, logger } from './edge.fixture.spec.js';
import { putDefaultHeaders } from './edge-answers.js';
import { remoteMember } from './remote-member.js';

const opened: { stop: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.stop();
});

async function service(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  const port = await listening(server);
  opened.push({
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return port;
}

/** An origin in front of one service at this port; asks whether it lives after a twentieth of a second. */
async function edgeOf(port: number, values: Record<string, string> = {}): Promise<EdgeUnderTest> {
  const edge = await EdgeUnderTest.start(remoteMember('admissions', `http://127.0.0.1:${port}`, logger, 50), values);
  opened.push(edge);
  return edge;
}
const originOf = async (port: number): Promise<string> => (await edgeOf(port)).origin;

describe('a service behind the origin', () => {
  it('that is not there: 503', async () => {
    const port = await service(() => undefined);
    await opened.pop()!.stop();
    const reply = await fetch(`${await originOf(port)}/api/v1/encounters`);
    expect([reply.status, await reply.json()]).toMatchObject([503, { code: 'upstream-unavailable' }]);
  });

  it('that takes the request and hangs: 503', async () => {
    const port = await service(() => undefined);
    const reply = await fetch(`${await originOf(port)}/api/v1/encounters`);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
  });

  it('that is gone, of FHIR: 503 with an OperationOutcome', async () => {
    const port = await service(() => undefined);
    await opened.pop()!.stop();
    const reply = await fetch(`${await originOf(port)}/fhir/R4/Encounter`);
    const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'fatal', code: 'transient' }] };
    expect([reply.status, await reply.json()]).toMatchObject([503, outcome]);
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

  it('that dies amid its answer: the answer breaks off, and nobody takes it for whole', async () => {
    const port = await service((request, response) => {
      response.write('half');
      setTimeout(() => request.socket.destroy(), 50);
    });
    const reply = await fetch(`${await originOf(port)}/api/v1/encounters`);
    await expect(reply.text()).rejects.toThrow();
  });

  it('that refuses before it has read a body: that is the answer, and no more of the body is sent there', async () => {
    let read = 0;
    const port = await service((request, response) => {
      request.on('data', (chunk: Buffer) => (read += chunk.length));
      response.writeHead(401, { 'content-type': 'application/problem+json' });
      response.end('{}');
    });
    const connection = (await edgeOf(port)).connect();
    connection.write('POST /api/v1/adt HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n');
    await eventually(() => expect(connection.text).toContain('HTTP/1.1 401'));
    const flood = setInterval(() => connection.socket.writable && connection.write('x'.repeat(65_536)), 5);
    await connection.closed;
    clearInterval(flood);
    expect(connection.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(read).toBeLessThan(1_000_000);
  });

  it('tells whoever asks whether to go on with the body, and only if the service does', async () => {
    const port = await service(echo as never);
    const connection = (await edgeOf(port)).connect();
    connection.write('POST /api/v1/adt HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n');
    await eventually(() => expect(connection.text).toBe('HTTP/1.1 100 Continue\r\n\r\n'));
    connection.write('abc');
    await eventually(() => expect(connection.text).toContain('"bytes":3'));
  });

  it('hears who asked of the origin, and of nobody else', async () => {
    const port = await service(echo as never);
    const sent = {
      'x-forwarded-for': '127.9.9.9',
      'x-forwarded-host': 'other',
      'x-forwarded-proto': 'https',
      forwarded: 'for=x',
    };
    const heard = async (values: Record<string, string>) => {
      const answer = await (await edgeOf(port, values)).fetch('/api', { headers: sent });
      const { headers } = (await answer.json()) as { headers: Record<string, string> };
      return [
        headers['x-forwarded-for'],
        headers['x-forwarded-proto'],
        headers['x-forwarded-host'],
        headers['forwarded'],
      ];
    };
    expect(await heard({})).toEqual(['127.0.0.1', 'http', expect.stringMatching(/^127\.0\.0\.1:/), undefined]);
    expect(await heard({ WARDSTREAM_TRUSTED_PROXIES: 'loopback' })).toEqual(['127.9.9.9', 'https', 'other', undefined]);
  });

  it('says what every answer says once, as the service says it, and nothing that is for one hop', async () => {
    const port = await service((_request, response) => {
      putDefaultHeaders(response, 'http');
      response.writeHead(200, { 'cache-control': 'private', connection: 'x-hop', 'x-hop': '1', etag: '"1"' });
      response.end();
    });
    const text = await (await edgeOf(port)).raw('GET /api HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    const names = [...text.matchAll(/^([\w-]+): /gm)].map(([, name]) => name!.toLowerCase());
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['content-security-policy', 'etag', 'x-content-type-options']));
    expect(names).not.toContain('x-hop');
    expect(text).toContain('cache-control: private');
  });

  it.each(['GET', 'DELETE', 'POST'])(
    'is sent the body of a %s as that, not as a request of its own',
    async (method) => {
      let heard = '';
      const server = createTcpServer((socket) => {
        socket.on('data', (chunk) => {
          heard += chunk.toString('latin1');
          if (heard.includes('0\r\n\r\n')) socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n');
        });
        socket.on('error', () => undefined);
      });
      const port = await listening(server as never);
      opened.push({ stop: () => server.close() });
      const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n';
      const chunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
      const head = `${method} /api HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n`;
      expect(await (await edgeOf(port)).raw(head + chunk)).toContain('204');
      expect(heard.toLowerCase()).toContain('transfer-encoding: chunked');
      expect(heard).toContain(chunk);
    },
  );
});
