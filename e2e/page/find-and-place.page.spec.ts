import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ackCode, adt, Client, House, MllpSender } from '@wardstream/product-under-test';
import { chromiumLaunchOptions, eventually } from '@wardstream/testing';
import { type Browser, chromium, type Page } from 'playwright-core';

const NGH = '/api/v1/facilities/NGH';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** A bed manager at work: finds a patient, asks for a free bed, places who waits longest; by mouse and by keys. */
describe('finding and placing', () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let sender: MllpSender;
  let manager: Client;
  let department: Client;
  const faults: string[] = [];

  beforeAll(async () => {
    house = new House({ mode: 'standalone' });
    await house.start();
    manager = await Client.as(house, 'bed-manager');
    department = await Client.as(house, 'department-system');
    sender = await MllpSender.connect(house.mllpPort);
    browser = await chromium.launch(await chromiumLaunchOptions());
    page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text());
    });
    await page.context().addCookies([await house.sessionCookie('bed-manager')]);
  });
  afterAll(async () => {
    await browser?.close();
    sender?.close();
    await house?.remove();
  });

  const send = async (trigger: string, visit: string, at: string, minutes: number, name = 'Quill^Verity') => {
    const ack = await sender.send(adt({ trigger, visit, at, when: minutesAgo(minutes), name }));
    expect(ackCode(ack)).toBe('AA');
  };
  const ask = async (visit: string, waits: number, needs: object = {}) => {
    const wanted = { visitNumber: visit, source: 'ED', toUnit: '4A', priority: 'urgent', at: minutesAgo(waits) };
    const usual = {
      levelOfCare: 'ward',
      specialty: 'MED',
      isolation: 'none',
      sex: 'any',
      telemetry: false,
      equipment: [],
    };
    return eventually(async () => {
      const answer = await department.post<{ id: string }>(`${NGH}/bed-requests`, {
        ...wanted,
        needs: { ...usual, ...needs },
      });
      expect([200, 201]).toContain(answer.status);
      return answer.body.id;
    });
  };
  const bedOf = async (id: string) =>
    (await manager.get<{ state: string; reservedFor: { visitNumber: string } | null }>(`${NGH}/beds/${id}`)).body;
  const picture = async (name: string) => {
    const folder = process.env['WARDSTREAM_TEST_PICTURES'];
    if (folder === undefined) return;
    for (const width of [320, 390, 1280, 1440]) {
      await page.setViewportSize({ width, height: width < 400 ? 844 : 1000 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png` });
      }
    }
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize({ width: 1440, height: 1000 });
  };
  /** What axe finds with its best practices, by rule and element. */
  const axe = async (): Promise<string[]> => {
    await page.evaluate(axeSource);
    return page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run: (at: Document, how: object) => Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
        };
      };
      const { violations } = await axe.run(document, { resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target.join(' ')}`));
    });
  };
  /** Nothing out of the window, no target too small for a finger, and nothing that axe finds. */
  const isWell = async (name: string) => {
    for (const width of [320, 390, 1280, 1440, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      const out = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect([name, width, Math.max(0, out)]).toEqual([name, width, 0]);
    }
    await page.setViewportSize({ width: 1440, height: 1000 });
    expect(await axe()).toEqual([]);
  };

  it('finds a patient by visit number and by name from anywhere, and shows where they are and were', async () => {
    await send('A01', 'F100', 'ED^MAJA^06', 300, 'Quill^Verity');
    await send('A02', 'F100', '4A^B^05', 60, 'Quill^Verity');
    await send('A01', 'F200', '4A^B^06', 500, 'Marsh^Ina');
    await send('A03', 'F200', '4A^B^06', 30, 'Marsh^Ina');
    await page.goto(`${house.origin}/alerts`);
    await page.getByText(/^Live/).waitFor();
    // Two acts: what is looked for, and Enter.
    await page.keyboard.press('/');
    await page.keyboard.type('F100');
    await page.getByRole('option').filter({ hasText: 'Visit F100' }).waitFor();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('complementary', { name: 'Bed 4A-05' });
    await drawer
      .getByText(/ED.* to 4A/)
      .first()
      .waitFor();
    expect(page.url()).not.toMatch(/F100|Quill/i);

    await page.goto(`${house.origin}/alerts`);
    await page.getByText(/^Live/).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('marsh');
    await page.getByRole('option').filter({ hasText: 'Marsh' }).filter({ hasText: 'F200' }).click();
    await page.getByRole('heading', { name: 'Marsh, Ina' }).waitFor();
    await page.getByText('not in the house').waitFor();
    expect(page.url()).not.toMatch(/F200|Marsh/i);
    expect(await page.title()).not.toMatch(/F200|Marsh/i);
    await isWell('visit');
    await picture('visit');
  });

  it('says nothing of names to whom the role shows none', async () => {
    // One cookie jar for all of the browser: the one page becomes the other person, and the first again.
    await page.context().addCookies([await house.sessionCookie('operations-manager')]);
    await page.goto(`${house.origin}/alerts`);
    await page.getByText(/^Live/).waitFor();
    await page.getByRole('combobox').fill('marsh');
    await page.getByText(/No bed, unit, open visit/).waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(/Marsh|Ina/);
    await page.context().addCookies([await house.sessionCookie('bed-manager')]);
  });

  it('answers which bed is free for a woman with contact isolation, in three acts', async () => {
    await page.goto(house.origin);
    await page.getByRole('link', { name: 'Free beds' }).click();
    await page.getByLabel('For').selectOption('female');
    await page.getByLabel('Isolation').selectOption('contact');
    const row = page.getByRole('row').filter({ hasText: 'Suits' }).first();
    // Of a bed that nothing was told of it is not said that it is free.
    await row.getByText(/^(Now|not confirmed)$/).waitFor();
    const bed = (await row.getByRole('link').innerText()).trim();
    expect((await bedOf(bed)).state).toBe('available');
    expect(new URL(page.url()).searchParams.get('isolation')).toBe('contact');
    await isWell('free beds');
    await picture('free-beds');
  });

  it('offers every action by Ctrl K, the refused ones with the reason', async () => {
    await page.goto(`${house.origin}/conflicts`);
    await page.getByText(/^Live/).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: /Placement/ }).waitFor();
    expect(await page.getByRole('option', { name: /Messages/ }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('option', { name: /Your role cannot see messages/ }).waitFor();
    await page.keyboard.type('place');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(new URL(page.url()).pathname).toBe('/placement'));
  });

  it('places the patient who waits longest in the best bed by two keys, and takes it back', async () => {
    await send('A01', 'W1', 'ED^MAJA^07', 400, 'Okafor^Kel');
    await send('A01', 'W2', 'ED^MAJA^08', 200, 'Lark^Ada');
    await ask('W1', 390);
    await ask('W2', 60, { isolation: 'airborne', equipment: ['negative'] });
    await page.goto(`${house.origin}/`);
    await page.getByText(/^Live/).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    const chosen = page.locator('.queue [aria-current="true"]');
    await chosen.getByText('K.O.').waitFor();
    const best = page.locator('.option[aria-pressed="true"]');
    const bed = (await best.getAttribute('data-option'))!;
    await isWell('placement');
    await picture('placement');
    await page.keyboard.press('a');
    await page.getByRole('status').getByText(`${bed} assigned to K.O.`).waitFor();
    expect(await bedOf(bed)).toMatchObject({ state: 'reserved', reservedFor: { visitNumber: 'W1' } });
    expect(await axe()).toEqual([]);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('status').getByText('Undone').waitFor();
    await eventually(async () => expect((await bedOf(bed)).state).toBe('available'));
  });

  it('reserves until a time for the patient that was chosen, and stays with them while others come', async () => {
    await page.goto(`${house.origin}/placement`);
    await page.locator('.queue button').filter({ hasText: 'K.O.' }).click();
    await page.locator('.option').nth(1).click();
    const bed = (await page.locator('.option[aria-pressed="true"]').getAttribute('data-option'))!;
    await send('A01', 'W3', 'ED^MAJA^09', 800, 'Early^Una');
    await ask('W3', 790);
    await page.locator('.queue button').filter({ hasText: 'U.E.' }).waitFor();
    await page.getByLabel('Hold until').fill('18:00');
    await page.getByRole('button', { name: `Reserve ${bed} until 18:00` }).click();
    await page.getByRole('status').getByText(`${bed} reserved for K.O. until 18:00`).waitFor();
    expect(await bedOf(bed)).toMatchObject({ reservedFor: { visitNumber: 'W1' } });
  });

  it('says what speaks against a bed, and lets it through with a reason only', async () => {
    await page.goto(`${house.origin}/placement`);
    await page.locator('.queue button').filter({ hasText: 'A.L.' }).click();
    const option = page
      .locator('.option')
      .filter({ has: page.locator('.break') })
      .first();
    await option.click();
    const bed = (await option.getAttribute('data-option'))!;
    const override = page.getByRole('button', { name: `Override and assign ${bed}` });
    expect(await override.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('a');
    expect((await bedOf(bed)).state).toBe('available');
    await page.keyboard.press('o');
    await page.keyboard.type('Portable filter agreed');
    expect(await axe()).toEqual([]);
    await picture('override');
    await override.click();
    await page.getByRole('status').getByText(`${bed} assigned to A.L.`).waitFor();
    expect(await bedOf(bed)).toMatchObject({ reservedFor: { visitNumber: 'W2' } });
  });

  it('tells who was not first that the bed is another’s, and goes on', async () => {
    await page.goto(`${house.origin}/placement`);
    await page.locator('.queue button').filter({ hasText: 'U.E.' }).click();
    const bed = (await page.locator('.option[aria-pressed="true"]').getAttribute('data-option'))!;
    await page.route('**/assign', async (route) => {
      await manager.post(`${NGH}/beds/${bed}/reserve`, { visitNumber: 'F100' });
      await route.continue();
    });
    await page.keyboard.press('a');
    await page.locator('.outcome.refused').waitFor();
    await page.unroute('**/assign');
    expect(await bedOf(bed)).toMatchObject({ reservedFor: { visitNumber: 'F100' } });
    // The next best is offered at once.
    await page.locator('.option[aria-pressed="true"]:not([data-option="' + bed + '"])').waitFor();
  });

  it('speaks German whole where that is chosen, and 12 hours', async () => {
    await page.goto(`${house.origin}/placement?lang=de&hours=12`);
    await page.getByRole('heading', { name: /Warten auf ein Bett/ }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    expect(await page.locator('.now').innerText()).toMatch(/\d{1,2}:\d\d (AM|PM)/i);
    await isWell('placement in German');
    await picture('placement-de');
  });

  it('shows the house on a wall: nobody’s patient, nothing out of the screen, whatever its size', async () => {
    for (const [width, height] of [
      [1920, 1080],
      [3840, 2160],
      [1280, 720],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.goto(`${house.origin}/wall?theme=dark`);
      await page.getByText('Beds free now').waitFor();
      await page.getByRole('region', { name: 'Units' }).getByText('4A', { exact: true }).waitFor();
      const text = await page.locator('body').innerText();
      expect(text).not.toMatch(/Quill|Marsh|Okafor|Lark|K\.O\.|A\.L\.|U\.E\.|V\.Q\.|F100|W1/);
      const frame = (await page.locator('main.wall').boundingBox())!;
      expect([frame.x, frame.y, Math.round(frame.width), Math.round(frame.height)]).toEqual([0, 0, width, height]);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('main.wall *')].flatMap((e) => {
          const { right, bottom } = e.getBoundingClientRect();
          return right > innerWidth + 1 || bottom > innerHeight + 1 ? [e.className || e.tagName] : [];
        }),
      );
      expect(cut).toEqual([]);
      expect(
        await page.evaluate(() =>
          Math.min(
            ...[...document.querySelectorAll('main.wall :is(p, dt, dd, h2, h3, small, span, time)')].map((e) =>
              parseFloat(getComputedStyle(e).fontSize),
            ),
          ),
        ),
      ).toBeGreaterThanOrEqual(28);
    }
    const folder = process.env['WARDSTREAM_TEST_PICTURES'];
    await page.setViewportSize({ width: 1920, height: 1080 });
    if (folder !== undefined) await page.screenshot({ path: `${folder}/wall.png` });
    expect(await axe()).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 1000 });
  });

  it('had no fault in the page', () => {
    expect(faults).toEqual([]);
  });
});
