import { describe, expect, it } from '@jest/globals';
import { isNetwork, isNetworkOrName, Networks } from './networks.js';

describe('Networks', () => {
  it.each<[string, readonly string[], string | undefined, boolean]>([
    ['an address', ['127.0.0.1'], '127.0.0.1', true],
    ['another address', ['127.0.0.1'], '127.0.0.2', false],
    ['an address in a network', ['127.0.0.0/24'], '127.0.0.77', true],
    ['one outside of it', ['127.0.0.0/24'], '127.0.1.0', false],
    ['IPv4 in the form of IPv6', ['127.0.0.0/8'], '::ffff:127.1.2.3', true],
    ['IPv6', ['::1'], '::1', true],
    ['IPv6 with its zone', ['fe80::/10'], 'fe80::1%lo', true],
    ['a network written as IPv6 holds no IPv4', ['::1'], '127.0.0.1', false],
    ['loopback', ['loopback'], '127.8.8.8', true],
    ['loopback, IPv6', ['loopback'], '::1', true],
    ['loopback is not private', ['private'], '127.0.0.1', false],
    ['private', ['private'], '10.1.2.3', true],
    ['nobody', [], '127.0.0.1', false],
    ['everybody', ['0.0.0.0/0'], '127.0.0.1', true],
    ['a peer that is gone', ['0.0.0.0/0', '::/0'], undefined, false],
    ['what is no address', ['0.0.0.0/0', '::/0'], 'localhost', false],
  ])('%s', (_, written, address, expected) => expect(new Networks(written).includes(address)).toBe(expected));

  it('tells networks from what is none', () => {
    expect(['10.0.0.0/8', '::1', 'fd00::/8', '10.0.0.1', '0.0.0.0/0'].filter((n) => !isNetwork(n))).toEqual([]);
    const none = [
      '10.0.0.0/33',
      'localhost',
      '',
      '10.0.0.0/8/8',
      '1/2',
      '::/129',
      '10.0.0.1/-1',
      'fe80::1%lo',
      '10.0.0.1/ 8',
    ];
    expect(none.filter((n) => isNetwork(n))).toEqual([]);
    expect(['loopback', 'private', '::1', 'toString', 'public'].map(isNetworkOrName)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
