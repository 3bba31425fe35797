import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { pino } from 'pino';
import { echo, EdgeUnderTest, type RawConnection, tokenFor, wrongToken } from './edge.fixture.spec.js';

const opened: { stop: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

async function start(...of: Parameters<typeof EdgeUnderTest.start>): Promise<EdgeUnderTest> {
  const edge = await EdgeUnderTest.start(...of);
  opened.push(edge);
  return edge;
}

/** Status and code of an answer as it came over the wire. */
function said(text: string): string {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  expect(head.toLowerCase()).toMatch(/content-type: application\/(problem|fhir)\+json/);
  const { code, issue } = JSON.parse(body.replace(/^[0-9a-f]+\r\n|\r\n0$/g, '')) as {
    code?: string;
    issue?: { details: { coding: { code: string }[] } }[];
  };
  return `${head.split(' ')[1]} ${code ?? issue?.[0]?.details.coding[0]?.code}`;
}

describe('the one origin: what is no request', () => {
  it.each<[string, string, string]>([
    ['no HTTP', 'HELLO\r\n\r\n', '400 http-malformed'],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 http-malformed'],
    ['an HL7 message', '\x0bMSH|^~\\&|ADT\r\x1c\r', '400 http-malformed'],
    ['a method nobody knows', 'BREW /api HTTP/1.1\r\nhost: a\r\n\r\n', '400 http-malformed'],
    ['a method of others', 'PROPFIND /api HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', '405 method-not-allowed'],
    ['no Host', 'GET /api HTTP/1.1\r\nconnection: close\r\n\r\n', '400 host-malformed'],
    ['a Host that is none', 'GET /api HTTP/1.1\r\nhost: a"><b\r\nconnection: close\r\n\r\n', '400 host-malformed'],
    [
      'a URL beyond all length',
      `GET /api?${'a'.repeat(9_000)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
      '414 url-too-long',
    ],
    [
      'the same of FHIR',
      `GET /fhir/R4?${'a'.repeat(9_000)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
      '414 url-too-long',
    ],
    ['one header too large', `GET /api HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, '431 head-too-large'],
    [
      'headers without end',
      `GET /api HTTP/1.1\r\nhost: a\r\n${Array.from({ length: 2_000 }, (_, i) => `x${i}: ${i}`).join('\r\n')}\r\n\r\n`,
      '431 head-too-large',
    ],
    [
      'two lengths',
      'POST /api HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
      '400 http-malformed',
    ],
    [
      'a length and chunks',
      'POST /api HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 http-malformed',
    ],
    [
      'an expectation of something else',
      'POST /api HTTP/1.1\r\nhost: a\r\nexpect: coffee\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
      '417 expectation-unknown',
    ],
  ])('%s', async (_, bytes, expected) => {
    const edge = await start(echo);
    expect(said(await edge.raw(bytes))).toBe(expected);
  });

  it('a connection that hangs, however steadily, is closed', async () => {
    const edge = await start(echo, { WARDSTREAM_HTTP_HEAD_SECONDS: '1', WARDSTREAM_HTTP_REQUEST_SECONDS: '1' });
    const post = 'POST /api HTTP/1.1\r\nhost: a\r\n';
    const hanging: readonly (readonly [begins: string, goesOn: string])[] = [
      ['', ''],
      ['GET /api HTTP/1.1\r\nhost: a\r\nx: ', 'y'],
      [`${post}content-length: 999\r\n\r\nabc`, 'y'],
      [`${post}transfer-encoding: chunked\r\n\r\n`, '1\r\ny\r\n'],
    ];
    const answers = hanging.map(async ([begins, goesOn]) => {
      const connection = edge.connect();
      connection.write(begins);
      const dripping = setInterval(() => connection.socket.writable && connection.write(goesOn), 100);
      await connection.closed;
      clearInterval(dripping);
      return said(connection.text);
    });
    expect(await Promise.all(answers)).toEqual(hanging.map(() => '408 request-timeout'));
    expect(await edge.metric('wardstream_http_turned_away_total')).toEqual({ 'request-timeout': 4 });
  });

  it('is answered after what came before it, or not at all', async () => {
    const edge = await start(echo);
    const ask = (path: string): string => `GET /api/${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
    const connection = edge.connect();
    connection.write(ask('a') + ask('b'));
    await eventually(() =>
      expect(connection.text.match(/"url":"[^"]+"/g)).toEqual(['"url":"/api/a"', '"url":"/api/b"']),
    );
    connection.write('nonsense\r\n\r\n');
    await connection.closed;
    expect(connection.text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
    // Nobody may take it for the answer to a.
    expect(await edge.raw(`${ask('a')}nonsense\r\n\r\n`)).not.toContain('400');
  });

  it('pipelined a thousand times is answered a thousand times', async () => {
    const edge = await start(echo);
    const one = 'GET /api HTTP/1.1\r\nhost: a\r\nauthorization: Bearer guess\r\n\r\n';
    const connection = edge.connect();
    connection.write(one.repeat(1_000));
    await eventually(() => expect(connection.text.match(/HTTP\/1.1 4(01|29)/g)).toHaveLength(1_000));
  });
});

describe('the one origin: another protocol', () => {
  it('is not taken: what asks for it is a request as any other', async () => {
    const edge = await start(echo);
    const upgrade =
      'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAA\r\n';
    const connection = edge.connect();
    connection.write(`GET /api/v1/x HTTP/1.1\r\nhost: a\r\nauthorization: Bearer guess\r\n${upgrade}\r\n`);
    await eventually(() => expect(connection.text).toContain('HTTP/1.1 401'));
    expect(await edge.raw('CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: a\r\n\r\n')).not.toContain('HTTP/1.1 2');
  });
});

describe('the one origin: what every answer says', () => {
  const safe = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  };

  it('is safe unless its author says otherwise, once each', async () => {
    const edge = await start((request, response) => {
      response.writeHead(200, request.url === '/page' ? { 'cache-control': 'public, max-age=1' } : {});
      response.end();
    });
    const of = async (path: string, init = {}) => Object.fromEntries((await edge.fetch(path, init)).headers);
    expect(await of('/api/v1/x')).toMatchObject(safe);
    expect(await of('/page')).toMatchObject({ ...safe, 'cache-control': 'public, max-age=1' });
    expect(await of('/api/v1/x', { token: 'wrong' })).toMatchObject(safe);
    expect((await of('/api/v1/x'))['strict-transport-security']).toBeUndefined();
    for (const name of Object.keys(safe)) expect(await edge.raw('nonsense\r\n\r\n')).toContain(`${name}: `);
  });

  it('to stay with TLS where a proxy of ours says that it was asked by that', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const trusting = await start(echo, { WARDSTREAM_TRUSTED_PROXIES: 'loopback' });
    const behindTls = await trusting.fetch('/api', { headers });
    expect(behindTls.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const open = await start(echo);
    expect((await open.fetch('/api', { headers })).headers.get('strict-transport-security')).toBeNull();
  });

  it('is of whom asked, by whom only proxies of ours may say', async () => {
    const headers = { 'x-forwarded-for': '127.9.9.9', 'x-forwarded-host': 'flow.example', forwarded: 'for=127.9.9.9' };
    const heard = async (edge: EdgeUnderTest) =>
      (await (await edge.fetch('/api', { headers })).json()) as { caller: object; headers: Record<string, string> };
    const open = await heard(await start(echo));
    expect(open.caller).toMatchObject({ address: '127.0.0.1', scheme: 'http' });
    expect(Object.keys(open.headers).filter((name) => /forwarded/.test(name))).toEqual([]);
    const trusting = await heard(await start(echo, { WARDSTREAM_TRUSTED_PROXIES: '127.0.0.0/8,::1' }));
    expect(trusting.caller).toEqual({ address: '127.9.9.9', scheme: 'http', host: 'flow.example' });
  });
});

describe('the one origin: wrong tokens', () => {
  it('are answered 401, then 429, while a good one from the same address is served', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const edge = await start(echo, { WARDSTREAM_TOKEN_GUESSES: '5' }, undefined, log);
    const [good, wrong] = [await tokenFor(), await wrongToken()];
    const answers: Response[] = [];
    for (let i = 0; i < 8; i += 1) {
      answers.push(await edge.fetch(i % 2 === 0 ? '/api/v1/x' : '/metrics', { token: wrong }));
      expect((await edge.fetch('/api/v1/x', { token: good })).status).toBe(200);
    }
    expect(answers.map((a) => a.status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const last = answers.at(-1)!;
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(last.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await last.json()).toMatchObject({ code: 'too-many-wrong-tokens', status: 429 });
    // A nurse who signs in now, with a token that was never seen here.
    expect((await edge.fetch('/api/v1/x', { token: await tokenFor(120) })).status).toBe(200);
    expect(await edge.metric('wardstream_tokens_refused_total')).toEqual({ guessed: 5, limited: 3 });
    await edge.stop();
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ counts: { '127.0.0.1': 8 } }]);
    expect(lines.join()).not.toContain(wrong);
  });

  it.each(['/%61pi/v1/me', '/a%70i/v1/me', 'http://a/api/v1/me', 'HTTP://a:1/%61pi', '/fhi%72/R4/Patient/1', '/api?x'])(
    'are counted however the path is written: %s',
    async (path) => {
      const edge = await start(echo, { WARDSTREAM_TOKEN_GUESSES: '1' });
      const ask = (): Promise<string> =>
        edge.raw(`GET ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer guess\r\nconnection: close\r\n\r\n`);
      expect([await ask(), await ask()].map((text) => text.split(' ')[1])).toEqual(['401', '429']);
    },
  );

  it.each([
    ['http://a', '/'],
    ['http://a?b', '/?b'],
    ['http://a:80/api/v1/me?b=http://c/d', '/api/v1/me?b=http://c/d'],
    ['/http://a/b', '/http://a/b'],
    ['//a/b', '//a/b'],
  ])('asked for as %s goes to a service as %s', async (asked, expected) => {
    const edge = await start(echo);
    const text = await edge.raw(`GET ${asked} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    expect(text).toContain(`"url":"${expected}"`);
  });

  it('in FHIR are an OperationOutcome', async () => {
    const edge = await start(echo, { WARDSTREAM_TOKEN_GUESSES: '1' });
    const answer = async () => (await edge.fetch('/fhir/R4/Encounter', { token: 'guess' })).json();
    expect(await answer()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'login' }] });
    expect(await answer()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'throttled' }] });
  });

  it.each([
    ['expired', () => tokenFor(-60)],
    ['for somebody else', () => tokenFor(60).then((t) => t)],
  ])('a token that was signed here is none: %s', async (what, make) => {
    const edge = await start(echo, { WARDSTREAM_TOKEN_GUESSES: '1' });
    const token = await make();
    const statuses = await Promise.all([1, 2, 3].map(async () => (await edge.fetch('/api', { token })).status));
    expect(statuses).toEqual(what === 'expired' ? [401, 401, 401] : [200, 200, 200]);
  });

  it.each([
    ['a page is nobody else’s business', '/units/4A', 'Bearer guess', 200],
    ['another scheme is for the route to refuse', '/api', 'Basic YTpi', 200],
    ['Bearer and nothing', '/api', 'Bearer', 401],
    ['Bearer and what can be no token', '/api', 'Bearer a b c', 401],
  ])('%s', async (_, path, authorization, status) => {
    const edge = await start(echo);
    expect((await edge.fetch(path, { headers: { authorization } })).status).toBe(status);
  });

  it('are answered before the body, and whoever goes on sending is cut off', async () => {
    const edge = await start(echo);
    const head = `POST /api/v1/adt HTTP/1.1\r\nhost: a\r\nauthorization: Bearer guess\r\ncontent-length: 1000000000\r\n\r\n`;
    const connection = edge.connect();
    connection.write(head);
    await eventually(() => expect(connection.text).toContain('token-refused'));
    const flood = setInterval(() => connection.socket.writable && connection.write('x'.repeat(65_536)), 5);
    await connection.closed;
    clearInterval(flood);
    expect(connection.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('the one origin: places', () => {
  const values = { WARDSTREAM_HTTP_MAX_CONNECTIONS: '16' };

  it('are given by those who show no good token to those who come', async () => {
    const edge = await start(echo, values);
    const token = await tokenFor();
    const idle: RawConnection[] = Array.from({ length: 40 }, () => edge.connect());
    const slow: RawConnection[] = Array.from({ length: 40 }, () => edge.connect());
    for (const one of slow) one.write('POST /api HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n');
    for (let i = 0; i < 5; i += 1) expect((await edge.fetch('/api', { token })).status).toBe(200);
    await eventually(async () =>
      expect((await edge.metric('wardstream_http_turned_away_total'))['made-room']).toBeGreaterThanOrEqual(64),
    );
    expect([...idle, ...slow].filter((one) => !one.socket.destroyed).length).toBeLessThanOrEqual(16);
  });

  it('are kept by those who are served with a good one', async () => {
    const held: (() => void)[] = [];
    const edge = await start((_request, response) => {
      response.writeHead(200);
      response.write('begun');
      held.push(() => response.end());
    }, values);
    const token = await tokenFor();
    const streams = Array.from({ length: 10 }, () => edge.connect());
    for (const one of streams) one.write(`GET /api HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n\r\n`);
    await eventually(() => expect(held).toHaveLength(10));
    for (let i = 0; i < 60; i += 1) edge.connect();
    await eventually(async () =>
      expect((await edge.metric('wardstream_http_turned_away_total'))['made-room']).toBeGreaterThanOrEqual(50),
    );
    expect(streams.filter((one) => one.socket.destroyed)).toEqual([]);
    for (const end of held) end();
  });
});
