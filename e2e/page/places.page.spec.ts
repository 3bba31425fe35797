import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ackCode, adt, Client, dtm, House, MllpSender } from '@wardstream/product-under-test';
import { chromiumLaunchOptions, eventually } from '@wardstream/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { places, tiles } from './places-table.js';

const NGH = '/api/v1/facilities/NGH';
/** The demonstration hospital, and the same without room 28 of 4A. */
const northgate = readFileSync(
  fileURLToPath(new URL('../../deploy/hospitals/northgate-general.yaml', import.meta.url)),
  'utf8',
);
const withoutRoom28 = northgate
  .replace(/(code: 4A\n[^]*?singles: )23\.\.28/, '$123..27')
  .replace(/(code: 4A\n[^]*?contact: )21\.\.28/, '$121..27')
  .replace(/(code: 4A\n[^]*?droplet: 09\.\.12, )21\.\.28/, '$121..27');
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

interface Bed {
  readonly id: string;
  readonly state: string;
  readonly occupants: readonly { readonly visitNumber: string }[];
  readonly reservedFor: { readonly visitNumber: string } | null;
}

interface Location {
  readonly operationalStatus?: { readonly code: string };
  readonly extension?: readonly {
    readonly url: string;
    readonly valueCode?: string;
    readonly valueBoolean?: boolean;
  }[];
}

/** What a Location says in that extension of ours. */
function extended({ extension }: Location, name: string): string | boolean | undefined {
  const found = extension?.find((e) => e.url === `urn:wardstream:fhir:${name}`);
  return found?.valueCode ?? found?.valueBoolean;
}

