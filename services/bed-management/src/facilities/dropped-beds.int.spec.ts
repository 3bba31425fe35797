import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bedChanged, facilityConfigured, type BedData, type FacilityData } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { BedHouse, smallHospital } from '../fixtures/bed-house.js';

/** W1 is gone, and so are the beds of W2 after 30. It is 12:00, 240 minutes after eight. */
const smaller = smallHospital.replace(/ {6}- code: W1[\s\S]*(?= {6}- code: W2)/, '').replace('01..40', '01..30');

describe('beds and units that the configuration drops', () => {
  const house = new BedHouse();
  beforeAll(() => house.start());
  afterAll(() => house.stop());
  const restart = async (hospital: string) => {
    await house.service.stop();
    house.clock.advanceMs(60_000);
    await house.startService(hospital);
  };
  const listed = async () => {
    const { body } = await house.call<{ items: BedData[] }>('GET', '/H1/beds');
    return body.items.map((b) => b.id);
  };

  it('stay while somebody is in them, kept for nobody and cleaned by nobody, and come back when listed again', async () => {
    await house.append([house.encounter('C1', [['W1-01', 100]]), house.encounter('C2', [['W2-31', 100]])]);
    await house.append([house.encounter('C3', [['W2-33', 100, 110]])]);
    for (const bed of ['W1-01', 'W2-31']) await house.becomes(bed, (b) => expect(b.state).toBe('occupied'));
    await house.becomes('W2-33', (b) => expect(b.state).toBe('dirty'));
    await house.command('W2-32', 'assign', { visitNumber: 'C9' });
    await house.command('W2-34', 'block', { reason: 'maintenance' });

    await restart(smaller);
    const stays = await house.becomes('W1-01', (b) => expect(b.notListedSince).toBe(house.time(241)));
    expect(stays).toMatchObject({ state: 'occupied', occupants: [{ visitNumber: 'C1' }] });
    expect(stays.conflicts.map((c) => c.kind)).toEqual(['patient-in-unlisted-bed']);
    expect((await listed()).filter((id) => id.startsWith('W1') || id > 'W2-30')).toEqual(['W1-01', 'W2-31']);
    for (const bed of ['W1-02', 'W2-32', 'W2-33', 'W2-34']) {
      expect(await house.bed(bed)).toMatchObject({ code: 'bed-not-found' });
      expect((await house.command(bed, 'assign', { visitNumber: 'C8' })).status).toBe(404);
    }
    expect((await house.command('W2-31', 'assign', { visitNumber: 'C8' })).body.code).toBe('bed-occupied');
    // What was kept there keeps nobody from another bed.
    expect(await house.command('W2-01', 'assign', { visitNumber: 'C9' })).toMatchObject({ status: 200 });
    await eventually(() => {
      const told = house.published.findLast((e) => e.type === facilityConfigured.type)?.data as FacilityData;
      expect([told.units.map((u) => u.id), told.former?.units.map((u) => u.id)]).toEqual([['W2'], ['W1']]);
      expect(told.former?.beds.map((b) => b.id).sort()).toContain('W1-01');
      expect(told.former?.rooms.map((r) => r.id)).toContain('A');
      const gone = house.published.findLast((e) => e.type === bedChanged.type && e.subject === 'W2-33')?.data;
      expect(gone).toMatchObject({ state: 'closed', closed: { reason: 'Not listed any more' }, cleaningJobId: null });
    });

    await house.append([house.encounter('C2', [['W2-31', 100, 230]])]);
    await eventually(async () => expect(await listed()).not.toContain('W2-31'));
    // One who comes to a bed that was dropped before is in it all the same.
    await house.append([house.encounter('C4', [['W2-35', 235]])]);
    await house.becomes('W2-35', (b) => expect([b.state, b.notListedSince]).toEqual(['occupied', house.time(241)]));

    await restart(smallHospital);
    await house.becomes('W1-01', (b) =>
      expect([b.notListedSince, b.state, b.conflicts]).toEqual([undefined, 'occupied', []]),
    );
    await house.becomes('W2-31', (b) => expect(b.state).toBe('dirty'));
    await house.becomes('W2-33', (b) => expect(b.state).toBe('dirty'));
    await house.becomes('W2-34', (b) => expect(b.state).toBe('blocked'));
    await house.becomes('W2-32', (b) => expect([b.state, b.reservedFor]).toEqual(['available', null]));
    const check = await house.send<{ equal: boolean; differences: unknown[] }>(
      'POST',
      'replay-check/beds',
      {},
      'administrator',
    );
    expect([check.body.differences, check.body.equal]).toEqual([[], true]);
  });

  it('a patient on leave has the bed, lends it without dispute, and finds it taken only by a dispute', async () => {
    const away = { leaves: [{ from: house.time(110), to: null }], status: 'on-leave' as const };
    await house.append([house.encounter('L1', [['W2-10', 100]], away)]);
    await house.becomes('W2-10', (b) => expect(b.onLeave?.[0]?.visitNumber).toBe('L1'));
    expect(await house.bed('W2-10')).toMatchObject({ state: 'occupied', occupants: [{ visitNumber: 'L1' }] });
    expect((await house.command('W2-10', 'assign', { visitNumber: 'L9' })).body.code).toBe('bed-occupied');
    await house.append([house.encounter('L2', [['W2-10', 150]])]);
    const lent = await house.becomes('W2-10', (b) => expect(b.occupants[0]?.visitNumber).toBe('L2'));
    expect([lent.occupants.length, lent.onLeave?.[0]?.visitNumber, lent.conflicts]).toEqual([1, 'L1', []]);

    const back = { leaves: [{ from: house.time(110), to: house.time(160) }] };
    await house.append([house.encounter('L1', [['W2-10', 100]], back)]);
    await house.becomes('W2-10', (b) => expect(b.conflicts.map((c) => c.kind)).toEqual(['bed-disputed']));
    await house.append([house.encounter('L1', [['W2-10', 100]], away), house.encounter('L2', [['W2-10', 150, 170]])]);
    const dirty = await house.becomes('W2-10', (b) => expect(b.state).toBe('dirty'));
    expect([dirty.occupants, dirty.onLeave?.[0]?.visitNumber]).toEqual([[], 'L1']);
    expect(await house.command('W2-10', 'reserve', { visitNumber: 'L9' })).toMatchObject({
      status: 409,
      body: { code: 'bed-held' },
    });
  });
});
