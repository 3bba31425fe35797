import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { Client, House } from '@wardstream/product-under-test';
import { chromiumLaunchOptions } from '@wardstream/testing';
import { type Browser, chromium, type Page } from 'playwright-core';

const OF = '/api/v1/facilities/NGH';
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe('a housekeeper with a phone', () => {
  let house: House;
  const browsers: Browser[] = [];
  let ward: Client;
  const faults: string[] = [];

  beforeAll(async () => {
    house = new House({ mode: 'standalone' });
    await house.start();
    ward = await Client.as(house, 'department-staff');
  });
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await house?.remove();
  });

  /** The cleaning list on a phone of that width, as somebody of that name; each a browser, as one in a single process mixes up cookies. */
  const phoneOf = async (name: string, width = 390, search = ''): Promise<Page> => {
    const browser = await chromium.launch(await chromiumLaunchOptions());
    browsers.push(browser);
    const context = await browser.newContext({ viewport: { width, height: 844 }, hasTouch: true, bypassCSP: true });
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text());
    });
    await context.addCookies([await house.sessionCookieFor(name, 'department-staff')]);
    await page.goto(`${house.origin}/cleaning${search}`);
    return page;
  };
  const dirty = async (...beds: string[]): Promise<void> => {
    for (const bed of beds) {
      const { status } = await ward.post(`${OF}/beds/${bed}/cleaning/request`, {});
      expect([bed, status]).toEqual([bed, 200]);
    }
  };
  const card = (page: Page, bed: string) =>
    page.locator('.clean-job', { has: page.getByRole('heading', { name: bed }) });
  const picture = async (page: Page, name: string) => {
    const folder = process.env['WARDSTREAM_TEST_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };
  /** What axe finds on the page as it is, and whether anything is wider than the phone. */
  const faultsOf = async (page: Page): Promise<string[]> => {
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(of: Node, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run(document.querySelector('main')!, {});
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 160)}`);
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    return wide > 0 ? [...found, `${wide} px too wide`] : found;
  };

  it('takes, starts, pauses and finishes a clean, and sees a bed that becomes dirty meanwhile', async () => {
    await dirty('4A-01');
    const page = await phoneOf('Ana');
    await card(page, '4A-01').getByRole('button', { name: 'Take' }).click();
    await page.getByText('4A-01 is yours').waitFor();
    await card(page, '4A-01').getByRole('button', { name: 'Start' }).click();
    await card(page, '4A-01').getByRole('button', { name: 'Bed is clean' }).waitFor();
    await dirty('4A-02');
    await card(page, '4A-02').waitFor();
    // A second bed is begun when the first is done or paused: the button says so, and does nothing.
    await card(page, '4A-02').getByText('Finish or pause 4A-01 first.').waitFor();
    await picture(page, 'cleaning-running');
    expect(await faultsOf(page)).toEqual([]);
    await card(page, '4A-01').getByRole('button', { name: 'Pause or problem' }).click();
    await card(page, '4A-01').getByRole('button', { name: 'Called away' }).click();
    await card(page, '4A-01').getByText('Left half cleaned: Called away').waitFor();
    await card(page, '4A-01').getByRole('button', { name: 'Go on' }).click();
    await card(page, '4A-01').getByRole('button', { name: 'Bed is clean' }).click();
    await card(page, '4A-01').waitFor({ state: 'detached' });
    const { body } = await ward.get<{ state: string }>(`${OF}/beds/4A-01`);
    expect(body.state).toBe('available');
  });

  it('who starts a bed that another one took a moment before is told who, when, and nothing is begun twice', async () => {
    await dirty('4A-03');
    const [ana, bea] = [await phoneOf('Ana'), await phoneOf('Bea')];
    const start = (page: Page) => card(page, '4A-03').getByRole('button', { name: 'Start' });
    await Promise.all([start(ana).waitFor(), start(bea).waitFor()]);
    // Bea's phone has not heard of it yet when she touches the button.
    const list = /\/housekeeping(\?|$)/;
    await bea.route(list, (route) => route.abort());
    await start(ana).click();
    await card(ana, '4A-03').getByRole('button', { name: 'Bed is clean' }).waitFor();
    await start(bea).click();
    await bea.getByText(/Ana was first, at \d\d:\d\d/).waitFor();
    await bea.unroute(list);
    await card(bea, '4A-03').getByText('With Ana').waitFor();
    expect(await card(bea, '4A-03').getByRole('button').count()).toBe(0);
    await picture(bea, 'cleaning-second');
    await card(ana, '4A-03').getByRole('button', { name: 'Bed is clean' }).click();
    await card(bea, '4A-03').waitFor({ state: 'detached' });
  });

  it('reports a bed that was found dirty, on the narrowest phone, in German', async () => {
    const page = await phoneOf('Cem', 320, '?lang=de');
    await page.getByLabel('Bett, das unrein vorgefunden wurde').selectOption('4A-04');
    await page.getByRole('button', { name: 'Unreines Bett melden' }).click();
    await card(page, '4A-04').getByText('Abschlussreinigung').waitFor();
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('main :is(button, select)')]
        .map((e) => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect().height] as const)
        .filter(([, height]) => height < 48),
    );
    expect(small).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
    await picture(page, 'cleaning-320-de');
  });

  it('raises no error in the browser', () => expect(faults).toEqual([]));
});
