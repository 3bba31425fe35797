import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@wardstream/service-kit';
import fc from 'fast-check';
import { grantsOf, roleMapOf } from './issuer-claims.js';
import { isOwnHost, ownPage } from './return-address.js';
import { cookieName, newSecret, secretIn, setCookie } from './session-cookie.js';

describe('where a browser goes back to', () => {
  it.each([
    ['/', '/'],
    ['/units/4A?bed=4A-13&theme=dark', '/units/4A?bed=4A-13&theme=dark'],
    [undefined, '/'],
    ['', '/'],
    ['units', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/units\\..\\..', '/'],
    ['https://evil.example/', '/'],
    ['/\t/evil.example', '/'],
    ['/units/4A\r\nset-cookie: a=b', '/'],
    ['/api/v1/session/sign-in', '/'],
    ['/identity/password', '/'],
  ])('%j is %s', (to, expected) => expect(ownPage(to)).toBe(expected));

  it('is of this origin, whatever it was told', () => {
    const told = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.string().map((rest) => `/${rest}`),
      fc.string().map((rest) => `//${rest}`),
    );
    fc.assert(
      fc.property(told, (to) => {
        expect(new URL(ownPage(to), 'https://beds.example').origin).toBe('https://beds.example');
      }),
    );
  });
});

describe('a host without a public address', () => {
  it.each([
    ['localhost', true],
    ['localhost:8080', true],
    ['127.0.0.1:8080', true],
    ['10.20.0.7', true],
    ['[::1]:8080', true],
    ['beds.hospital.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['', false],
  ])('%s: people sign in there: %s', (host, expected) => expect(isOwnHost(host)).toBe(expected));
});

describe('the cookie', () => {
  const near = { scheme: 'http', host: 'localhost:8080' } as const;
  const far = { scheme: 'https', host: 'beds.example' } as const;

  it('is held to this host over TLS, and never read by a script', () => {
    expect(setCookie('session', far, 'x')).toBe('__Host-wardstream-session=x; Path=/; HttpOnly; SameSite=Lax; Secure');
    expect(setCookie('session', near, 'x')).toBe('wardstream-session-8080=x; Path=/; HttpOnly; SameSite=Lax');
    expect(setCookie('session', near, null)).toMatch(/^wardstream-session-8080=; .*Max-Age=0$/);
  });

  it('is read among others, and only as it was given out', () => {
    const secret = newSecret();
    const header = `a=b; ${cookieName('session', near)}=${secret}; wardstream-session-8081=${newSecret()}`;
    expect(secretIn(header, 'session', near)).toBe(secret);
    expect(secretIn(header, 'session', far)).toBeNull();
    expect(secretIn(header, 'browser', near)).toBeNull();
    for (const wrong of [
      undefined,
      '',
      'x',
      `${cookieName('session', near)}=short`,
      `x${cookieName('session', near)}=${secret}`,
    ])
      expect(secretIn(wrong, 'session', near)).toBeNull();
  });
});

describe('what the claims of an issuer give', () => {
  const names = { roles: 'realm_access.roles', facilities: 'facilities', units: 'units', roleOf: null };

  it('is found by a path, and nothing for a group that is no role', () => {
    const claims = { realm_access: { roles: ['bed-manager', 'offline_access', 7] }, facilities: 'NGH' };
    expect(grantsOf(claims, names)).toEqual({ roles: ['bed-manager'], facilities: ['NGH'], units: null });
    expect(grantsOf({}, names)).toEqual({ roles: [], facilities: null, units: null });
    expect(grantsOf({ realm_access: 'x' }, names).roles).toEqual([]);
  });

  it('is by group where that is configured, and then by nothing else', () => {
    const roleOf = roleMapOf(['CN=Beds,OU=x=bed-manager', 'Night=bed-manager', 'Audit=auditor']);
    const claims = { realm_access: { roles: ['CN=Beds,OU=x', 'Night', 'administrator'] } };
    expect(grantsOf(claims, { ...names, roleOf }).roles).toEqual(['bed-manager']);
    for (const wrong of ['Beds', '=auditor', 'Beds=king']) expect(() => roleMapOf([wrong])).toThrow(ConfigurationError);
  });
});
