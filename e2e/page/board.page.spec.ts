import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromiumLaunchOptions, eventually } from '@wardstream/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ackCode, adt, Client, House, MllpSender } from '@wardstream/product-under-test';

const WITHIN_MS = 1_000;
const FIRST_PASSWORD = 'given out by the ward clerk';
const PASSWORD = 'seven herons over the weir';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe('the board in a real browser', () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let sender: MllpSender;
  const faults: string[] = [];

  beforeAll(async () => {
    house = new House({ mode: 'standalone', environment: { WARDSTREAM_FIRST_PASSWORD: FIRST_PASSWORD } });
    await house.start();
    sender = await MllpSender.connect(house.mllpPort);
    browser = await chromium.launch(await chromiumLaunchOptions());
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    sender?.close();
    await house?.remove();
  });

  const send = async (trigger: string, visit: string, at: string, when: Date) => {
    const ack = await sender.send(adt({ trigger, visit, at, when, name: 'Quill^Verity' }));
    expect(ackCode(ack)).toBe('AA');
  };
  const tile = (bed: string) => page.locator(`[data-bed="${bed}"]`);

  const signIn = async (on: Page, password: string) => {
    await on.getByLabel('Name').fill('administrator');
    await on.getByLabel('Password').fill(password);
    await on.getByRole('button', { name: 'Sign in' }).click();
  };

  it('asks for name and password, has the first one changed, and is where it was going', async () => {
    await page.goto(`${house.origin}/units/4A`);
    await signIn(page, 'not the password');
    await page.getByRole('alert').getByText('do not belong together').waitFor();
    await signIn(page, FIRST_PASSWORD);
    await page.getByLabel('Present password').fill(FIRST_PASSWORD);
    await page.getByLabel('New password, 12 characters or more').fill(PASSWORD);
    await page.getByLabel('New password again').fill(PASSWORD);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await tile('4A-13').waitFor();
    expect(new URL(page.url()).pathname).toBe('/units/4A');
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it('keeps what was typed when the session ends, and goes on with it after signing in again', async () => {
    await page.goto(`${house.origin}/units/4A?bed=4A-13`);
    await page.getByRole('button', { name: 'Block bed' }).click();
    const reason = page.getByLabel('Note, without names');
    await reason.fill('water leak above the window');
    const admin = await Client.as(house, 'administrator');
    const { body } = await admin.get<{ items: { id: string }[] }>('/api/v1/accounts');
    await admin.post(`/api/v1/accounts/${body.items[0]!.id}/sign-out`);
    const again = page.getByRole('alert').getByRole('button', { name: 'Sign in' });
    await again.waitFor({ timeout: 15_000 });
    const [opened] = await Promise.all([page.context().waitForEvent('page'), again.click()]);
    await signIn(opened, PASSWORD);
    await again.waitFor({ state: 'detached' });
    expect(await reason.inputValue()).toBe('water leak above the window');
    if (!opened.isClosed()) await opened.close();
  });

  it('is left by signing out, and opened by a token only beside that', async () => {
    await page.goto(house.origin);
    await page.getByRole('button', { name: /Signed in as/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await page.getByText('Sign in with a token').click();
    await page.getByLabel('Bearer token').fill('not.a.token');
    await page.getByRole('button', { name: 'Use the token' }).click();
    await page.getByRole('alert').getByText('not valid').waitFor();
    await page.getByLabel('Bearer token').fill(await house.token('bed-manager'));
    await page.getByRole('button', { name: 'Use the token' }).click();
    await page.getByText('Staffed occupancy').waitFor();
    await page.getByRole('row', { name: /4A/ }).first().waitFor();
  });

  it('sees a bed change its state within a second of its message, without a reload', async () => {
    await page.goto(`${house.origin}/units/4A`);
    await page.evaluate(() => ((window as unknown as { marked: boolean }).marked = true));
    const seen: string[] = [];
    // The machine may be busy with other suites: one bed of three must be in time, every one must come.
    for (const bed of ['05', '06', '07']) {
      expect(await tile(`4A-${bed}`).getAttribute('aria-label')).toMatch(/available/i);
      await send('A01', `P${bed}`, `4A^B^${bed}`, minutesAgo(1));
      const occupied = tile(`4A-${bed}`).and(page.locator('[aria-label*="ccupied"]'));
      const inTime = await occupied.waitFor({ timeout: WITHIN_MS }).then(
        () => true,
        () => false,
      );
      await occupied.waitFor();
      seen.push(inTime ? 'in time' : 'late');
      if (inTime) break;
    }
    expect(seen).toContain('in time');
    expect(await page.evaluate(() => (window as unknown as { marked?: boolean }).marked)).toBe(true);
  });

  it('shows what the bed manager needs of a bed, and no name on the board', async () => {
    await send('A01', 'P20', '4A^D^13', minutesAgo(30));
    await tile('4A-13').and(page.locator('[aria-label*="ccupied"]')).waitFor();
    expect(await tile('4A-13').innerText()).toMatch(/V\.?Q\.?/);
    expect(await page.locator('body').innerText()).not.toMatch(/Quill|Verity/);
    expect(await page.title()).not.toMatch(/Quill|Verity|P20/);
  });

  it('opens a bed from its link and closes it with the keyboard', async () => {
    await page.goto(`${house.origin}/units/4A?bed=4A-13`);
    await page.getByText('Movements').waitFor();
    await page.keyboard.press('Escape');
    await eventually(async () => expect(new URL(page.url()).searchParams.get('bed')).toBeNull());
  });

  it('walks the tour by keyboard, marks each part it speaks of, covers none of them, and is remembered', async () => {
    await page.goto(`${house.origin}/?tour`);
    const tour = page.getByRole('region', { name: 'Tour' });
    const next = tour.getByRole('button', { name: /Next|Done/ });
    const covered: string[] = [];
    for (let stop = 1, last = false; !last; stop += 1) {
      await tour.getByText(`${stop} of `).waitFor();
      await page.locator('[data-tour]').waitFor();
      await eventually(async () => {
        const [above, part] = [await tour.boundingBox(), await page.locator('[data-tour]').boundingBox()];
        expect(above!.y + above!.height <= part!.y + 1 || part!.y + part!.height <= above!.y + 1).toBe(true);
      }).catch(async () => covered.push((await tour.textContent()) ?? ''));
      last = (await next.textContent()) === 'Done';
      await next.press('Enter');
    }
    expect(covered).toEqual([]);
    await tour.waitFor({ state: 'detached' });
    expect(await page.locator('[data-tour]').count()).toBe(0);
    expect(await page.evaluate(() => localStorage.getItem('wardstream.tour'))).toBe('seen');
    // Real time is no demonstration: nobody is asked there.
    await page.reload();
    await page.getByText('Staffed occupancy').waitFor();
    expect(await tour.count()).toBe(0);
  });

  it('names a patient of the unit whose bed nobody knows: the one they lie in may look free', async () => {
    await page.goto(`${house.origin}/units/4A`);
    await send('A01', 'P77', '4A^A^77', minutesAgo(30));
    const list = page.getByRole('region', { name: 'Without a bed' });
    await list.getByText('Visit P77').waitFor();
    await list.getByText('sent as 4A^A^77').waitFor();
    await list.getByText('may show as free').waitFor();
    await page.getByText('In no known bed').waitFor();
    await send('A03', 'P77', '4A^A^77', minutesAgo(1));
    await list.waitFor({ state: 'detached' });
  });

  it('draws no bed over a figure and nothing out of the window, however wide that is', async () => {
    for (const width of [320, 390, 1280, 1440, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of ['/', '/units/ED', '/conflicts', '/data-quality', '/messages']) {
        await page.goto(`${house.origin}${path}`);
        await page.locator('main section, main p').first().waitFor();
        if (path === '/') await page.locator('.units .cells').first().waitFor();
        const found = await page.evaluate(() => ({
          out: document.documentElement.scrollWidth - window.innerWidth,
          over: [...document.querySelectorAll('.units td > .cells')].filter(
            (cells) => cells.getBoundingClientRect().right > cells.parentElement!.getBoundingClientRect().right,
          ).length,
        }));
        expect([width, path, Math.max(0, found.out), found.over]).toEqual([width, path, 0, 0]);
      }
    }
    await page.setViewportSize({ width: 1440, height: 1000 });
  });

  it('blocks a bed with a reason and shows it blocked', async () => {
    await page.goto(`${house.origin}/units/4A?bed=4A-03`);
    await page.getByRole('button', { name: 'Block bed' }).click();
    await page
      .getByLabel(/reason/i)
      .first()
      .waitFor();
    const manager = await Client.as(house, 'bed-manager');
    const answer = await manager.post('/api/v1/facilities/NGH/beds/4A-03/block', { reason: 'Shower leak' });
    expect(answer.status).toBeLessThan(300);
    await tile('4A-03').and(page.locator('[aria-label*="locked"]')).waitFor();
  });

  it('keeps the patient that was chosen for a bed while the list changes, and puts nobody in their place', async () => {
    const department = await Client.as(house, 'department-system');
    const request = async (visit: string, at: string, waits: number): Promise<string> => {
      await send('A01', visit, at, minutesAgo(waits + 10));
      const wanted = {
        visitNumber: visit,
        source: 'ED',
        toUnit: '4A',
        priority: 'urgent',
        at: minutesAgo(waits).toISOString(),
      };
      const needs = {
        levelOfCare: 'ward',
        specialty: 'MED',
        isolation: 'none',
        sex: 'any',
        telemetry: false,
        equipment: [],
      };
      return eventually(async () => {
        const answer = await department.post<{ id: string }>('/api/v1/facilities/NGH/bed-requests', {
          ...wanted,
          needs,
        });
        expect([200, 201]).toContain(answer.status);
        return answer.body.id;
      });
    };
    const first = await request('W1', 'ED^MAJA^06', 30);
    await page.goto(`${house.origin}/units/4A?bed=4A-10`);
    await page.getByRole('region', { name: 'Coming in' }).getByText('1 request').waitFor();
    await page.getByRole('button', { name: 'Reserve' }).click();
    const whom = page.locator('.acts form select').first();
    expect(await whom.inputValue()).toBe(first);
    // One who waits longer comes to the head of the list.
    const second = await request('W2', 'ED^MAJA^07', 90);
    await whom.locator('option').nth(1).waitFor({ state: 'attached' });
    expect(await whom.inputValue()).toBe(first);
    expect((await department.post(`/api/v1/facilities/NGH/bed-requests/${first}/cancel`)).status).toBeLessThan(300);
    await page.getByText('Who was chosen no longer waits for a bed.').waitFor();
    const reserve = page.getByRole('button', { name: 'Reserve 4A-10' });
    expect(await reserve.getAttribute('aria-disabled')).toBe('true');
    await whom.selectOption(second);
    await reserve.click();
    await tile('4A-10').and(page.locator('[aria-label*="eserved"]')).waitFor();
    // Somebody else has taken it meanwhile: an undo is of what was done here, not of what came after.
    const manager = await Client.as(house, 'bed-manager');
    const beds = '/api/v1/facilities/NGH/beds/4A-10';
    expect((await manager.post(`${beds}/release`)).status).toBeLessThan(300);
    expect((await manager.post(`${beds}/reserve`, { visitNumber: 'W1' })).status).toBeLessThan(300);
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByText('The bed changed while you chose').waitFor();
    expect((await manager.get(beds)).body).toMatchObject({ state: 'reserved', reservedFor: { visitNumber: 'W1' } });
  });

  it('says as of when it shows what it shows while a backlog is read in, on every page, and is live after', async () => {
    const isCatchingUp = page.getByRole('status').getByText(/^As of \d\d:\d\d, catching up\. A bed shown as free/);
    const age = page.getByRole('group', { name: 'Data age' });
    await page.goto(`${house.origin}/units/4A`);
    await age.getByText(/^Live/).waitFor();
    expect(await isCatchingUp.count()).toBe(0);
    // One patient who went to and fro in the ED for hours, all of which comes now.
    let isSeen = false;
    const backlog = (async () => {
      await send('A01', 'BACKLOG', 'ED^MAJA^01', minutesAgo(601));
      for (let minutes = 600; minutes > 5 && !isSeen; minutes -= 1) {
        await send('A02', 'BACKLOG', `ED^MAJA^0${1 + (minutes % 2)}`, minutesAgo(minutes));
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    await isCatchingUp.waitFor();
    await age.getByText(/^As of \d\d:\d\d, catching up$/).waitFor();
    expect(await age.getByText(/^Live/).count()).toBe(0);
    // Who comes meanwhile is told so, too, whatever page they open.
    for (const path of ['/', '/conflicts']) {
      await page.goto(`${house.origin}${path}`);
      await isCatchingUp.waitFor();
    }
    isSeen = true;
    await backlog;
    await isCatchingUp.waitFor({ state: 'detached' });
    await age.getByText(/^Live/).waitFor();
  });

  it('keeps what it shows and comes back by itself when the server restarts', async () => {
    await page.goto(`${house.origin}/units/4A`);
    await tile('4A-13').waitFor();
    sender.close();
    const before = await tile('4A-13').boundingBox();
    await house.kill();
    await page.getByText(/Reconnecting, numbers from \d\d:\d\d:\d\d/).waitFor({ timeout: 60_000 });
    const age = page.getByRole('group', { name: 'Data age' });
    await age.getByText(/^Not live since/).waitFor();
    expect(await age.getByText(/^Live/).count()).toBe(0);
    expect(await page.locator('main[data-stale]').count()).toBe(0);
    // A minute without a word: every number is old, stays, and says of when it is.
    await page.getByText(/Numbers from \d\d:\d\d:\d\d, .* old/).waitFor({ timeout: 120_000 });
    await page.locator('main[data-stale]').waitFor();
    const after = await tile('4A-13').boundingBox();
    expect([after?.x, after?.width, after?.height]).toEqual([before?.x, before?.width, before?.height]);
    await house.start();
    sender = await MllpSender.connect(house.mllpPort);
    await send('A03', 'P20', '4A^D^13', minutesAgo(2));
    await tile('4A-13').and(page.locator('[aria-label*="irty"]')).waitFor({ timeout: 60_000 });
    await page.locator('main[data-stale]').waitFor({ state: 'detached' });
  });

  it('had no fault in the page', () => {
    expect(faults.filter((f) => !/Failed to load resource|net::ERR|fetch/i.test(f))).toEqual([]);
  });
});
