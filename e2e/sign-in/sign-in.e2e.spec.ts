import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, House } from '@wardstream/product-under-test';
import { Browser } from './browser.js';

const FIRST = 'given out by the ward clerk';
const PASSWORD = 'seven herons over the weir';
const OTHER = 'a kettle nobody descales';

interface Made {
  readonly account: { readonly id: string };
  readonly secret: string;
}

describe('signing in by name', () => {
  let house: House;
  let admin: Client;

  beforeAll(async () => {
    house = new House({ mode: 'standalone', environment: { WARDSTREAM_FIRST_PASSWORD: FIRST } });
    await house.start();
    admin = await Client.as(house, 'administrator');
  });
  afterAll(() => house?.remove());

  const add = async (login: string, more: object = {}): Promise<Made> => {
    const { status, body } = await admin.post<Made>('/api/v1/accounts', {
      ...{ login, name: login, roles: ['bed-manager'] },
      ...more,
    });
    expect(status).toBe(201);
    return body;
  };
  /** Somebody who has signed in before, and their browser. */
  const person = async (login: string): Promise<{ readonly browser: Browser; readonly id: string }> => {
    const { account, secret } = await add(login);
    const browser = new Browser(house);
    await browser.signIn(login, secret, { next: PASSWORD });
    expect(await browser.me()).toBe(login);
    return { browser, id: account.id };
  };

  it('has the first password changed, and ends where one was going', async () => {
    const browser = new Browser(house);
    expect(await browser.me()).toBe('401');
    expect((await browser.signIn('administrator', FIRST, { next: 'wardstream wardstream' })).text).toContain(
      'Others would guess',
    );
    expect(await browser.me()).toBe('401');
    expect((await browser.signIn('Administrator', FIRST, { next: PASSWORD })).path).toBe('/units/4A');
    expect(await browser.me()).toBe('Administrator');
    expect((await new Browser(house).signIn('administrator', FIRST)).status).toBe(401);
  });

  it('goes nowhere but to pages of its own', async () => {
    await person('r.okonjo');
    for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example/'])
      expect((await new Browser(house).signIn('r.okonjo', PASSWORD, { to })).path).toBe('/');
  });

  it('gives a session that is new, whatever the browser had before, and ends what it had', async () => {
    const { browser } = await person('m.fixed');
    const before = browser.sessionCookie();
    const victim = new Browser(house);
    victim.plant(before);
    await victim.signIn('m.fixed', PASSWORD);
    expect(victim.sessionCookie()).not.toBe(before);
    expect([await victim.me(), await browser.me()]).toEqual(['m.fixed', '401']);
    victim.plant(`${before.split('=')[0]}=${'A'.repeat(43)}`);
    expect(await victim.me()).toBe('401');
  });

  it('completes in the browser that began, and once', async () => {
    await person('c.replay');
    const browser = new Browser(house);
    const { location } = await browser.signIn('c.replay', PASSWORD, { stopAt: /session\/callback/ });
    // Whoever signs in as himself and has somebody else open where that ends must not have them work as him.
    const other = new Browser(house);
    await other.begin();
    expect((await other.ask(location!)).location).toContain('/sign-in?failed=not-begun-here');
    expect(await other.me()).toBe('401');
    expect((await browser.ask(location!)).location).toBe('/units/4A');
    expect((await browser.ask(location!)).location).toContain('/sign-in?failed=');
    const forged = location!.replace(/state=[^&]+/, 'state=forged');
    expect((await browser.ask(forged)).location).toContain('/sign-in?failed=not-begun-here');
  });

  it('asks for the password each time, also where the address was changed not to', async () => {
    const { browser } = await person('s.shared');
    const begun = await browser.ask('/api/v1/session/sign-in?to=/');
    expect(begun.location).toContain('prompt=login');
    const page = await browser.follow(begun.location!.replace('prompt=login', 'x=y'));
    expect(page.text).toContain('name="password"');
  });

  it('lets two tabs sign in beside each other', async () => {
    await person('t.tabs');
    const browser = new Browser(house);
    const [one, two] = [await browser.begin('/alerts'), await browser.begin('/conflicts')];
    const form = browser.form({ login: 't.tabs', password: PASSWORD });
    expect((await browser.follow(one, undefined, form)).path).toBe('/alerts');
    expect((await browser.follow(two, undefined, form)).path).toBe('/conflicts');
    expect(await browser.me()).toBe('t.tabs');
  });

  it('lets the next person sign in at the same browser, before and after the one before has signed out', async () => {
    const { browser } = await person('n.first');
    for (const login of ['n.second', 'n.third']) await person(login);
    await browser.signIn('n.second', PASSWORD);
    expect(await browser.me()).toBe('n.second');
    await browser.send('/api/v1/session/sign-out', {});
    expect(await browser.me()).toBe('401');
    await browser.signIn('n.third', PASSWORD);
    expect(await browser.me()).toBe('n.third');
  });

  it('takes no command from a page of another origin', async () => {
    const { browser } = await person('f.forged');
    const { origin } = house;
    const command = (headers: Record<string, string>) =>
      browser.ask('/api/v1/session/sign-out', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      });
    const elsewhere: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: origin.replace(/\d+$/, '1') },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of elsewhere) expect((await command(headers)).text).toContain('foreign-page');
    expect(await browser.me()).toBe('f.forged');
    expect((await command({ origin })).status).toBe(200);
    expect(await browser.me()).toBe('401');
  });

  it('ends streams and commands within seconds when an account is disabled, and takes its password no more', async () => {
    const { browser, id } = await person('d.leaver');
    const stream = await browser.stream('NGH');
    const { status } = await admin.call('PATCH', `/api/v1/accounts/${id}`, { disabled: true });
    expect(status).toBe(200);
    await stream.ended;
    expect(await browser.me()).toBe('401');
    expect((await browser.send('/api/v1/session/sign-out', {})).status).toBe(401);
    expect((await new Browser(house).signIn('d.leaver', PASSWORD)).text).toContain('do not belong together');
  });

  it('ends all of somebody by a sign-out everywhere, and by a change of the password', async () => {
    const { browser } = await person('e.everywhere');
    const others = [new Browser(house), new Browser(house)];
    for (const other of others) await other.signIn('e.everywhere', PASSWORD);
    const stream = await others[0]!.stream('NGH');
    await browser.send('/api/v1/session/sign-out', { everywhere: true });
    await stream.ended;
    expect(await Promise.all([browser, ...others].map((each) => each.me()))).toEqual(['401', '401', '401']);
    await browser.signIn('e.everywhere', PASSWORD);
    const again = await browser.stream('NGH');
    const fields = { login: 'e.everywhere', password: PASSWORD, next: OTHER, again: OTHER };
    expect((await browser.ask('/identity/password', browser.form(fields))).text).toContain('Your password is changed');
    await again.ended;
    expect((await new Browser(house).signIn('e.everywhere', PASSWORD)).status).toBe(401);
    expect((await new Browser(house).signIn('e.everywhere', OTHER)).path).toBe('/units/4A');
  });

  it('keeps who tries passwords waiting, and nobody else', async () => {
    await person('a.attacked');
    await person('b.beside');
    const attacker = new Browser(house);
    const action = await attacker.begin();
    const statuses = new Map<number, number>();
    const guess = async (i: number): Promise<void> => {
      const { status } = await attacker.ask(action, attacker.form({ login: 'a.attacked', password: `guess ${i}` }));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    for (let i = 0; i < 200; i += 20) await Promise.all(Array.from({ length: 20 }, (_, k) => guess(i + k)));
    // However many came at once, no more were looked at than may be.
    expect(Object.fromEntries(statuses)).toEqual({ 401: 5, 429: 195 });
    expect((await new Browser(house).signIn('a.attacked', PASSWORD)).status).toBe(429);
    expect((await new Browser(house).signIn('b.beside', PASSWORD)).path).toBe('/units/4A');
  });

  it('answers a name that there is not as a wrong password', async () => {
    await person('k.known');
    const texts = await Promise.all(
      ['k.known', 'n.nobody'].map(async (login) => {
        const { status, text } = await new Browser(house).signIn(login, 'not the password at all');
        return [status, /role="alert"[^>]*>([^<]+)/.exec(text)?.[1]];
      }),
    );
    expect(texts[0]).toEqual([401, 'Name and password do not belong together.']);
    expect(texts[1]).toEqual(texts[0]);
  });

  it('gives systems tokens for their keys, which are changed without a gap', async () => {
    const { account, secret } = await add('lab-system', {
      kind: 'system',
      roles: ['department-system'],
      facilities: ['NGH'],
    });
    const token = async (key: string) => {
      const answer = await fetch(`${house.origin}/identity/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`lab-system:${key}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      return { status: answer.status, ...((await answer.json()) as { access_token?: string; error?: string }) };
    };
    const { access_token: given } = await token(secret);
    const me = await fetch(`${house.origin}/api/v1/me`, { headers: { authorization: `Bearer ${given}` } });
    expect(await me.json()).toMatchObject({ roles: ['department-system'], facilities: [{ id: 'NGH' }], session: null });
    expect((await token('x'.repeat(43))).error).toBe('invalid_client');
    const { body: next } = await admin.post<Made>(`/api/v1/accounts/${account.id}/keys`, { othersEndAfterHours: 1 });
    expect([(await token(secret)).status, (await token(next.secret)).status]).toEqual([200, 200]);
    const { body: last } = await admin.post<Made & { account: { keys: { id: string }[] } }>(
      `/api/v1/accounts/${account.id}/keys`,
      { othersEndAfterHours: 0 },
    );
    expect([(await token(secret)).status, (await token(next.secret)).status]).toEqual([401, 401]);
    expect((await token(last.secret)).status).toBe(200);
    expect(last.account.keys).toHaveLength(1);
    await admin.post(`/api/v1/accounts/${account.id}/keys/${last.account.keys[0]!.id}/revoke`);
    expect((await token(last.secret)).status).toBe(401);
    await admin.call('PATCH', `/api/v1/accounts/${account.id}`, { disabled: true });
    expect((await token(next.secret)).status).toBe(401);
  });

  it('leaves somebody who can manage accounts', async () => {
    const { body } = await admin.get<{ items: { id: string; login: string }[] }>('/api/v1/accounts');
    const { id } = body.items.find(({ login }) => login === 'administrator')!;
    for (const change of [{ disabled: true }, { roles: ['auditor'] }, { facilities: ['NGH'] }])
      expect((await admin.call<{ code: string }>('PATCH', `/api/v1/accounts/${id}`, change)).body.code).toBe(
        'last-administrator',
      );
    expect(
      (
        await admin.post<{ code: string }>('/api/v1/accounts', {
          login: 'ADMINISTRATOR',
          name: 'x',
          roles: ['auditor'],
        })
      ).body.code,
    ).toBe('login-taken');
  });
});