/** One house, told everything first; then each line of the tables is read back from every place that shows it. */
describe('every state of a tile and every place of a patient', () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let manager: Client;
  let sender: MllpSender;
  const folder = mkdtempSync(join(tmpdir(), 'wardstream-places-'));
  const hospital = join(folder, 'hospital.yaml');

  beforeAll(async () => {
    writeFileSync(hospital, northgate);
    house = new House({ mode: 'standalone', hospital });
    await house.start();
    manager = await Client.as(house, 'bed-manager');
    sender = await MllpSender.connect(house.mllpPort);
    browser = await chromium.launch(await chromiumLaunchOptions());
    page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
    await page.context().addCookies([await house.sessionCookie('bed-manager')]);
  });
  afterAll(async () => {
    await browser?.close();
    sender?.close();
    await house?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** `-` is a visit that has no number. A newborn (T23n) says in PID-21 whose child they are. */
  const send = async (trigger: string, visit: string, at: string, minutes: number, patientClass = 'I') => {
    const message = adt({ trigger, visit, at, when: minutesAgo(minutes), class: patientClass });
    const sent =
      visit === '-'
        ? message.replace(/-\^\^\^NGH\^VN/, '')
        : message.replace(/(PID\|1\|\|MT23n[^\r]*)/, `$1${'|'.repeat(13)}MT23^^^NGH^MR`);
    expect(ackCode(await sender.send(sent))).toBe('AA');
  };
  const sendStatus = async (code: string, at: string): Promise<void> => {
    const time = dtm(minutesAgo(5));
    const message = `MSH|^~\\&|E2E-EVS|NGH|W|NGH|${time}||ADT^A20|A20${code}|P|2.5.1\rEVN|A20|${time}\rNPU|${at}|${code}\r`;
    expect(ackCode(await sender.send(message))).toBe('AA');
  };
  const bays: Record<string, string> = {
    ...{ '01': 'A', '02': 'A', '03': 'A', '04': 'A', '13': 'D', '14': 'D', '17': 'E', '18': 'E', '20': 'E' },
  };
  const sentAs = (bed: string): string => {
    const code = bed.slice(3);
    return `4A^${bays[code] ?? (Number(code) > 20 ? code : 'C')}^${code}`;
  };
  const bedOf = async (id: string) => (await manager.get<Bed>(`${NGH}/beds/${id}`)).body;

  it('says no data of a house that has heard nothing, and neither 0 % nor free beds', async () => {
    await page.goto(house.origin);
    const stat = page.locator('.headline .stat');
    await stat.filter({ hasText: 'Staffed occupancy' }).getByText('no data').waitFor();
    await stat.filter({ hasText: 'Available now' }).getByText('no data').waitFor();
    const { body } = await manager.get<{ house: { occupancyRate: number | null; available: number } }>(
      `${NGH}/occupancy`,
    );
    expect([body.house.occupancyRate, body.house.available]).toEqual([null, 0]);
  });

  it('is told by messages and commands', async () => {
    let minutes = 900;
    for (const { bed, by } of tiles) {
      for (const step of by.split(', ').filter((words) => words !== '')) {
        const [name = '', visit, ahead] = step.split(' ');
        minutes -= 10;
        if (name === 'A20') await sendStatus(visit!, sentAs(bed));
        else if (visit !== undefined) await send(name, visit, sentAs(bed), ahead === undefined ? minutes : -10);
        else {
          // A command is about what the bed shows: it waits until the messages before it are seen there.
          await eventually(async () => {
            const answer = await manager.post(`${NGH}/beds/${bed}/${name}`, { reason: 'Shower leak' });
            expect([step, bed, answer.status < 300]).toEqual([step, bed, true]);
          });
        }
      }
    }
    for (const { visit, by, class: patientClass } of places) {
      for (const [trigger, at] of by) await send(trigger, visit, at, (minutes -= 10), patientClass);
    }
    for (const { bed, state } of tiles) await eventually(async () => expect((await bedOf(bed)).state).toBe(state));
  });

  it.each(tiles)('$bed is $word on tile, drawer, search, API and FHIR', async ({ bed, state, word, fhir }) => {
    await page.goto(`${house.origin}/units/4A?bed=${bed}`);
    const tile = page.locator(`[data-bed="${bed}"]`);
    await tile.locator('header').getByText(word, { exact: true }).waitFor();
    const head = page.locator('.drawer header');
    await head.getByText(word === 'Conflict' ? /^Occupied$/ : word, { exact: true }).waitFor();
    await page.getByRole('combobox').fill(bed);
    await page
      .getByRole('option')
      .filter({ hasText: bed })
      .getByText(typeof word === 'string' ? new RegExp(`^${word},`) : /^Not certain since \d\d:\d\d,/)
      .waitFor();
    const shown = await bedOf(bed);
    expect(shown.state).toBe(state);
    const { body } = await manager.get<Location>(`/fhir/R4/Location/NGH.bed.${bed}`);
    expect([bed, body.operationalStatus?.code, extended(body, 'bed-state')]).toEqual([bed, fhir, state]);
    expect([bed, extended(body, 'disputed')]).toEqual([bed, bed === '4A-17' ? true : undefined]);
    // Nobody but who is in the bed or is to come to it is named on it.
    const people = [...shown.occupants, ...(shown.reservedFor === null ? [] : [shown.reservedFor])];
    expect(people.length > 0).toBe(['occupied', 'reserved'].includes(state));
  });

  it('counts them alike in unit head, house row, house total, API and list of beds', async () => {
    const { body: beds } = await manager.get<{ items: Bed[] }>(`${NGH}/beds`);
    const { body } = await manager.get<{
      units: Record<string, number | string>[];
      house: { patients: Record<string, number> };
    }>(`${NGH}/occupancy`);
    const unit = body.units.find((u) => u['unit'] === '4A')!;
    const words = {
      occupied: 'Occupied',
      reserved: 'Reserved',
      cleaning: 'Cleaning',
      dirty: 'Dirty',
      available: 'Available',
      blocked: 'Blocked',
      closed: 'Closed',
      surge: 'Surge',
    } as const;
    await page.goto(`${house.origin}/units/4A`);
    for (const [state, word] of Object.entries(words)) {
      const inList = beds.items.filter((b) => b.id.startsWith('4A-') && b.state === state).length;
      const inHead = page.locator('.states > span').filter({ hasText: word }).locator('b');
      await eventually(async () =>
        expect([state, await inHead.innerText(), unit[state]]).toEqual([state, String(inList), inList]),
      );
    }
    await page.goto(house.origin);
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: /^4A/ }) });
    await row.getByText(`${unit['occupied']}/${unit['denominator']}`).waitFor();
    const { patients } = body.house;
    const everybody = page.locator('.everybody');
    await everybody.getByText(`${patients['inHouse']} patients in the house`).waitFor();
    await everybody.getByText(`${patients['inUnknownUnit']} in no known unit`).waitFor();
    await everybody.getByText(`${patients['withoutBed']} in no known bed`).waitFor();
    expect([patients['inUnknownUnit'], patients['withoutBed'], patients['noPlace']]).toEqual([1, 2, 1]);
    await everybody.getByRole('link', { name: 'in no known unit' }).click();
    await page.getByRole('region', { name: 'In no known unit' }).getByText('XRAYWARD^^1').waitFor();
  });

  it('counts conflicts alike in bar, unit head, house, alerts, page and API', async () => {
    const { body } = await manager.get<{ total: number; items: { unit: string | null }[] }>(
      '/api/v1/conflicts?facility=NGH',
    );
    expect(body.total).toBe(body.items.length);
    expect(body.total).toBeGreaterThan(0);
    const ofUnit = body.items.filter((c) => c.unit === '4A').length;
    await page.goto(`${house.origin}/units/4A`);
    await page
      .getByRole('navigation')
      .getByRole('link', { name: `Conflicts ${body.total}` })
      .waitFor();
    const head = page.locator('.head dl > div').filter({ hasText: 'Conflicts' });
    await head.getByText(String(ofUnit), { exact: true }).waitFor();
    await page.goto(`${house.origin}/conflicts`);
    await page.getByRole('button', { name: `Open ${body.total}` }).waitFor();
    expect(await page.locator('table.conflicts tbody tr:not(.decision)').count()).toBe(body.total);
    await page.goto(house.origin);
    await page.getByText(new RegExp(`unowned, ${body.total} conflicts?`)).waitFor();
  });

  it.each(places)('visit $visit is found on list, search, API and FHIR', async ({ visit, list, note, status }) => {
    await page.goto(`${house.origin}/patients`);
    const region = list === null ? null : page.getByRole('region', { name: list, exact: true });
    if (region !== null) await region.getByText(new RegExp(`Visit ${visit}$`)).waitFor();
    else {
      await page.getByRole('region', { name: 'Everybody' }).waitFor();
      expect(await page.getByText(new RegExp(`Visit ${visit}$`)).count()).toBe(0);
    }
    await page.getByRole('combobox').fill(visit);
    const option = page.getByRole('option').filter({ has: page.getByText(`Visit ${visit}`, { exact: true }) });
    await option.getByText(note, { exact: true }).waitFor();
    const { body } = await manager.get<{ items: { status: string }[] }>(`${NGH}/encounters?visitNumber=${visit}`);
    expect(body.items.map((e) => e.status)).toEqual([status]);
    const fhir = await manager.get<{ entry?: { resource: { status: string } }[] }>(
      `/fhir/R4/Encounter?identifier=${visit}`,
    );
    const expected = { 'in-progress': 'in-progress', 'on-leave': 'onleave', planned: 'planned' }[status];
    expect([visit, fhir.body.entry?.map((e) => e.resource.status)]).toEqual([visit, [expected]]);
  });

  it.each([390, 1280, 1920])('at a width of %i shows all of them, and no page scrolls sideways', async (width) => {
    await page.setViewportSize({ width, height: 1000 });
    const pictures = process.env['WARDSTREAM_TEST_PICTURES'];
    for (const [name, path] of Object.entries({ house: '/', unit: '/units/4A?bed=4A-17', patients: '/patients' })) {
      await page.goto(`${house.origin}${path}`);
      await page.locator('main section').first().waitFor();
      if (path.includes('bed=')) await page.getByRole('region', { name: 'History of the bed' }).waitFor();
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${width}.png`, fullPage: true });
      // Who is not simply in a bed is seen without scrolling the table aside.
      if (name === 'house')
        for (const part of await page.locator('.everybody :is(span, small, a)').all()) {
          const box = (await part.boundingBox())!;
          expect([await part.innerText(), box.x >= 0 && box.x + box.width <= width]).toEqual([
            expect.any(String),
            true,
          ]);
        }
      expect([name, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([name, width]);
    }
  });

  it('keeps a bed that the configuration drops, and its patient, in every place until it is left', async () => {
    expect(withoutRoom28).not.toBe(northgate);
    sender.close();
    await house.stop();
    writeFileSync(hospital, withoutRoom28);
    await house.start();
    sender = await MllpSender.connect(house.mllpPort);
    await page.setViewportSize({ width: 1440, height: 1000 });
    await page.goto(`${house.origin}/units/4A?bed=4A-28`);
    const tile = page.locator('[data-bed="4A-28"]');
    await tile.locator('header').getByText('Conflict', { exact: true }).waitFor();
    await page
      .locator('.drawer header')
      .getByText(/^Not listed any more$/)
      .waitFor();
    await page.getByRole('combobox').fill('4A-28');
    await page
      .getByRole('option')
      .filter({ hasText: '4A-28' })
      .getByText(/not listed any more/i)
      .waitFor();
    const bed = (await manager.get<Bed & { notListedSince?: string }>(`${NGH}/beds/4A-28`)).body;
    expect([bed.state, bed.occupants.map((o) => o.visitNumber), bed.notListedSince]).toEqual([
      'occupied',
      ['T28'],
      expect.any(String),
    ]);
    const location = await manager.get<Location>('/fhir/R4/Location/NGH.bed.4A-28');
    expect([location.status, location.body.operationalStatus?.code]).toEqual([200, 'O']);
    const found = await manager.get<{ total: number }>('/fhir/R4/Location?identifier=4A-28');
    expect(found.body.total).toBe(1);
    // Its unit is listed, so its unit counts it, and the patient is in no list of those whose unit has no place for them.
    const { body } = await manager.get<{
      units: { unit: string; notListed: number }[];
      house: { patients: Record<string, number> };
    }>(`${NGH}/occupancy`);
    expect(body.units.find((u) => u.unit === '4A')?.notListed).toBe(1);
    expect(body.house.patients['inUnlistedBed']).toBe(0);
    // Once it is left it is in no list, and what refers to it can be read still.
    await send('A03', 'T28', sentAs('4A-28'), 1);
    await eventually(async () =>
      expect((await manager.get<{ total: number }>('/fhir/R4/Location?identifier=4A-28')).body.total).toBe(0),
    );
    expect((await manager.get('/fhir/R4/Location/NGH.bed.4A-28')).status).toBe(200);
    await page.goto(`${house.origin}/patients`);
    await page.getByRole('region', { name: 'Everybody' }).waitFor();
    expect(await page.getByText(/Visit T28$/).count()).toBe(0);
  });
});
