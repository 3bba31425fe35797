import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ackCode, adt, Client, House, MllpSender } from '@wardstream/product-under-test';
import { chromiumLaunchOptions, eventually } from '@wardstream/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const NGH = '/api/v1/facilities/NGH';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PASSWORD = 'seven herons over the weir';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const WAIT_MS = 60_000;
jest.setTimeout(300_000);

interface Plan {
  readonly encounterId: string;
  readonly status: string;
  readonly version: number;
  readonly pendingAt: string | null;
  readonly confirmedAt: string | null;
  readonly waitingFor: string | null;
}
interface Request {
  readonly id: string;
  readonly visitNumber: string;
  readonly status: string;
  readonly readyToMoveAt: string | null;
}

/** A nurse with a phone: signs in by password, asks for a bed, and goes on where there is no network. */
describe('a nurse with a phone', () => {
  let house: House;
  let admin: Client;
  let manager: Client;
  let sender: MllpSender;
  let phoneBrowser: Browser;
  let deskBrowser: Browser;
  let phone: BrowserContext;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    house = new House({ mode: 'standalone' });
    await house.start();
    [admin, manager] = [await Client.as(house, 'administrator'), await Client.as(house, 'bed-manager')];
    sender = await MllpSender.connect(house.mllpPort);
    phoneBrowser = await chromium.launch(await chromiumLaunchOptions());
    deskBrowser = await chromium.launch(await chromiumLaunchOptions());
    phone = await phoneBrowser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
    page = await phone.newPage();
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|ERR_INTERNET/.test(message.text()))
        faults.push(message.text());
    });
    for (const [visit, at] of [
      ['W1', '4A^A^01'],
      ['W2', '4A^A^02'],
      ['W3', '4A^A^03'],
      ['W4', '4A^A^04'],
    ] as const)
      await send('A01', visit, at, 300);
  });
  afterAll(async () => {
    await phoneBrowser?.close();
    await deskBrowser?.close();
    sender?.close();
    await house?.remove();
  });

  const send = async (trigger: string, visit: string, at: string, minutes: number) =>
    expect(ackCode(await sender.send(adt({ trigger, visit, at, when: minutesAgo(minutes) })))).toBe('AA');
  const nurse = async (login: string): Promise<string> => {
    const { status, body } = await admin.post<{ secret: string }>('/api/v1/accounts', {
      ...{ login, name: login, roles: ['ward-nurse'], units: ['NGH/4A'] },
    });
    expect(status).toBe(201);
    return body.secret;
  };
  /** Signs in on the sign-in's own pages, with a first password changed, and comes back to the ward. */
  const signIn = async (login: string, password: string, isFirst = false) => {
    await page.goto(`${house.origin}/ward`);
    await page.locator('input[name=login]').fill(login);
    await page.locator('input[name=password]').fill(password);
    await page.locator('form button').first().click();
    if (isFirst) {
      await page.locator('input[name=next]').fill(PASSWORD);
      await page.locator('input[name=again]').fill(PASSWORD);
      await page.locator('input[name=password]').fill(password);
      await page.locator('form button').first().click();
    }
    await page.waitForURL(/\/ward$/);
    await page.getByRole('heading', { name: 'Patients' }).waitFor();
  };
  const card = (bed: string, on = page) => on.locator('.ward-patient', { has: on.getByText(bed, { exact: true }) });
  const open = async (bed: string) => {
    const button = card(bed).getByRole('heading').getByRole('button');
    if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
  };
  const act = (bed: string, name: string) => card(bed).getByRole('button', { name, exact: true }).click();
  const visits = async () =>
    new Map(
      (
        await Promise.all(
          ['01', '02', '03', '04'].map(async (bed) => {
            const { body } = await manager.get<{ occupants: { visitNumber: string; encounterId: string }[] }>(
              `${NGH}/beds/4A-${bed}`,
            );
            return body.occupants.map(({ visitNumber, encounterId }) => [visitNumber, encounterId] as const);
          }),
        )
      ).flat(),
    );
  const planOf = async (visit: string): Promise<Plan | undefined> => {
    const { body } = await manager.get<{ items: Plan[] }>(`${NGH}/discharge-plans`);
    const id = (await visits()).get(visit);
    return body.items.find(({ encounterId }) => encounterId === id);
  };
  const requestsOf = async (visit: string): Promise<Request[]> =>
    (await manager.get<{ items: Request[] }>(`${NGH}/bed-requests?visitNumber=${visit}&status=all`)).body.items;
  const picture = async (name: string) => {
    const folder = process.env['WARDSTREAM_TEST_PICTURES'];
    if (folder === undefined) return;
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: width < 400 ? 844 : 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${folder}/ward-${name}-${width}-${colorScheme}.png`, fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize({ width: 390, height: 844 });
  };
  /** Nothing wider than the phone, no target too small for a thumb, and nothing that axe finds. */
  const isWell = async () => {
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      const out = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect([width, Math.max(0, out)]).toEqual([width, 0]);
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('main :is(button, select)')]
          .map((e) => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect().height] as const)
          .filter(([, height]) => height < 48),
      );
      expect([width, small]).toEqual([width, []]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(axeSource);
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run: (at: Document) => Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
      };
      const { violations } = await axe.run(document);
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target.join(' ')}`));
    });
    expect(found).toEqual([]);
  };

  it('signs in by password and asks for a bed, which the open page of a bed manager shows', async () => {
    const first = await nurse('w.norris');
    const desk = await (await deskBrowser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
    desk.setDefaultTimeout(WAIT_MS);
    await desk.context().addCookies([await house.sessionCookie('bed-manager')]);
    await desk.goto(`${house.origin}/placement`);
    await desk.getByText(/^Live/).waitFor();

    await signIn('w.norris', first, true);
    await open('4A-01');
    await act('4A-01', 'Ask for a bed');
    await card('4A-01').getByLabel('Bed in').selectOption('4C');
    await isWell();
    await picture('asks');
    await act('4A-01', 'Ask for the bed');
    await card('4A-01').getByText('Bed asked for in 4C').waitFor();
    await desk
      .getByText(/4A bed 01/)
      .first()
      .waitFor();
    expect((await requestsOf('W1')).map(({ status }) => status)).toEqual(['requested']);
    await desk.context().close();
  });

  it('says when a patient can move, what a discharge waits for, and takes back what was done last', async () => {
    await act('4A-01', 'Ready to move at …');
    const choice = card('4A-01').getByRole('group', { name: 'When can 4A-01 go?' });
    await choice.getByRole('button').nth(1).click();
    await card('4A-01')
      .getByText(/Ready to move at/)
      .first()
      .waitFor();
    await open('4A-02');
    await act('4A-02', 'Confirm discharge');
    await card('4A-02')
      .getByText(/Discharge confirmed/)
      .waitFor();
    await act('4A-02', 'Waits for …');
    await isWell();
    await picture('waits');
    await act('4A-02', 'Medicines');
    await card('4A-02').getByText('Waits for Medicines').waitFor();
    expect(await planOf('W2')).toMatchObject({ status: 'confirmed', waitingFor: 'Medicines' });
    await open('4A-03');
    await act('4A-03', 'Discharge pending');
    await card('4A-03').locator('.chip').getByText('Discharge pending').waitFor();
    await page.getByRole('button', { name: /^Undo/ }).click();
    await card('4A-03').locator('.chip').waitFor({ state: 'detached' });
    expect(await planOf('W3')).toBeUndefined();
  });

  /** The page is kept with what it shows, so that it opens without network. */
  const isKept = () =>
    eventually(
      async () => {
        const kept = await page.evaluate(async () => ({
          worker: (await navigator.serviceWorker.getRegistration('/ward'))?.active?.state ?? null,
          page: (await caches.match('/ward')) !== undefined,
          patients: (JSON.parse(localStorage.getItem('wardstream.ward') ?? 'null') as { patients: [] } | null)?.patients
            .length,
        }));
        expect(kept).toEqual({ worker: 'activated', page: true, patients: 4 });
      },
      { timeoutMs: WAIT_MS },
    );
  const waiting = () => page.getByRole('region', { name: 'Waiting to be sent' });

  it('goes on without network, over a reload, and each act counts once at the time it was done', async () => {
    await page.reload();
    await page.getByRole('heading', { name: 'Patients' }).waitFor();
    await isKept();
    expect(await page.evaluate(() => localStorage.getItem('wardstream.ward'))).not.toMatch(/Marsh|Tilda|W1|MW1/);
    await phone.setOffline(true);
    const before = Date.now();
    await open('4A-01');
    await act('4A-01', 'Ready to move now');
    await waiting().getByText('4A-01: ready to move', { exact: true }).waitFor();
    await open('4A-03');
    await act('4A-03', 'Confirm discharge');
    await waiting().getByText('4A-03: discharge confirmed').waitFor();
    await open('4A-02');
    await act('4A-02', 'Waits for …');
    await act('4A-02', 'Transport');
    await waiting().getByText('4A-02: waits for Transport').waitFor();
    await card('4A-02').getByText('1 act not sent yet').waitFor();
    const after = Date.now();
    await isWell();
    await picture('offline');

    await page.reload();
    await page
      .getByText(/kept on this device/)
      .first()
      .waitFor();
    expect(await waiting().getByRole('listitem').count()).toBe(3);
    await card('4A-04').waitFor();
    await isWell();
    await picture('offline-again');
    expect((await planOf('W3'))?.status).toBeUndefined();

    const versions = [(await planOf('W2'))!.version];
    await phone.setOffline(false);
    await waiting().waitFor({ state: 'detached' });
    const confirmed = Date.parse((await planOf('W3'))!.confirmedAt!);
    const ready = Date.parse((await requestsOf('W1'))[0]!.readyToMoveAt!);
    for (const at of [confirmed, ready]) expect([at >= before - 60_000, at <= after]).toEqual([true, true]);
    expect(confirmed).toBeGreaterThan(ready);
    const { waitingFor, version } = (await planOf('W2'))!;
    expect([waitingFor, version]).toEqual(['Transport', versions[0]! + 1]);
    await card('4A-03')
      .getByText(/Discharge confirmed/)
      .waitFor();
  });

  it('shows both facts where the patient lies elsewhere by now, and does what its person decides', async () => {
    await isKept();
    await phone.setOffline(true);
    await open('4A-04');
    await act('4A-04', 'Confirm discharge');
    await waiting().getByText('4A-04: discharge confirmed').waitFor();
    await page.reload();
    await page
      .getByText(/kept on this device/)
      .first()
      .waitFor();
    await send('A02', 'W4', '4A^C^09', 1);
    await eventually(
      async () => {
        const { body } = await manager.get<{ occupants: unknown[] }>(`${NGH}/beds/4A-09`);
        expect(body.occupants).toHaveLength(1);
      },
      { timeoutMs: WAIT_MS },
    );
    await phone.setOffline(false);
    const decide = page.getByRole('region', { name: 'Not taken: you decide' });
    await decide.getByText(/^You: 4A-04: discharge confirmed, at .*, in bed 4A-04$/).waitFor();
    await decide.getByText(/^Now: in bed 4A-09 since/).waitFor();
    await isWell();
    await picture('undecided');
    await decide.getByRole('button', { name: 'Do it for bed 4A-09' }).click();
    await decide.waitFor({ state: 'detached' });
    await card('4A-09')
      .getByText(/Discharge confirmed/)
      .waitFor();
  });

  it('keeps what one nurse did for her own sign-in, and shows the next one nothing of it', async () => {
    const other = await nurse('b.other');
    await isKept();
    await phone.setOffline(true);
    await open('4A-03');
    await act('4A-03', 'Take the discharge back');
    await waiting().getByText('4A-03: discharge taken back').waitFor();
    // She leaves the ward, and somebody else signs in on the same phone before it was sent.
    await page.goto('about:blank');
    await phone.clearCookies();
    await phone.setOffline(false);
    await signIn('b.other', other, true);
    await card('4A-03')
      .getByText(/Discharge confirmed/)
      .waitFor();
    expect(await waiting().count()).toBe(0);
    expect(
      await page.evaluate(() => (JSON.parse(localStorage.getItem('wardstream.acts') ?? '[]') as unknown[]).length),
    ).toBe(1);
    expect((await planOf('W3'))?.status).toBe('confirmed');

    await isKept();
    await page.getByRole('button', { name: 'Signed in as b.other' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await eventually(
      async () => {
        expect(await page.evaluate(async () => [localStorage.getItem('wardstream.ward'), await caches.keys()])).toEqual(
          [null, []],
        );
      },
      { timeoutMs: WAIT_MS },
    );
    await signIn('w.norris', PASSWORD);
    await eventually(async () => expect(await planOf('W3')).toBeUndefined(), { timeoutMs: WAIT_MS });
    expect(await page.evaluate(() => localStorage.getItem('wardstream.acts'))).toBe('[]');
  });

  it('is whole in German on the narrowest phone', async () => {
    await page.goto(`${house.origin}/ward?lang=de`);
    await page.getByRole('heading', { name: 'Patienten' }).waitFor();
    await card('4A-02').getByRole('heading').getByRole('button').click();
    await card('4A-02').getByRole('button', { name: 'Entlassung zurücknehmen' }).waitFor();
    await isWell();
    await picture('german');
  });

  it('raises no error in the browser', () => expect(faults).toEqual([]));
});
