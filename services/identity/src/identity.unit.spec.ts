import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { passwordFault } from './domain/password-rules.js';
import { messagePage, passwordPage, signInPage } from './pages/page.js';
import { madeUpPassword, Passwords } from './passwords/passwords.js';

describe('a password', () => {
  it.each([
    ['short', 'at least 12'],
    ['x'.repeat(300), 'at most 256'],
    ['aaaaaaaaaaaabbbb', 'different characters'],
    ['abcdefghijklmnop', 'in their order'],
    ['9876543210987654', 'in their order'],
    ['Wardstream2026!!', 'Others would guess'],
    ['passwordpassword', 'Others would guess'],
    ['Okonjo-Okonjo-1', 'Others would guess'],
    ['12Hospital3456', 'Others would guess'],
  ])('%s is refused: %s', (password, why) =>
    expect(passwordFault(password, ['r.okonjo', 'Ruth', 'Okonjo'])).toContain(why),
  );

  it.each(['seven herons over the weir', 'Grüße aus dem Altbau 4', 'correct horse battery', madeUpPassword()])(
    '%s is taken',
    (password) => expect(passwordFault(password, ['r.okonjo', 'Ruth', 'Okonjo'])).toBeNull(),
  );

  it('is kept as argon2id with a salt of its own, and found again however its letters are put together', async () => {
    const passwords = new Passwords();
    const [one, other] = [await passwords.hash('Grüße aus dem Altbau'), await passwords.hash('Grüße aus dem Altbau')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await passwords.matches('Gru\u0308ße aus dem Altbau', one)).toBe(true);
    expect(await passwords.matches('Grüße aus dem Neubau', one)).toBe(false);
    expect(await passwords.matches('', null)).toBe(false);
    expect(await passwords.matches('x', 'md5:x')).toBe(false);
  });

  it('is made up without characters that are read for one another', () => {
    for (let i = 0; i < 100; i += 1) expect(madeUpPassword()).toMatch(/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
  });
});

describe('the pages', () => {
  it('show what was typed as text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const hostile = `"><script>alert('${typed}')</script>`;
        for (const html of [
          signInPage('/a', hostile, hostile),
          passwordPage('/a', hostile, hostile, hostile),
          messagePage(hostile, hostile, hostile, hostile),
        ])
          expect(html.toLowerCase()).not.toContain('<script');
      }),
    );
  });

  it('have the tokens of the board', () => {
    const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
    expect(read('../assets/tokens.css')).toBe(read('../../board-web/src/tokens.css'));
  });
});
