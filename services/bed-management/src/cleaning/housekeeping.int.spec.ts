import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Housekeeping } from '@wardstream/api-contract';
import { BedHouse } from '../fixtures/bed-house.js';

const hospital = `
facilities:
  - id: H1
    name: House one
    timeZone: UTC
    units:
      - { code: W1, name: Ward one, zone: North, levelOfCare: ward, waitTarget: 240, rooms: [{ room: A, beds: 01..06 }] }
      - code: W2
        name: Ward two
        zone: North
        levelOfCare: ward
        waitTarget: 240
        cleaning: { startWithin: 20, takes: 40, turnWithin: 50 }
        rooms: [{ singles: 01..06, negativePressure: true }]
      - { code: W3, name: Ward three, levelOfCare: ward, waitTarget: 240, rooms: [{ room: A, beds: 01..06 }] }
`;
const house = new BedHouse();

beforeAll(() => house.start(hospital));
afterAll(() => house.stop());

const list = async (query = ''): Promise<Housekeeping> =>
  (await house.call<Housekeeping>('GET', `/H1/housekeeping${query}`)).body;
const step = (bed: string, what: string, body: Record<string, unknown> = {}) =>
  house.command(bed, `cleaning/${what}`, body, 'department-staff');
const dirty = async (...beds: string[]): Promise<void> => {
  for (const bed of beds) {
    house.clock.advanceMs(60_000);
    expect((await step(bed, 'request')).status).toBe(200);
  }
};

describe('the cleaning list', () => {
  it('is in the order of dispatch: a bed that a patient waits for first, then those of a unit that was asked for one', async () => {
    await dirty('W3-01', 'W1-01', 'W1-02', 'W2-01');
    await house.append([house.encounter('V1', []), house.request('R1', 'V1', { toUnit: 'W1' })]);
    await house.append([house.encounter('V2', []), house.request('R2', 'V2', { toUnit: 'W2' })]);
    await house.becomes('W2-01', (b) => expect(b.state).toBe('dirty'));
    // Droplet isolation and telemetry, which this house has nowhere.
    const override = { reason: 'The only room with a door' };
    const assigned = await house.command('W2-01', 'assign', { visitNumber: 'V2', bedRequestId: 'R2', override });
    expect(assigned.status).toBe(200);
    const { items, zones } = await list();
    expect(items.map(({ job, group, waiting }) => [job.bedId, group, waiting?.by ?? null])).toEqual([
      ['W2-01', 'patient-waits', 'assigned'],
      ['W1-01', 'unit-waits', 'unit'],
      ['W1-02', 'unit-waits', 'unit'],
      ['W3-01', 'rest', null],
    ]);
    expect(zones).toEqual([
      { zone: 'North', units: ['W1', 'W2'], open: 3 },
      { zone: 'W3', units: ['W3'], open: 1 },
    ]);
    expect(items[0]).toMatchObject({
      shared: false,
      negativePressure: true,
      room: '01',
      bed: '01',
      unitName: 'Ward two',
    });
    expect(items[0]!.clocks).toEqual([
      { name: 'response', since: items[0]!.job.requestedAt, targetMinutes: 20 },
      { name: 'turn', since: items[0]!.job.requestedAt, targetMinutes: 50 },
    ]);
    expect((await list('?zone=North')).items).toHaveLength(3);
    expect((await list('?unit=W3')).items).toHaveLength(1);
    expect(JSON.stringify(items)).not.toMatch(/A\.B\.|V1|V2/);
  });

  it('gives a job that two claim at once to one, and tells the other who was first', async () => {
    const claims = await Promise.all(
      ['Ana', 'Bea', 'Cem', 'Dov'].map((claimedBy) => step('W3-01', 'claim', { claimedBy })),
    );
    const refused = claims.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(3);
    const [{ job }] = (await list('?unit=W3')).items as [Housekeeping['items'][number]];
    for (const { status, body } of refused) {
      expect([status, body.code]).toEqual([409, 'job-claimed']);
      expect(body['first']).toEqual({ by: job.claimedBy, at: job.claimedAt });
    }
    const other = job.claimedBy === 'Ana' ? 'Bea' : 'Ana';
    expect((await step('W3-01', 'start', { claimedBy: other })).body.code).toBe('job-claimed');
    expect((await step('W3-01', 'start', { claimedBy: job.claimedBy })).body.state).toBe('cleaning');
  });

  it('keeps a job that is left half cleaned, with the reason, and goes on with it', async () => {
    expect((await step('W1-01', 'pause', { reason: 'Called away' })).body.code).toBe('cleaning-not-started');
    await step('W1-01', 'claim', { claimedBy: 'Ana' });
    await step('W1-01', 'start', { claimedBy: 'Ana' });
    house.clock.advanceMs(5 * 60_000);
    expect((await step('W1-01', 'pause', { reason: 'Called away' })).body.state).toBe('cleaning');
    expect((await step('W1-01', 'pause', { reason: 'Again' })).body.code).toBe('cleaning-paused');
    const paused = (await list('?unit=W1')).items.find(({ job }) => job.bedId === 'W1-01')!;
    expect(paused.job).toMatchObject({ status: 'started', pauseReason: 'Called away', claimedBy: 'Ana' });
    expect((await list()).crews.find(({ name }) => name === 'Ana')!.jobs).toContainEqual({
      ...{ id: paused.job.id, bedId: 'W1-01', status: 'started', paused: true },
    });
    house.clock.advanceMs(5 * 60_000);
    expect((await step('W1-01', 'resume', { claimedBy: 'Bea' })).status).toBe(200);
    expect((await step('W1-01', 'resume')).body.code).toBe('cleaning-not-paused');
    const resumed = (await list('?unit=W1')).items.find(({ job }) => job.bedId === 'W1-01')!;
    expect([resumed.job.claimedBy, resumed.job.pausedAt ?? null]).toEqual(['Bea', null]);
    house.clock.advanceMs(10 * 60_000);
    expect((await step('W1-01', 'complete')).body.state).toBe('available');
    expect(await list('?unit=W1')).toMatchObject({
      cleaned: { count: 1, clean: 20 },
      crews: [{ name: 'Bea', jobs: [], cleaned: 1, cleanMinutes: 20 }],
    });
  });

  it('of a paused job holds against what the facts say', async () => {
    await step('W1-02', 'start', { claimedBy: 'Ana' });
    await step('W1-02', 'pause', { reason: 'Curtain to be changed' });
    let compared: { equal: boolean | null; next?: string | null; differences: unknown[] };
    let after = '';
    do {
      ({ body: compared } = await house.send<typeof compared>(
        'POST',
        `replay-check/beds${after}`,
        {},
        'administrator',
      ));
      expect(compared.differences).toEqual([]);
      after = compared.next ? `?after=${compared.next}` : '';
    } while (after !== '');
    expect(compared.equal).toBe(true);
  });
});
