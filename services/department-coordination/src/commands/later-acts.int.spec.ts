import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BedRequestData, DischargePlanData } from '@wardstream/events';
import { newId } from '@wardstream/kernel';
import { eventually } from '@wardstream/testing';
import { CoordinationHouse } from '../fixtures/coordination-house.js';

type Refusal = { code?: string; yours?: unknown; now?: unknown };
const nurse = { role: 'department-staff' as const };

describe('what a ward did while its phone was without network', () => {
  const house = new CoordinationHouse();
  beforeAll(async () => {
    await house.start();
    await house.append(house.facility());
    await eventually(async () => expect((await house.call('GET', '/bed-requests')).status).toBe(200));
  });
  afterAll(() => house.stop());

  const plan = (visit: string, step: string, body: object = {}) =>
    house.call<DischargePlanData & Refusal>('POST', `/discharge-plans/${visit}/${step}`, body, nurse);
  const inBed = async (visit: string, ...stays: Parameters<CoordinationHouse['encounter']>[1][]): Promise<void> => {
    for (const of of stays) await house.append(house.encounter(visit, of));
  };
  const known = (visit: string, expected: object) =>
    eventually(async () => {
      const { body } = await plan(visit, 'pending');
      expect(body).toMatchObject(expected);
    });

  it('counts at the time it was done, once however often it is sent', async () => {
    await inBed('L1', [['4A-01', 0]]);
    await known('L1', { bedId: '4A-01' });
    const act = { at: house.time(200), key: newId(), bedId: '4A-01', waitingFor: 'meds' };
    const first = await plan('L1', 'confirm', act);
    expect([first.status, first.body]).toMatchObject([
      200,
      { status: 'confirmed', confirmedAt: house.time(200), waitingFor: 'meds' },
    ]);
    // Somebody changed it meanwhile; the phone sends its act again, as it heard no answer.
    await plan('L1', 'confirm', { waitingFor: null });
    const again = await plan('L1', 'confirm', act);
    expect(again.body).toMatchObject({ confirmedAt: house.time(200), waitingFor: null });
    const cancel = { key: newId() };
    expect((await plan('L1', 'cancel', cancel)).body.status).toBe('cancelled');
    expect((await plan('L1', 'cancel', cancel)).body.status).toBe('cancelled');
    expect((await plan('L1', 'confirm', { key: cancel.key })).body.code).toBe('key-used');
  });

  it('is refused with both facts where the patient lies elsewhere by now, and where the visit is over', async () => {
    await inBed('L2', [['4A-01', 0]]);
    await known('L2', { bedId: '4A-01' });
    await inBed('L2', [
      ['4A-01', 0, 100],
      ['ED-06', 100],
    ]);
    await known('L2', { bedId: 'ED-06' });
    const moved = await plan('L2', 'confirm', { at: house.time(90), key: newId(), bedId: '4A-01' });
    expect([moved.status, moved.body.code]).toEqual([409, 'patient-moved']);
    expect(moved.body.yours).toEqual({ act: 'confirm', at: house.time(90), bedId: '4A-01' });
    expect(moved.body.now).toMatchObject({ status: 'in-progress', bedId: 'ED-06', since: house.time(100) });

    await inBed('L2', [
      ['4A-01', 0, 100],
      ['ED-06', 100, 150],
    ]);
    await eventually(async () => {
      const over = await plan('L2', 'confirm', { at: house.time(120), key: newId(), bedId: 'ED-06' });
      expect([over.status, over.body.code]).toEqual([409, 'encounter-ended']);
      expect(over.body.now).toMatchObject({ status: 'discharged', endedAt: house.time(150) });
    });
  });

  it('refused once may be sent again: its key was not taken', async () => {
    await inBed('L3', [['4A-02', 0]]);
    await known('L3', { bedId: '4A-02' });
    const key = newId();
    expect((await plan('L3', 'confirm', { key, bedId: '4A-01' })).body.code).toBe('patient-moved');
    expect((await plan('L3', 'confirm', { key, bedId: '4A-02' })).body.status).toBe('confirmed');
  });

  it('says from when on a patient is ready to move, and then that they are', async () => {
    await inBed('L4', [['ED-06', 0]]);
    await known('L4', { bedId: 'ED-06' });
    const asked = { visitNumber: 'L4', source: 'ED', toUnit: '4A', at: house.time(180) };
    const { body: made } = await house.call<BedRequestData>('POST', '/bed-requests', asked, nurse);
    expect(made.requestedAt).toBe(house.time(180));
    const ready = (body: object) =>
      house.call<BedRequestData & Refusal>('POST', `/bed-requests/${made.id}/ready-to-move`, body, nurse);
    expect((await ready({ readyAt: house.time(300) })).body).toMatchObject({
      ...{ readyToMove: false, readyToMoveAt: null, readyToMoveExpectedAt: house.time(300) },
    });
    expect((await ready({ bedId: '4A-01' })).body.code).toBe('patient-moved');
    const act = { at: house.time(230), key: newId(), bedId: 'ED-06' };
    const { body } = await ready(act);
    expect(body).toMatchObject({ readyToMove: true, readyToMoveAt: house.time(230) });
    expect(body.readyToMoveExpectedAt).toBeUndefined();
    expect((await ready(act)).body.readyToMoveAt).toBe(house.time(230));
  });

  it('asks for a bed once, for the patient in the bed in which they were', async () => {
    await inBed('L5', [['4A-01', 0]]);
    await known('L5', { bedId: '4A-01' });
    const ask = (body: object) =>
      house.call<BedRequestData & Refusal>(
        'POST',
        '/bed-requests',
        { visitNumber: 'L5', source: 'Move', ...body },
        nurse,
      );
    const moved = await ask({ toUnit: '4A', bedId: 'ED-06', at: house.time(90) });
    expect([moved.status, moved.body.code]).toEqual([409, 'patient-moved']);
    expect(moved.body.yours).toEqual({ act: 'request', at: house.time(90), bedId: 'ED-06' });
    expect(moved.body.now).toMatchObject({ bedId: '4A-01', since: house.time(0) });
    const act = { toUnit: '4A', bedId: '4A-01', at: house.time(90), externalId: newId() };
    const first = await ask(act);
    expect([first.status, first.body.requestedAt]).toEqual([201, house.time(90)]);
    const again = await ask(act);
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
  });

  it('is refused where it is more than twelve hours old', async () => {
    const old = await plan('L4', 'pending', { at: house.time(-9 * 60) });
    expect([old.status, old.body.code]).toEqual([400, 'time-too-long-ago']);
  });
});
