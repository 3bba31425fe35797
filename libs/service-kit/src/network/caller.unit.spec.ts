import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callerOf } from './caller.js';
import { Networks } from './networks.js';

const PROXY = '127.0.0.7';
const proxies = new Networks(['127.0.0.7', '127.0.0.8']);
const request = (peer: string, headers: IncomingHttpHeaders): IncomingMessage =>
  ({ headers, socket: { remoteAddress: peer } }) as unknown as IncomingMessage;

describe('callerOf', () => {
  it.each<[string, string, IncomingHttpHeaders, string]>([
    ['nothing said', '127.0.0.1', { host: 'flow:8080' }, '127.0.0.1 http flow:8080'],
    [
      'a stranger who says who he is',
      '127.0.0.1',
      { host: 'flow', 'x-forwarded-for': '127.0.0.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'other' },
      '127.0.0.1 http flow',
    ],
    [
      'a proxy',
      PROXY,
      {
        host: 'inner',
        'x-forwarded-for': '127.0.0.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'flow.example',
      },
      '127.0.0.9 https flow.example',
    ],
    ['a proxy that says nothing', PROXY, { host: 'flow' }, '127.0.0.7 http flow'],
    [
      'what a stranger wrote before the proxy did',
      PROXY,
      { host: 'flow', 'x-forwarded-for': '127.9.9.9, 127.0.0.9' },
      '127.0.0.9 http flow',
    ],
    ['two proxies', PROXY, { host: 'flow', 'x-forwarded-for': '127.0.0.9,127.0.0.8' }, '127.0.0.9 http flow'],
    ['what is no address', PROXY, { host: 'flow', 'x-forwarded-for': 'unknown' }, '127.0.0.7 http flow'],
    ['what is no scheme', PROXY, { host: 'flow', 'x-forwarded-proto': 'gopher' }, '127.0.0.7 http flow'],
    ['what is no host', PROXY, { host: 'flow', 'x-forwarded-host': 'a"><b' }, '127.0.0.7 http flow'],
    ['a Host that is none', '127.0.0.1', { host: 'a b' }, '127.0.0.1 http '],
    ['IPv6', '::1', { host: '[::1]:8080' }, '::1 http [::1]:8080'],
  ])('%s', (_, peer, headers, expected) => {
    const { address, scheme, host } = callerOf(request(peer, headers), proxies);
    expect(`${address} ${scheme} ${host}`).toBe(expected);
  });

  const text = fc.oneof(fc.constantFrom('127.0.0.1', PROXY, 'https', 'flow', '', ','), fc.string());
  const said = fc.record({
    host: text,
    'x-forwarded-for': text,
    'x-forwarded-proto': text,
    'x-forwarded-host': text,
    forwarded: text,
    'x-real-ip': text,
  });
  it('leaves nothing in the headers that it did not believe, and believes itself again', () => {
    fc.assert(
      fc.property(fc.constantFrom('127.0.0.1', PROXY), said, (peer, headers) => {
        const asked = request(peer, { ...headers });
        const caller = callerOf(asked, proxies);
        expect(asked.headers['forwarded'] ?? asked.headers['x-real-ip']).toBeUndefined();
        if (peer !== PROXY) expect(Object.keys(asked.headers)).toEqual(['host']);
        else expect(asked.headers['x-forwarded-for']).toBe(caller.address);
        expect(callerOf(asked, proxies)).toEqual(caller);
      }),
    );
  });
});
