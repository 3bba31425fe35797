import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConflictData } from '@wardstream/events';
import { serviceNames } from '@wardstream/service-directory';
import { chromiumLaunchOptions, eventually } from '@wardstream/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ackCode, adt, Client, House, MllpSender } from '@wardstream/product-under-test';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const time = (minutes: number) => minutesAgo(minutes).toISOString().replace(/[-:T]/g, '').slice(0, 14);

describe('what a person does where facts disagree or a message could not be used', () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let sender: MllpSender;
  const faults: string[] = [];

  beforeAll(async () => {
    // What names no visit waits for it some seconds only.
    house = new House({ mode: 'standalone', environment: { WARDSTREAM_VISIT_WAIT_HOURS: '0.0005' } });
    await house.start();
    sender = await MllpSender.connect(house.mllpPort);
    browser = await chromium.launch(await chromiumLaunchOptions());
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    sender?.close();
    await house?.remove();
  });

  /** The one page, as that role. */
  const signedIn = async (role: 'bed-manager' | 'operations-manager' | 'administrator' | 'department-staff') => {
    await page.context().addCookies([await house.sessionCookie(role)]);
    await page.goto(house.origin);
    await page.getByText('Staffed occupancy').waitFor();
  };
  const admit = async (visit: string, at: string, minutes: number, name: string) => {
    const ack = await sender.send(adt({ trigger: 'A01', visit, at, when: minutesAgo(minutes), name }));
    expect(ackCode(ack)).toBe('AA');
  };
  const picture = async (name: string) => {
    const folder = process.env['WARDSTREAM_TEST_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  it('says which patient is in a disputed bed, sees the effect first, and can undo it', async () => {
    await admit('D1', '4A^B^05', 60, 'Quill^Verity');
    await admit('D2', '4A^B^05', 30, 'Marsh^Ina');
    await signedIn('bed-manager');
    await page.goto(`${house.origin}/units/4A?bed=4A-05`);
    const drawer = page.getByRole('complementary', { name: 'Bed 4A-05' });
    await drawer.getByRole('heading', { name: 'Two patients in one bed' }).waitFor();
    await picture('disputed');
    await drawer.getByRole('button', { name: 'I.M. is here' }).click();
    await drawer.getByText('4A-05 has I.M. alone. V.Q. is shown in 4A without a bed').waitFor();
    const confirm = drawer.getByRole('button', { name: 'I.M. is in 4A-05' });
    expect(await confirm.getAttribute('aria-disabled')).toBe('true');
    await drawer.getByLabel('Reason, without names').fill('Wristband read');
    await picture('choosing');
    await confirm.click();
    await drawer.getByText('Not in this bed').waitFor();
    await page.getByRole('region', { name: 'Without a bed' }).getByText('V.Q.').waitFor();
    await picture('chosen');
    expect(await page.locator('[data-bed="4A-05"]').getAttribute('aria-label')).toMatch(/occupied/i);
    await drawer.getByRole('button', { name: /^Undo/ }).click();
    await drawer.getByRole('heading', { name: 'Two patients in one bed' }).waitFor();
  });

  it('says that two share a bed: the tile shows both, and nothing is in dispute', async () => {
    await admit('S1', '4A^B^07', 60, 'Rowe^Sal');
    await admit('S2', '4A^B^07', 30, 'Rowe^Sid');
    await page.goto(`${house.origin}/units/4A?bed=4A-07`);
    const drawer = page.getByRole('complementary', { name: 'Bed 4A-07' });
    // Two of the same initials are told apart by their visits.
    await drawer.getByRole('button', { name: 'S.R., visit S2, is here' }).waitFor();
    await drawer.getByText(/Movements of S\.R\., visit S2/).waitFor();
    await drawer.getByRole('button', { name: 'Both are here' }).click();
    await drawer.getByText('counts as occupied, once').waitFor();
    await drawer.getByLabel('Reason, without names').fill('Mother and newborn');
    await drawer.getByRole('button', { name: 'Both are in 4A-07' }).click();
    await drawer.getByText('Shares the bed').waitFor();
    await page.locator('[data-bed="4A-07"][aria-label*="occupied"][aria-label*="with S.R."]').waitFor();
    expect(await page.getByRole('region', { name: 'Without a bed' }).count()).toBe(0);
    await picture('shared');
    expect(ackCode(await sender.send(adt({ trigger: 'A03', visit: 'S1', at: '4A^B^07', when: minutesAgo(1) })))).toBe(
      'AA',
    );
    await drawer.getByText('Shares the bed').waitFor({ state: 'detached' });
    expect(await page.locator('[data-bed="4A-07"]').getAttribute('aria-label')).toMatch(/occupied/);
    expect(ackCode(await sender.send(adt({ trigger: 'A03', visit: 'S2', at: '4A^B^07', when: minutesAgo(1) })))).toBe(
      'AA',
    );
    await page.locator('[data-bed="4A-07"][aria-label*="dirty"]').waitFor();
  });

  it('tells who decides too late that it was not done, and who was first', async () => {
    await admit('T1', '4A^A^03', 60, 'Quill^Verity');
    await admit('T2', '4A^A^03', 30, 'Marsh^Ina');
    await page.goto(`${house.origin}/units/4A?bed=4A-03`);
    const drawer = page.getByRole('complementary', { name: 'Bed 4A-03' });
    await drawer.getByRole('button', { name: 'I.M. is here' }).click();
    await drawer.getByLabel('Reason, without names').fill('Wristband read');
    const other = await Client.as(house, 'operations-manager');
    const open = (await other.get<{ items: ConflictData[] }>('/api/v1/conflicts')).body.items;
    const { id, version, facts } = open.find((c) => c.subject.id === '4A-03')!;
    const first = { version, reason: 'Ward phoned', encounterId: facts[0]!.encounterId };
    // Seen while it was being decided: the form is gone with the conflict.
    expect((await other.post(`/api/v1/bed-conflicts/${id}/close`, first)).status).toBe(200);
    await drawer.getByText('Not done: I.M. is in 4A-03. The conflict was closed meanwhile').waitFor();
    await drawer.getByRole('button', { name: 'Dismiss' }).click();
    // Not seen before it was sent: who was first comes with the refusal.
    expect((await other.post(`/api/v1/bed-conflicts/${id}/reopen`, { version: version + 1 })).status).toBe(200);
    await drawer.getByRole('button', { name: 'I.M. is here' }).click();
    await drawer.getByLabel('Reason, without names').fill('Wristband read');
    await page.route('**/close', async (route) => {
      await other.post(`/api/v1/bed-conflicts/${id}/close`, { ...first, version: version + 2 });
      await route.continue();
    });
    await drawer.getByRole('button', { name: 'I.M. is in 4A-03' }).click();
    await drawer.getByText(/Not done: I\.M\. is in 4A-03\. \S+ was first: Ward phoned/).waitFor();
    await picture('too-late');
    await page.unroute('**/close');
  });

  it('closes a conflict on the conflicts page with a reason, by the keyboard alone', async () => {
    await signedIn('operations-manager');
    await page.goto(`${house.origin}/conflicts`);
    const choice = page.getByRole('button', { name: 'V.Q. is here' });
    await choice.focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Reason, without names').waitFor();
    // Esc leaves it, and the focus is where it was.
    await page.keyboard.press('Escape');
    await page.getByLabel('Reason, without names').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('4A');
    await page.keyboard.press('Escape');
    expect(await choice.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByLabel('Reason, without names').waitFor();
    await page.keyboard.type('Seen by the ward');
    await picture('conflicts');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('V.Q. is in 4A-05').waitFor();
    await page.getByText('No conflicts are open').waitFor();
    await page.getByRole('button', { name: 'Closed' }).click();
    await page.getByText('Seen by the ward').waitFor();
  });

  it('says that nobody is in a bed that was reported occupied: it is to be cleaned then', async () => {
    const report = [`MSH|^~\\&|BEDS|NGH|W|NGH|${time(10)}||ADT^A20|N1|P|2.5.1`, `EVN|A20|${time(10)}`, 'NPU|4A^B^06|O'];
    expect(ackCode(await sender.send(report.join('\r')))).toBe('AA');
    await signedIn('bed-manager');
    await page.goto(`${house.origin}/units/4A?bed=4A-06`);
    const drawer = page.getByRole('complementary', { name: 'Bed 4A-06' });
    await drawer.getByRole('button', { name: 'Nobody is here' }).click();
    await drawer.getByText('4A-06 is dirty and a cleaning is asked for.').waitFor();
    await drawer.getByLabel('Reason, without names').fill('Looked into the room');
    await picture('nobody');
    await drawer.getByRole('button', { name: 'Nobody is in 4A-06' }).click();
    await page.locator('[data-bed="4A-06"][aria-label*="irty"]').waitFor();
  });

  it('shows who may not why not', async () => {
    await admit('D3', '4A^B^05', 20, 'Thorn^Pia');
    await signedIn('department-staff');
    await page.goto(`${house.origin}/units/4A?bed=4A-05`);
    await page.getByText('Your role cannot settle conflicts of beds.').waitFor();
    expect(await page.getByRole('button', { name: 'P.T. is here' }).getAttribute('aria-disabled')).toBe('true');
    await page.goto(`${house.origin}/messages`);
    await page.getByText('Your role cannot see messages.').waitFor();
  });

  it('corrects a message and replays it; replays all that match, with a result for each', async () => {
    const withoutVisit = (id: string, bed: string, minutes: number) =>
      `MSH|^~\\&|ADT1|NGH|W|NGH|${time(minutes)}||ADT^A02|${id}|P|2.5.1\rEVN|A02|${time(minutes)}\rPID|1||P-BULK\rPV1|1|I|${bed}`;
    for (const [i, id] of ['R1', 'R2', 'R3'].entries())
      expect(ackCode(await sender.send(withoutVisit(id, `4A^B^0${6 + i}`, 20 - i)))).toBe('AA');
    const wrong = adt({ trigger: 'A01', visit: 'R9', at: '4A^C^09', when: minutesAgo(40), name: 'Lark^Ada' });
    expect(ackCode(await sender.send(wrong.replace(/EVN\|A01\|[^|\r]*/, 'EVN|A01|20261399')))).toBe('AE');

    await signedIn('administrator');
    await page.getByRole('link', { name: 'Messages' }).click();
    await page.getByText('EVN-2 has no such month').waitFor();
    await picture('messages');
    expect(await page.locator('body').innerText()).not.toMatch(/Lark|P-BULK/);
    await page
      .getByRole('row', { name: /A field is wrong/ })
      .getByRole('button', { name: 'Open' })
      .click();
    const text = page.getByLabel('Text, one segment a line');
    await text.waitFor();
    await page.getByRole('button', { name: 'Replay as it is' }).click();
    await page.getByText('Still wrong').waitFor();
    await text.fill((await text.inputValue()).replace('20261399', time(40)));
    await picture('message');
    await page.getByRole('button', { name: 'Replay corrected' }).click();
    await page.getByText('Taken up and processed.').waitFor();
    await page.keyboard.press('Escape');

    await page.getByLabel('Cause').selectOption('visit-missing');
    await page.getByText('3 messages', { exact: true }).waitFor();
    const admitted = adt({ trigger: 'A01', visit: 'RB', at: '4A^C^10', when: minutesAgo(50), name: 'Reed^Una' });
    expect(ackCode(await sender.send(admitted.replace(/PID\|1\|\|[^|]*\|/, 'PID|1||P-BULK|')))).toBe('AA');
    await page.getByRole('button', { name: 'Replay all that match' }).click();
    await page.getByText('will be judged anew').waitFor();
    await picture('bulk');
    await page.getByRole('button', { name: 'Replay them' }).click();
    await page.getByText('Replayed 3 of 3').waitFor();
    await page.getByRole('button', { name: 'Show results' }).click();
    await page.getByRole('cell', { name: 'Processed' }).nth(2).waitFor();
    await picture('replayed');
    await page.getByText('No message in quarantine matches').waitFor();
    await page.goto(`${house.origin}/units/4A`);
    await page.locator('[data-bed="4A-08"]').and(page.locator('[aria-label*="ccupied"]')).waitFor();
  });

  it('tells an operations manager what is wrong, and leaves opening and replaying to administrators', async () => {
    const refused = await Client.as(house, 'operations-manager');
    expect((await refused.post('/api/v1/quarantine/replays', {})).status).toBe(403);
    await signedIn('operations-manager');
    await page.goto(`${house.origin}/messages?theme=dark`);
    await page.getByText('Your role cannot open, correct or replay messages.').first().waitFor();
    await page.getByRole('button', { name: 'Unplaced' }).click();
    await page.getByText('Nothing has to be replayed here').waitFor();
    await page.getByRole('button', { name: 'Dead letters' }).click();
    const nothing = page.getByText('Nothing waits for a person');
    await eventually(async () => expect(await nothing.count()).toBe(serviceNames.length));
    await picture('dead-letters-dark');
  });

  it('had no fault in the page', () => {
    expect(faults).toEqual([]);
  });
});
