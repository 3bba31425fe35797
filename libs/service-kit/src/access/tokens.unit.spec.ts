import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { bearerOf, issueToken, TokenRefused, TokenVerifier } from './tokens.js';

const trust = { secret: 'a secret for this suite and nothing else', issuer: 'wardstream', audience: 'wardstream' };
const user = { subject: 'u', roles: ['auditor'] } as const;

async function outcome(verifier: TokenVerifier, token: string): Promise<string> {
  try {
    return (await verifier.verify(token)).subject;
  } catch (error) {
    if (error instanceof TokenRefused) return error.guessed ? 'guessed' : 'refused';
    return (error as { code: string }).code;
  }
}

describe('bearerOf', () => {
  it.each<[string | undefined, string | null]>([
    [undefined, null],
    ['', null],
    ['Basic YTpi', null],
    ['Bearerabc', null],
    ['Bearer abc.d-e_f', 'abc.d-e_f'],
    ['bearer  abc ', 'abc'],
    ['Bearer', ''],
    ['Bearer ', ''],
    ['Bearer a b', ''],
    ['Bearer <script>', ''],
  ])('%s', (header, expected) => expect(bearerOf(header)).toBe(expected));
});

describe('TokenVerifier', () => {
  const verifier = new TokenVerifier(trust);
  it.each<[string, () => Promise<string>, string]>([
    ['a good one', () => issueToken(trust, user, 60), 'u'],
    ['of another key', () => issueToken({ ...trust, secret: 'x'.repeat(40) }, user, 60), 'guessed'],
    ['nothing', async () => '', 'guessed'],
    ['no token', async () => 'abc', 'guessed'],
    ['unsigned', async () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1Iiwicm9sZXMiOlsiYXVkaXRvciJdfQ.', 'guessed'],
    ['expired', () => issueToken(trust, user, -60), 'refused'],
    ['of another issuer', () => issueToken({ ...trust, issuer: 'other' }, user, 60), 'refused'],
    ['for another audience', () => issueToken({ ...trust, audience: 'other' }, user, 60), 'refused'],
  ])('%s', async (_, make, expected) => expect(await outcome(verifier, await make())).toBe(expected));

  it('remembers a good token until it expires, and no other', async () => {
    const fresh = new TokenVerifier(trust);
    const [good, short] = [await issueToken(trust, user, 60), await issueToken(trust, user, 2)];
    expect([good, short, 'abc'].map((token) => fresh.remembered(token))).toEqual([undefined, undefined, undefined]);
    for (const token of [good, short, 'abc']) await outcome(fresh, token);
    expect([good, short, 'abc'].map((token) => fresh.remembered(token)?.subject)).toEqual(['u', 'u', undefined]);
    await eventually(() => expect(fresh.remembered(short)).toBeUndefined());
    expect([fresh.remembered(good)?.subject, await outcome(fresh, short)]).toEqual(['u', 'refused']);
  });

  describe('with the keys of an identity provider', () => {
    const provider = createServer((_request, response) => response.end(JSON.stringify({ keys })));
    let keys: object[] = [];
    let sign: (kid: string) => Promise<string>;
    beforeAll(async () => {
      const { publicKey, privateKey } = await generateKeyPair('ES256');
      keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }];
      sign = (kid) =>
        new SignJWT({ roles: ['auditor'], sub: 'u', iss: 'wardstream', aud: 'wardstream' })
          .setProtectedHeader({ alg: 'ES256', kid })
          .setExpirationTime('1 minute')
          .sign(privateKey);
      await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => void provider.close());

    it('says that nothing is known of a token where they cannot be had', async () => {
      const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`;
      const known = new TokenVerifier({ issuer: 'wardstream', audience: 'wardstream', jwksUrl: url });
      expect(await outcome(known, await sign('one'))).toBe('u');
      expect(await outcome(known, await sign('two'))).toBe('guessed');
      expect(await outcome(known, await issueToken(trust, user, 60))).toBe('guessed');
      const away = new TokenVerifier({ issuer: 'wardstream', audience: 'wardstream', jwksUrl: 'http://127.0.0.1:9/' });
      expect(await outcome(away, await sign('one'))).toBe('keys-unavailable');
    });
  });
});
