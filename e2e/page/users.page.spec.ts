import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import type { Role } from '@wardstream/access';
import { Client, House } from '@wardstream/product-under-test';
import { chromiumLaunchOptions, eventually } from '@wardstream/testing';
import { type Browser, chromium, type Page } from 'playwright-core';

const ACCOUNTS = '/api/v1/accounts';
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Kept {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly facilities: readonly string[] | null;
  readonly units: readonly string[] | null;
  readonly disabledAt: string | null;
  readonly keys: readonly { readonly id: string; readonly endsAt: string | null }[];
}

describe('the page of users', () => {
  let house: House;
  let admin: Client;
  const browsers: Browser[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    house = new House({ mode: 'standalone' });
    await house.start();
    admin = await Client.as(house, 'administrator');
  });
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await house?.remove();
  });

  /** The page as somebody of that name sees it; each in a browser of its own. */
  const pageOf = async (name: string, { width = 1280, search = '', role = 'administrator' as Role } = {}) => {
    const browser = await chromium.launch(await chromiumLaunchOptions());
    browsers.push(browser);
    const context = await browser.newContext({ viewport: { width, height: 844 }, bypassCSP: true });
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text());
    });
    await context.addCookies([await house.sessionCookieFor(name, role)]);
    await page.goto(`${house.origin}/admin/users${search}`);
    return page;
  };
  const add = async (login: string, more: object = {}): Promise<Kept> => {
    const { status, body } = await admin.post<{ account: Kept }>(ACCOUNTS, {
      ...{ login, name: login, roles: ['bed-manager'] },
      ...more,
    });
    expect([login, status]).toEqual([login, 201]);
    return body.account;
  };
  const kept = async (login: string): Promise<Kept | undefined> =>
    (await admin.get<{ items: Kept[] }>(ACCOUNTS)).body.items.find((account) => account.login === login);
  const open = (page: Page, login: string) =>
    page.getByRole('button', { name: new RegExp(`\\(${login.replaceAll('.', '\\.')}\\)`) }).click();
  const picture = async (page: Page, name: string): Promise<void> => {
    const folder = process.env['WARDSTREAM_TEST_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
  };
  /** What axe finds on the page as it is, and whether anything is wider than the window. */
  const faultsOf = async (page: Page): Promise<string[]> => {
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(of: Node, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run(
        document.querySelector('[role="dialog"]') ?? document.querySelector('main')!,
        {},
      );
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 160)}`);
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    return wide > 0 ? [...found, `${wide} px too wide`] : found;
  };

  it('adds a nurse of one unit, whose first password is told once', async () => {
    const page = await pageOf('Adi');
    await page.getByRole('button', { name: 'Add a person' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Wanda Norris');
    await dialog.getByLabel('Sign-in name').fill('w.norris');
    await dialog.getByLabel('Ward nurse').check();
    await dialog.getByRole('group', { name: 'Units' }).getByLabel('Only these').check();
    await dialog.getByLabel('NGH 4A', { exact: true }).check();
    await picture(page, 'users-add');
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const secret = await dialog.locator('.user-secret').textContent();
    expect(secret).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    await picture(page, 'users-once');
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'It is handed over' }).click();
    await page.getByRole('button', { name: /\(w\.norris\)/ }).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(await kept('w.norris')).toMatchObject({ name: 'Wanda Norris', roles: ['ward-nurse'], units: ['NGH/4A'] });
  });

  it('locks somebody after a second press that says what it comes to, and unlocks them', async () => {
    await add('l.leaver');
    const page = await pageOf('Adi');
    await open(page, 'l.leaver');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Lock' }).click();
    await dialog.getByText('They cannot sign in, and their sessions end.').waitFor();
    expect((await kept('l.leaver'))?.disabledAt).toBeNull();
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await dialog.getByText('Locked. Their sessions end within seconds.').waitFor();
    expect((await kept('l.leaver'))?.disabledAt).not.toBeNull();
    await dialog.getByRole('button', { name: 'Unlock' }).click();
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await dialog.getByText('Unlocked.').waitFor();
    expect((await kept('l.leaver'))?.disabledAt).toBeNull();
  });

  it('gives a new password once, and ends all sessions', async () => {
    await add('p.forgot');
    const page = await pageOf('Adi');
    await open(page, 'p.forgot');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'New password' }).click();
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await dialog.locator('.user-secret').waitFor();
    await dialog.getByRole('button', { name: 'It is handed over' }).click();
    await dialog.getByRole('button', { name: 'End all sessions' }).click();
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await dialog.getByText('All their sessions end within seconds.').waitFor();
  });

  it('shows the second of two administrators what the first changed, and undoes nothing of it', async () => {
    await add('m.moved');
    const [one, two] = [await pageOf('Adi'), await pageOf('Bo')];
    for (const page of [one, two]) await open(page, 'm.moved');
    const first = one.getByRole('dialog');
    await first.getByLabel('Auditor').check();
    await first.getByRole('button', { name: 'Save' }).click();
    await first.getByText('Saved. Their sessions end within seconds.').waitFor();
    const second = two.getByRole('dialog');
    await second.getByLabel('Porter').check();
    await second.getByRole('button', { name: 'Save' }).click();
    await second.getByText('Somebody else changed this user meanwhile.').waitFor();
    // What holds now takes the place of what was looked at.
    await eventually(async () =>
      expect([await second.getByLabel('Auditor').isChecked(), await second.getByLabel('Porter').isChecked()]).toEqual([
        true,
        false,
      ]),
    );
    await picture(two, 'users-moved');
    expect((await kept('m.moved'))?.roles).toEqual(['bed-manager', 'auditor']);
  });

  it('lets nobody take away the last administrator', async () => {
    const last = await kept('administrator');
    expect(last).toBeDefined();
    const page = await pageOf('Adi');
    await open(page, 'administrator');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Administrator').uncheck();
    await dialog.getByLabel('Auditor').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Without this one nobody could manage accounts.').waitFor();
    expect((await kept('administrator'))?.roles).toEqual(['administrator']);
  });

  it('changes the key of a system without a gap, and revokes one at once', async () => {
    const { keys } = await add('lab-system', { kind: 'system', roles: ['department-system'], facilities: ['NGH'] });
    const before = keys[0]!.id;
    const page = await pageOf('Adi');
    await open(page, 'lab-system');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Further key' }).click();
    await dialog.locator('.user-secret').waitFor();
    await dialog.getByRole('button', { name: 'It is handed over' }).click();
    await eventually(async () => expect(await dialog.locator('.user-keys li').count()).toBe(2));
    await picture(page, 'users-keys');
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: `Revoke key ${before}` }).click();
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await dialog.getByText(`Key ${before} is good no more.`).waitFor();
    const left = (await kept('lab-system'))!.keys;
    expect(left.map(({ id }) => id)).not.toContain(before);
    expect(left).toHaveLength(1);
  });

  it('is found faultless by axe on a desk and on a phone, in both languages, light and dark', async () => {
    for (const width of [1280, 390, 320])
      for (const search of ['?theme=light', '?theme=dark&lang=de']) {
        const page = await pageOf('Adi', { width, search });
        await page.locator('table.users').first().waitFor();
        await picture(page, `users-${width}${search.replaceAll(/\W/g, '-')}`);
        expect([width, search, await faultsOf(page)]).toEqual([width, search, []]);
        await page.getByRole('button', { name: /\(administrator\)/ }).click();
        await page.getByRole('dialog').getByRole('group').first().waitFor();
        await picture(page, `users-open-${width}${search.replaceAll(/\W/g, '-')}`);
        expect([width, search, await faultsOf(page)]).toEqual([width, search, []]);
        await page.close();
      }
  });

  it('tells whoever is no administrator that it is not theirs', async () => {
    const page = await pageOf('Bea', { role: 'bed-manager' });
    await page.getByText('Your role cannot manage users').waitFor();
    expect(await page.locator('table.users').count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
