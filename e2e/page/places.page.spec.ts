import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ackCode, adt, Client, House, MllpSender } from '@wardstream/house';
import { chromiumLaunchOptions, eventually } from '@wardstream/testing';
import { type Browser, chromium, type Page } from 'playwright-core';

const NGH = '/api/v1/facilities/NGH';
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

/** Every state of a tile: the messages (trigger and visit) and commands that make it, and how the board heads it. `fhir`: table 0116. */
const tiles: readonly {
  readonly bed: string;
  readonly by: string;
  readonly state: string;
  readonly word: string;
  readonly fhir: string;
}[] = [
  { bed: '4A-01', by: '', state: 'available', word: 'Available', fhir: 'U' },
  { bed: '4A-02', by: 'A01 T2', state: 'occupied', word: 'Occupied', fhir: 'O' },
  { bed: '4A-03', by: 'A01 T3, A03 T3', state: 'dirty', word: 'Dirty', fhir: 'H' },
  { bed: '4A-04', by: 'A01 T4, A03 T4, cleaning/start', state: 'cleaning', word: 'Cleaning', fhir: 'H' },
  {
    bed: '4A-09',
    by: 'A01 T9, A03 T9, cleaning/start, cleaning/complete',
    state: 'available',
    word: 'Available',
    fhir: 'U',
  },
  { bed: '4A-10', by: 'A14 T10', state: 'reserved', word: 'Reserved', fhir: 'U' },
  { bed: '4A-11', by: 'block', state: 'blocked', word: 'Blocked', fhir: 'C' },
  { bed: '4A-12', by: 'close', state: 'closed', word: 'Closed', fhir: 'C' },
  { bed: '4A-19', by: '', state: 'closed', word: 'Closed', fhir: 'C' },
  { bed: '4A-20', by: '', state: 'surge', word: 'Surge', fhir: 'C' },
  { bed: '4A-17', by: 'A01 T17, A01 T17b', state: 'occupied', word: 'Conflict', fhir: 'O' },
  { bed: '4A-22', by: 'close, A01 T22', state: 'occupied', word: 'Conflict', fhir: 'O' },
  { bed: '4A-28', by: 'block, A01 T28', state: 'occupied', word: 'Conflict', fhir: 'O' },
  { bed: '4A-18', by: 'A01 T18, A21 T18', state: 'occupied', word: 'On leave', fhir: 'O' },
  { bed: '4A-27', by: 'A01 T27, A21 T27, A01 T27g', state: 'occupied', word: 'Kept for T.M., on leave', fhir: 'O' },
  { bed: '4A-25', by: 'A01 T25, A09 T25', state: 'occupied', word: 'Occupied', fhir: 'O' },
];

/** Every place a patient can be in: as sent, where the list of the house has them, and what the search says. */
const places: readonly {
  readonly visit: string;
  readonly by: readonly (readonly [string, string])[];
  readonly list: string | null;
  readonly note: string;
  readonly status: string;
  readonly class?: string;
}[] = [
  { visit: 'T17', by: [], list: null, note: '4A-17', status: 'in-progress' },
  { visit: 'T17b', by: [], list: null, note: '4A-17', status: 'in-progress' },
  { visit: 'T22', by: [], list: null, note: '4A-22', status: 'in-progress' },
  { visit: 'T28', by: [], list: null, note: '4A-28', status: 'in-progress' },
  { visit: 'T27', by: [], list: 'On leave', note: '4A-27', status: 'on-leave' },
  { visit: 'T27g', by: [], list: 'In a bed kept for another', note: '4A-27', status: 'in-progress' },
  { visit: 'T2', by: [], list: null, note: '4A-02', status: 'in-progress' },
  { visit: 'T18', by: [], list: 'On leave', note: '4A-18', status: 'on-leave' },
  { visit: 'T25', by: [], list: 'Away from the bed', note: '4A-25', status: 'in-progress' },
  { visit: 'T10', by: [], list: 'Planned, not here yet', note: 'Planned, not here yet', status: 'planned' },
  {
    visit: 'P1',
    by: [['A01', 'XRAYWARD^^1']],
    list: 'In no known unit',
    note: 'In no known unit, XRAYWARD^^1',
    status: 'in-progress',
  },
  {
    visit: 'P2',
    by: [['A01', '4A^B^77']],
    list: 'In no known bed',
    note: 'In no known bed, 4A',
    status: 'in-progress',
  },
  { visit: 'P3', by: [['A01', '4A']], list: 'In no known bed', note: 'In no known bed, 4A', status: 'in-progress' },
  {
    visit: 'P4',
    by: [['A01', '']],
    list: 'In no place that was told',
    note: 'In no place that was told',
    status: 'in-progress',
  },
  {
    visit: 'P5',
    by: [
      ['A01', 'XRAYWARD^^2'],
      ['A02', '4A^^26'],
    ],
    list: null,
    note: '4A-26',
    status: 'in-progress',
  },
  { visit: 'P6', by: [['A04', 'ED^MAJA^06']], list: null, note: 'ED-06', status: 'in-progress', class: 'E' },
];

/** One house, told everything first; then each line of the tables is read back from every place that shows it. */
describe('every state of a tile and every place of a patient', () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let manager: Client;
  let sender: MllpSender;

  beforeAll(async () => {
    house = new House({ mode: 'standalone' });
    await house.start();
    manager = await Client.as(house, 'bed-manager');
    sender = await MllpSender.connect(house.mllpPort);
    browser = await chromium.launch(await chromiumLaunchOptions());
    page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
    const token = await house.token('bed-manager');
    await page.addInitScript((t) => sessionStorage.setItem('wardstream.token', t), token);
  });
  afterAll(async () => {
    await browser?.close();
    sender?.close();
    await house?.remove();
  });

  const send = async (trigger: string, visit: string, at: string, minutes: number, patientClass = 'I') => {
    const message = adt({ trigger, visit, at, when: minutesAgo(minutes), class: patientClass });
    expect(ackCode(await sender.send(message))).toBe('AA');
  };
  const bays: Record<string, string> = { '01': 'A', '02': 'A', '03': 'A', '04': 'A', '17': 'E', '18': 'E', '20': 'E' };
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
        const [name = '', visit] = step.split(' ');
        minutes -= 10;
        if (visit !== undefined) await send(name, visit, sentAs(bed), minutes);
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
    await head.getByText(new RegExp(`^${word === 'Conflict' ? 'Occupied' : word}$`)).waitFor();
    await page.getByRole('combobox').fill(bed);
    await page
      .getByRole('option')
      .filter({ hasText: bed })
      .getByText(new RegExp(`^${word},`))
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
    const folder = process.env['WARDSTREAM_TEST_PICTURES'];
    for (const [name, path] of Object.entries({ house: '/', unit: '/units/4A?bed=4A-17', patients: '/patients' })) {
      await page.goto(`${house.origin}${path}`);
      await page.locator('main section').first().waitFor();
      if (path.includes('bed=')) await page.getByRole('region', { name: 'History of the bed' }).waitFor();
      if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
      expect([name, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([name, width]);
    }
  });
});
