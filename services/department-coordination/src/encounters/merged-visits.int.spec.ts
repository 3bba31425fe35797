import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bedRequestChanged,
  dischargePlanChanged,
  type BedRequestData,
  type DischargePlanData,
} from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { CoordinationHouse, encounterId } from '../fixtures/coordination-house.js';

describe('visits that were merged', () => {
  const house = new CoordinationHouse();
  beforeAll(async () => {
    await house.start();
    await house.append(house.facility());
    await eventually(async () => expect((await house.call('GET', '/bed-requests')).status).toBe(200));
  });
  afterAll(() => house.stop());

  const merged = (retired: string, into: string) =>
    house.encounter(retired, [], { status: 'cancelled', location: null, mergedInto: encounterId(into) });
  const ask = (visitNumber: string) =>
    house.call<BedRequestData>('POST', '/bed-requests', {
      visitNumber,
      source: 'ED',
      toUnit: '4A',
      at: house.time(60),
    });
  const step = (visit: string, what: string, body: object = {}) =>
    house.call<DischargePlanData & { code?: string }>('POST', `/discharge-plans/${visit}/${what}`, body);
  const plan = async (visit: string) => {
    const told = house.published.filter(
      (e) => e.type === dischargePlanChanged.type && e.subject === encounterId(visit),
    );
    return told.at(-1)?.data as DischargePlanData | undefined;
  };
  const becomes = (id: string, expected: object) =>
    eventually(async () => {
      const { body } = await house.call<BedRequestData>('GET', `/bed-requests/${id}`);
      expect(body).toMatchObject(expected);
    });

  it('take their requests along, and back where the merge is turned round', async () => {
    await house.append(house.encounter('M2', [['ED-01', 0]]));
    await eventually(async () => expect((await ask('M2')).body.from?.bedId).toBe('ED-01'));
    const { id } = (await ask('M2')).body;
    await house.append(house.encounter('M1', [['ED-01', 0]]), merged('M2', 'M1'));
    const followed = {
      encounterId: encounterId('M1'),
      visitNumber: 'M1',
      status: 'requested',
      from: { bedId: 'ED-01' },
    };
    await becomes(id, followed);
    // Asked for again under either number, it is the same request.
    expect([(await ask('M1')).body.id, (await ask('M2')).body.id]).toEqual([id, id]);
    await house.append(merged('M1', 'M2'), house.encounter('M2', [['ED-01', 0]]));
    await becomes(id, { encounterId: encounterId('M2'), visitNumber: 'M2', status: 'requested' });
    await house.append(
      merged('M2', 'M1'),
      house.encounter('M1', [
        ['ED-01', 0, 90],
        ['4A-01', 90],
      ]),
    );
    await becomes(id, { ...followed, status: 'occupied', from: { bedId: 'ED-01' }, assignedBedId: '4A-01' });
    const told = house.published.filter((e) => e.type === bedRequestChanged.type && e.subject === id);
    const versions = told.map((e) => e.aggregateVersion);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
  });

  it('take their discharge plans along, and back', async () => {
    await house.append(house.encounter('D2', [['4A-05', 0]]));
    await eventually(async () => expect((await step('D2', 'pending', { at: house.time(100) })).body.unit).toBe('4A'));
    await step('D2', 'confirm', { at: house.time(120), waitingFor: 'meds', expectedAt: house.time(300) });
    await house.append(merged('D2', 'D1'), house.encounter('D1', [['4A-05', 0]]));
    const confirmed = {
      ...{ status: 'confirmed', pendingAt: house.time(100), confirmedAt: house.time(120), waitingFor: 'meds' },
      ...{ expectedAt: house.time(300), bedId: '4A-05' },
    };
    await eventually(async () => {
      expect(await plan('D1')).toMatchObject(confirmed);
      expect(await plan('D2')).toMatchObject({ status: 'cancelled' });
    });
    await house.append(merged('D1', 'D2'), house.encounter('D2', [['4A-05', 0]]));
    await eventually(async () => {
      expect(await plan('D2')).toMatchObject(confirmed);
      expect(await plan('D1')).toMatchObject({ status: 'cancelled' });
    });
    await house.append(merged('D2', 'D1'), house.encounter('D1', [['4A-05', 0]]));
    await eventually(async () => expect(await plan('D1')).toMatchObject(confirmed));
    expect((await step('D2', 'cancel', { at: house.time(130) })).body).toMatchObject({
      status: 'cancelled',
      encounterId: encounterId('D1'),
    });
    await house.append(merged('D1', 'D2'), house.encounter('D2', [['4A-05', 0]]));
    await eventually(async () =>
      expect(await plan('D2')).toMatchObject({ status: 'cancelled', cancelledAt: house.time(130) }),
    );
  });

  it('are one discharge, whatever was said of which', async () => {
    await house.append(house.encounter('X1', [['4A-06', 0]]), house.encounter('X2', [['4A-06', 0]]));
    await eventually(async () => expect((await step('X2', 'pending', { at: house.time(90) })).body.unit).toBe('4A'));
    await step('X1', 'pending', { at: house.time(80) });
    await step('X1', 'cancel', { at: house.time(95) });
    await house.append(merged('X2', 'X1'));
    await eventually(async () =>
      expect(await plan('X1')).toMatchObject({ status: 'pending', pendingAt: house.time(90) }),
    );
    await house.append(house.encounter('X1', [['4A-06', 0, 200]]));
    await eventually(async () =>
      expect(await plan('X1')).toMatchObject({ status: 'departed', departedAt: house.time(200) }),
    );
  });
});
