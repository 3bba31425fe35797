import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ackCode, adt, Client, House, MllpSender } from '@wardstream/product-under-test';
import { chromiumLaunchOptions, eventually } from '@wardstream/testing';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';

/** The page asks for its figures again after so long. */
const BETWEEN_LOOKS_MS = 10_000;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe('the data-quality page in a real browser', () => {
  let house: House;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let sender: MllpSender;
  const faults: string[] = [];

  beforeAll(async () => {
    house = new House({ mode: 'standalone' });
    await house.start();
    sender = await MllpSender.connect(house.mllpPort);
    browser = await chromium.launch(await chromiumLaunchOptions());
    context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
    page = await signedIn('operations-manager');
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    sender?.close();
    await house?.remove();
  });

  async function signedIn(role: 'operations-manager' | 'department-staff' | 'auditor'): Promise<Page> {
    const opened = await context.newPage();
    // The page's own timers can be wound on: what it does again and again need not be waited for.
    await opened.clock.install();
    await context.addCookies([await house.sessionCookie(role)]);
    await opened.goto(house.origin);
    await opened.getByText('Staffed occupancy').waitFor();
    return opened;
  }
  /** Winds the page's timers on, look by look, until `what` stands there, or no longer does. */
  const looksUntil = (what: Locator, state: 'visible' | 'detached' = 'visible') =>
    eventually(
      async () => {
        if ((await what.isVisible()) === (state === 'visible')) return true;
        await page.clock.fastForward(BETWEEN_LOOKS_MS);
        return false;
      },
      { timeoutMs: 90_000, everyMs: 250 },
    );
  const send = (trigger: string, visit: string, at: string) =>
    sender.send(adt({ trigger, visit, at, when: minutesAgo(1), name: 'Quill^Verity' }));

  it('is reached from the data-age strip and says what is empty', async () => {
    await page.getByRole('link', { name: 'Data age' }).click();
    await page.getByText('Every occupied bed has its visit').waitFor();
    expect(new URL(page.url()).pathname).toBe('/data-quality');
    await page.getByText('No step ends before it begins').waitFor();
  });

  it('shows by itself what came of a sender’s messages, and no name', async () => {
    expect(ackCode(await send('A01', 'Q1', '4A^B^05'))).toBe('AA');
    const twice = adt({ trigger: 'A01', visit: 'Q2', at: '9Z^A^01', when: minutesAgo(2), name: 'Quill^Verity' });
    await sender.send(twice);
    await sender.send(twice);
    const row = page.locator('table.senders tbody tr[tabindex]').first();
    await eventually(
      async () => {
        await page.clock.fastForward(BETWEEN_LOOKS_MS);
        const cells = await row.locator('td').allInnerTexts();
        expect(cells.slice(5, 10).map((text) => text.trim().split(/\s/)[0])).toEqual(['2', '0', '50.0', '0', '1']);
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    await row.press('Enter');
    await page.getByText('1 wait now, for 1 unknown code').waitFor();
    expect(new URL(page.url()).searchParams.get('sender')).not.toBeNull();
    await row.press('Enter');
    expect(await page.locator('.sender-details').count()).toBe(0);
    expect(await page.locator('body').innerText()).not.toMatch(/Quill|Verity/);
    // A ghost is listed once it has lasted a minute: it begins now, and is looked for below.
    expect(ackCode(await sender.send(bedStatus('4A^B^06', 'O')))).toBe('AA');
  });

  it('lists the codes nobody knows, as many as are counted, and says how they are mapped', async () => {
    const panel = page.getByRole('region', { name: 'Unknown codes' });
    await looksUntil(panel.getByRole('row', { name: /Unit 9Z 1 PV1-3/ }));
    await panel.getByText('npm run senders -- suggest').waitFor();
    expect(await panel.locator('.count').innerText()).toBe('1');
  });

  it('says that the profiles as written are refused, why, and what is in force instead', async () => {
    const panel = page.getByRole('region', { name: 'Unknown codes' });
    expect(await panel.getByText('Sender profiles refused').count()).toBe(0);
    const fault = (line: number) => ({ file: 'adt.yaml', line, column: 3, message: `the unit ${line} is not known` });
    await page.route('**/api/v1/senders', (route) =>
      route.fulfill({
        json: {
          ...{ version: 2, loadedAt: minutesAgo(300).toISOString(), items: [] },
          refused: { at: minutesAgo(12).toISOString(), faults: [1, 2, 3, 4, 5, 6, 7].map(fault) },
        },
      }),
    );
    const refused = /Sender profiles refused since .*: 7 faults; version 2 of .* is still in force/;
    await looksUntil(panel.getByText(refused));
    await panel.getByText('adt.yaml:1:3 the unit 1 is not known').waitFor();
    await panel.getByText('and 2 more').waitFor();
    await page.unroute('**/api/v1/senders');
    await looksUntil(panel.getByText('Sender profiles refused'), 'detached');
  });

  it('keeps the codes with their time while they cannot be read; the rest of the page lives on', async () => {
    const panel = page.getByRole('region', { name: 'Unknown codes' });
    await page.route('**/unknown-codes', (route) => route.fulfill({ status: 503, json: { code: 'unavailable' } }));
    await looksUntil(panel.getByText(/cannot be read now; shown as of \d\d:\d\d\. Code unavailable/));
    expect(await panel.getByRole('row', { name: /9Z/ }).count()).toBe(1);
    expect(await page.getByText('newer ones cannot be read').count()).toBe(0);
    await page.reload();
    await panel.getByText('The list of unknown codes cannot be read').waitFor();
    await page.unroute('**/unknown-codes');
    await panel.getByRole('button', { name: 'Retry' }).click();
    await panel.getByRole('row', { name: /9Z/ }).waitFor();
  });

  it('lists a ghost with a link that opens its tile', async () => {
    const ghost = page.getByRole('region', { name: 'Ghosts' }).getByRole('link', { name: '4A-06' });
    await looksUntil(ghost);
    await ghost.click();
    await page.locator('[data-bed="4A-06"]').waitFor();
    expect(new URL(page.url()).searchParams.get('bed')).toBe('4A-06');
    await page.goBack();
  });

  it('keeps the last figures and says so while new ones cannot be read, and comes back by itself', async () => {
    await page.goto(`${house.origin}/data-quality`);
    await page.locator('table.senders').waitFor();
    await page.route('**/data-quality', (route) => route.fulfill({ status: 503, json: { code: 'unavailable' } }));
    await looksUntil(page.getByText('newer ones cannot be read'));
    expect(await page.locator('table.senders tbody tr[tabindex]').count()).toBeGreaterThan(0);
    await page.unroute('**/data-quality');
    await looksUntil(page.getByText('newer ones cannot be read'), 'detached');
  });

  it('waits for a slow list, and says of one that is not answered at all as of when it is', async () => {
    const panel = page.getByRole('region', { name: 'Unknown codes' });
    // Slower than the pause between two looks.
    let answerNow = () => {};
    const late = new Promise<void>((resolve) => (answerNow = resolve));
    await page.route('**/unknown-codes', async (route) => {
      await late;
      await route.continue();
    });
    const asked = page.waitForRequest('**/unknown-codes');
    await page.reload();
    await asked;
    await page.clock.runFor(1.2 * BETWEEN_LOOKS_MS);
    answerNow();
    await panel.getByRole('row', { name: /9Z/ }).waitFor({ timeout: 30_000 });
    await page.unroute('**/unknown-codes');
    await page.route('**/data-quality', () => undefined);
    await looksUntil(page.getByText('newer ones cannot be read'));
    await page.unroute('**/data-quality');
    await looksUntil(page.getByText('newer ones cannot be read'), 'detached');
  });

  it('says on every page that a part of the house does not work, and which, until it does', async () => {
    const checks = { 'admissions.database': 'takes no writes: no space left on its disk', 'board.log': 'ok' };
    await page.route('**/health/ready', (route) =>
      route.fulfill({ status: 503, json: { status: 'not-ready', checks } }),
    );
    const line = page.getByRole('alert').getByText('the database: takes no writes: no space left on its disk');
    await looksUntil(line);
    await page.unroute('**/health/ready');
    await looksUntil(line, 'detached');
  });

  it('works from 320 to 2560 without running out of the window, light and dark', async () => {
    for (const [width, theme] of [
      [320, 'dark'],
      [390, 'light'],
      [1280, 'light'],
      [1920, 'dark'],
      [2560, 'light'],
    ] as const) {
      // The most a person can be: their roles stand in the top bar.
      const all = await house.sessionCookie('bed-manager', 'operations-manager', 'administrator');
      await page.context().addCookies([all]);
      await page.setViewportSize({ width, height: 1000 });
      await page.goto(`${house.origin}/data-quality?theme=${theme}`);
      await page.locator('table.senders tbody tr[tabindex]').first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
    }
  });

  it('is closed to a role that has no business with it, and says so', async () => {
    const other = await browser.newContext();
    context = other;
    const staff = await signedIn('department-staff');
    await staff.goto(`${house.origin}/data-quality`);
    await staff.getByText('Your role cannot see data quality').waitFor();
    expect((await (await Client.as(house, 'department-staff')).get('/api/v1/facilities/NGH/data-quality')).status).toBe(
      403,
    );
  });

  it('lets an auditor find in the audit what was seen there, when they ask and not before', async () => {
    const manager = await Client.as(house, 'bed-manager');
    await manager.get('/api/v1/facilities/NGH/encounters?visitNumber=Q1');
    context = await browser.newContext();
    const auditor = await signedIn('auditor');
    auditor.on('pageerror', (error) => faults.push(error.message));
    await auditor.goto(`${house.origin}/audit`);
    await auditor.getByText('Nothing was asked yet').waitFor();
    await auditor.getByLabel('Person').fill('e2e:bed-manager');
    await auditor.getByRole('button', { name: 'Look', exact: true }).click();
    const row = auditor.locator('table.audit tbody tr').first();
    await row.waitFor();
    expect(await row.innerText()).toMatch(/e2e:bed-manager[\s\S]*patient\.search[\s\S]*done, saw names/);
    expect(await auditor.title()).not.toContain('Quill');
  });

  it('had no fault in the page', () => {
    expect(faults).toEqual([]);
  });
});

function bedStatus(at: string, code: string): string {
  const time = new Date()
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .slice(0, 14);
  const control = `A20${Math.floor(performance.now() * 1000)}`;
  return [
    `MSH|^~\\&|ADT|NGH|WARDSTREAM|NGH|${time}||ADT^A20|${control}|P|2.5.1`,
    `EVN|A20|${time}`,
    `NPU|${at}|${code}`,
  ].join('\r');
}
