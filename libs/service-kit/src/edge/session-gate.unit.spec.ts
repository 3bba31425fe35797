import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { OriginSessions } from './origin-sessions.js';
import { PAGE_HEADER, SessionGate } from './session-gate.js';

const caller = { address: '127.0.0.1', scheme: 'http', host: 'beds.example' } as const;

class KnownSessions extends OriginSessions {
  tokenOf({ headers }: IncomingMessage): Promise<string | null> | null {
    if (!(headers.cookie ?? '').includes('session=')) return null;
    return Promise.resolve(headers.cookie!.includes('session=alive') ? 'a.b.c' : null);
  }
}

async function seen(method: string, path: string, headers: Record<string, string>) {
  const request = { method, headers: { ...headers } } as unknown as IncomingMessage;
  const refused = await new SessionGate(new KnownSessions()).check(request, path, caller);
  return {
    code: refused?.problem.code ?? null,
    authorization: request.headers.authorization ?? null,
    cookie: request.headers.cookie ?? null,
  };
}

const alive = { cookie: 'session=alive' };
const page = { [PAGE_HEADER]: 'active' };

describe('the gate of sessions', () => {
  it.each<[string, string, string, Record<string, string>, string | null, string | null]>([
    [
      'a read of a page of ours',
      'GET',
      '/api/v1/alerts',
      { ...alive, 'sec-fetch-site': 'same-origin' },
      null,
      'Bearer a.b.c',
    ],
    [
      'a command of a page of ours',
      'POST',
      '/api/v1/x',
      { ...alive, ...page, origin: 'http://beds.example' },
      null,
      'Bearer a.b.c',
    ],
    [
      'a command without the header',
      'POST',
      '/api/v1/x',
      { ...alive, 'sec-fetch-site': 'same-origin' },
      'foreign-page',
      null,
    ],
    [
      'a form of another origin',
      'POST',
      '/api/v1/x',
      { ...alive, origin: 'http://evil.example' },
      'foreign-page',
      null,
    ],
    [
      'the header from another origin',
      'POST',
      '/api/v1/x',
      { ...alive, ...page, origin: 'http://evil.example' },
      'foreign-page',
      null,
    ],
    ['a sister host', 'POST', '/api/v1/x', { ...alive, ...page, 'sec-fetch-site': 'same-site' }, 'foreign-page', null],
    ['a link on another page', 'GET', '/api/v1/x', { ...alive, 'sec-fetch-site': 'cross-site' }, 'foreign-page', null],
    ['an address that was typed', 'GET', '/api/v1/x', { ...alive, 'sec-fetch-site': 'none' }, null, 'Bearer a.b.c'],
    ['a session that is over', 'GET', '/api/v1/x', { cookie: 'session=over' }, null, null],
    [
      'who says by itself who it is',
      'POST',
      '/api/v1/x',
      { ...alive, authorization: 'Bearer own' },
      null,
      'Bearer own',
    ],
    ['a page', 'GET', '/units/4A', alive, null, null],
    [
      'who comes back from the issuer',
      'GET',
      '/api/v1/session/callback',
      { ...alive, 'sec-fetch-site': 'cross-site' },
      null,
      null,
    ],
  ])('%s', async (_, method, path, headers, code, authorization) => {
    expect(await seen(method, path, headers)).toMatchObject({ code, authorization });
  });

  it('gives cookies to nobody but those who read them', async () => {
    expect((await seen('GET', '/api/v1/alerts', alive)).cookie).toBeNull();
    expect((await seen('GET', '/fhir/R4/Encounter', { cookie: 'other=1' })).cookie).toBeNull();
    expect((await seen('GET', '/identity/sign-in/x', alive)).cookie).toBe('session=alive');
    expect((await seen('POST', '/api/v1/session/sign-out', { ...alive, ...page })).cookie).toBe('session=alive');
  });
});
