import { describe, expect, it } from '@jest/globals';
import { AddressGuard, AddressRefused } from './address-guard.js';

describe('addresses that may be called', () => {
  const guard = new AddressGuard([]);

  it.each(['8.8.8.8', '172.32.0.1', '11.0.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s may', (address) => {
    expect(guard.permits(address)).toBe(true);
  });

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.0.1', '169.254.169.254', '100.64.0.1'],
    ...['0.0.0.0', '224.0.0.1', '255.255.255.255', '::1', '::', 'fd00::1', 'fe80::1', 'ff02::1', '::ffff:127.0.0.1'],
    ...['::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '::7f00:1', 'localhost', ''],
  ])('%s may not', (address) => {
    expect(guard.permits(address)).toBe(false);
  });

  it('are those of the networks allowed beside public ones', () => {
    const allowed = new AddressGuard(['10.20.0.0/16', '192.168.7.7', 'fd00:1::/32']);
    const permitted = ['10.20.3.4', '192.168.7.7', 'fd00:1::5', '8.8.8.8', '10.21.0.1', '192.168.7.8', 'fd00:2::5'];
    expect(permitted.map((a) => allowed.permits(a))).toEqual([true, true, true, true, false, false, false]);
  });

  it('are asked for where they are connected to', async () => {
    await expect(guard.check(new URL('http://localhost/'))).rejects.toThrow(AddressRefused);
    await expect(guard.check(new URL('http://[::1]:80/'))).rejects.toThrow(AddressRefused);
    await expect(new AddressGuard(['127.0.0.0/8', '::1']).check(new URL('http://localhost/'))).resolves.toBeUndefined();
    const looked = new Promise((resolve) => guard.lookup('localhost', {}, (error) => resolve(error)));
    expect(await looked).toBeInstanceOf(AddressRefused);
  });
});
