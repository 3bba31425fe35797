import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bedRequestChanged,
  departmentFeedHeard,
  dischargePlanChanged,
  type BedRequestData,
  type DischargePlanData,
} from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { CoordinationHouse, encounterId } from '../fixtures/coordination-house.js';

type Request = BedRequestData & {
  code?: string;
  cancelReason: string | null;
  clocks: { name: string; minutes: number | null }[];
};
type Plan = DischargePlanData & { code?: string };

describe('department coordination', () => {
  const house = new CoordinationHouse();
  beforeAll(async () => {
    await house.start();
    await house.append(house.facility());
    await eventually(async () => expect((await house.call('GET', '/bed-requests')).status).toBe(200));
  });
  afterAll(() => house.stop());

  const ask = (visitNumber: string, more: Record<string, unknown> = {}) =>
    house.call<Request>('POST', '/bed-requests', {
      visitNumber,
      source: 'ED',
      toUnit: '4A',
      at: house.time(60),
      ...more,
    });
  const request = async (id: string) => (await house.call<Request>('GET', `/bed-requests/${id}`)).body;
  const becomes = (id: string, expectation: (r: Request) => void) =>
    eventually(async () => {
      const now = await request(id);
      expectation(now);
      return now;
    });
  const publishedOf = <T>(type: string, subject: string): T[] =>
    house.published.filter((e) => e.type === type && e.subject === subject).map((e) => e.data as T);

  it('takes a request from the decision to the bed, with its clocks, and over a restart', async () => {
    await house.append(house.encounter('V1', [['ED-06', 0]]));
    await eventually(async () => {
      const { status, body } = await ask('V1', { priority: 'urgent', decisionToAdmitAt: house.time(50) });
      expect([status, body.patient]).toEqual([200, expect.objectContaining({ initials: 'A.B.' })]);
    });
    const { body: made } = await ask('V1');
    expect(made).toMatchObject({
      status: 'requested',
      targetMinutes: 90,
      from: { bedId: 'ED-06' },
      priority: 'urgent',
    });
    const { id } = made;

    const dirty = ['10 available', '20 occupied', '55 dirty'];
    await house.append(house.bed('4A-01', dirty, { heldFor: 'V1', request: id, since: 70 }));
    await becomes(id, (r) => expect(r).toMatchObject({ status: 'assigned', assignedBedId: '4A-01', bedCleanAt: null }));
    const ready = await house.call<Request>('POST', `/bed-requests/${id}/ready-to-move`, { at: house.time(80) });
    expect([ready.status, ready.body.readyToMove]).toEqual([200, true]);
    await house.append(house.bed('4A-01', ['55 dirty', '95 reserved'], { heldFor: 'V1', request: id, since: 70 }));
    await becomes(id, (r) => expect(r.bedCleanAt).toBe(house.time(95)));

    await house.service.stop();
    await house.startService();
    await house.append(
      house.encounter('V1', [
        ['ED-06', 0, 110],
        ['4A-01', 110],
      ]),
      house.bed('4A-01', ['95 reserved', '110 occupied'], { occupant: 'V1' }),
    );
    const met = await becomes(id, (r) => expect(r.status).toBe('occupied'));
    expect(met).toMatchObject({
      ...{
        occupiedAt: house.time(110),
        assignedAt: house.time(70),
        bedCleanAt: house.time(95),
        from: { bedId: 'ED-06' },
      },
    });
    expect(met.clocks.map((c) => [c.name, c.minutes])).toEqual([
      ...[
        ['request-to-assign', 10],
        ['occupied', 15],
        ['total', 50],
        ['boarding', 60],
      ],
    ]);
    await house.append(house.bed('4A-01', ['110 occupied', '200 dirty', '230 available']));
    await house.append(house.bed('4A-09', ['0 available']));
    const versions = publishedOf<BedRequestData>(bedRequestChanged.type, id).map((r) => r.version);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
    expect(await request(id)).toMatchObject({ bedCleanAt: house.time(95), status: 'occupied' });
  });

  it('waits for a visit that admissions has just answered for', async () => {
    const asked = house.call<Request>('POST', '/bed-requests', { encounterId: encounterId('V20'), source: 'ED' });
    await house.append(house.encounter('V20', [['ED-06', 0]]));
    expect(await asked).toMatchObject({ status: 201, body: { visitNumber: 'V20', patient: { initials: 'A.B.' } } });
    const unknown = await house.call<Request>('POST', '/bed-requests', { encounterId: 'nobody', source: 'ED' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'encounter-not-known-yet']);
  });

  it('keeps one open request per visit and unit, and knows a repeat by its external id', async () => {
    const first = await ask('V2', { externalId: 'X-1' });
    expect(first.status).toBe(201);
    const again = await ask('V2');
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    expect((await ask('V2', { toUnit: null })).status).toBe(201);
    expect((await house.call('POST', `/bed-requests/${first.body.id}/cancel`, { reason: 'Goes home' })).status).toBe(
      200,
    );
    const repeated = await ask('V2', { externalId: 'X-1' });
    expect([repeated.status, repeated.body.id, repeated.body.status]).toEqual([200, first.body.id, 'cancelled']);
    const fresh = await ask('V2');
    expect([fresh.status, fresh.body.id === first.body.id]).toEqual([201, false]);
    const late = await house.call<Request>('POST', `/bed-requests/${first.body.id}/ready-to-move`);
    expect(late.body.code).toBe('bed-request-closed');
  });

  it('keeps a request that comes before its admission, and joins it by the visit number', async () => {
    const { body } = await ask('V3');
    expect(body.patient.initials).toBe('');
    await house.append(house.encounter('V3', [['ED-07', 0]], { encounterId: 'of-a-domain' }));
    await becomes(body.id, (r) =>
      expect(r).toMatchObject({ encounterId: 'of-a-domain', patient: { initials: 'A.B.' }, from: { bedId: 'ED-07' } }),
    );
    const other = house.encounter('V3', [['ED-08', 0]], { encounterId: 'of-another-domain' });
    await house.append(other, house.encounter('V3b', [['ED-09', 0]]));
    await eventually(async () => expect((await ask('V3b')).body.from?.bedId).toBe('ED-09'));
    expect((await request(body.id)).encounterId).toBe('of-a-domain');
  });

  it('gives a hold that was made before the request its request', async () => {
    await house.append(
      house.encounter('V4', [['ED-10', 0]]),
      house.bed('4A-04', ['0 reserved'], { heldFor: 'V4', since: 5 }),
    );
    await house.append(house.encounter('V4x', [['ED-11', 0]]));
    await eventually(async () => expect((await ask('V4x')).body.from?.bedId).toBe('ED-11'));
    expect((await ask('V4')).body).toMatchObject({ status: 'assigned', assignedBedId: '4A-04' });
  });

  it('cancels a request whose patient leaves, and opens it again when the discharge is taken back', async () => {
    await house.append(house.encounter('V5', [['ED-12', 0]]));
    const { body } = await ask('V5');
    await house.append(house.encounter('V5', [['ED-12', 0, 90]]));
    await becomes(body.id, (r) =>
      expect([r.status, r.cancelReason]).toEqual(['cancelled', 'The patient was discharged.']),
    );
    await house.append(house.encounter('V5', [['ED-12', 0]]));
    await becomes(body.id, (r) => expect([r.status, r.cancelledAt]).toEqual(['requested', null]));
  });

  it('refuses with a stable code', async () => {
    expect((await ask('V6', { toUnit: 'Z9' })).body.code).toBe('unit-not-known');
    expect((await ask('V6', { source: 'Moon' })).body.code).toBe('validation-failed');
    expect((await ask('V6', { at: house.time(60 * 24) })).body.code).toBe('time-in-future');
    const manager = { role: 'bed-manager' as const };
    const byPerson = await house.call<Request>(
      'POST',
      '/bed-requests',
      { visitNumber: 'V6', source: 'ED', at: house.time(-9 * 60) },
      manager,
    );
    expect([byPerson.status, byPerson.body.code]).toEqual([400, 'time-too-long-ago']);
    expect(
      (await house.call('POST', '/bed-requests', { visitNumber: 'V6', source: 'ED' }, { role: 'auditor' })).status,
    ).toBe(403);
    expect((await house.call<Request>('POST', '/bed-requests', { source: 'ED' })).body.code).toBe('patient-not-named');
    expect((await house.call<Request>('GET', '/bed-requests/none')).body.code).toBe('bed-request-not-found');
  });

  it('takes a discharge from announced to departed and back', async () => {
    const step = (
      visit: string,
      what: string,
      body: object = {},
      role: 'department-system' | 'department-staff' = 'department-system',
    ) => house.call<Plan>('POST', `/discharge-plans/${visit}/${what}`, body, { role, name: 'Wards' });
    const ward = { role: 'department-staff' as const };
    expect((await step('V7', 'pending', {}, ward.role)).body.code).toBe('encounter-not-known-yet');
    await house.append(house.encounter('V7', [['4A-07', 0]]));
    await eventually(async () => {
      const { body } = await step('V7', 'pending', { expectedAt: house.time(300) }, ward.role);
      expect(body).toMatchObject({ status: 'pending', unit: '4A', bedId: '4A-07', expectedAt: house.time(300) });
    });
    const confirmed = await step('V7', 'confirm', { waitingFor: 'meds', at: house.time(120) });
    expect(confirmed.body).toMatchObject({ status: 'confirmed', waitingFor: 'meds', confirmedAt: house.time(120) });
    const listed = async (status: string) =>
      (await house.call<{ items: Plan[] }>('GET', `/discharge-plans?status=${status}`)).body.items.map(
        (p) => p.visitNumber,
      );
    expect(await listed('open')).toContain('V7');
    await house.append(house.encounter('V7', [['4A-07', 0, 200]]));
    await eventually(async () => expect(await listed('departed')).toContain('V7'));
    expect((await step('V7', 'cancel', {}, ward.role)).body.code).toBe('encounter-ended');
    await house.append(house.encounter('V7', [['4A-07', 0]]));
    await eventually(async () => expect(await listed('confirmed')).toContain('V7'));
    expect((await step(encounterId('V7'), 'cancel')).body.status).toBe('cancelled');
    expect((await step('V7', 'cancel', {}, ward.role)).body.code).toBe('no-open-plan');
    await eventually(() =>
      expect(publishedOf<Plan>(dischargePlanChanged.type, encounterId('V7')).map((p) => p.status)).toEqual([
        ...['pending', 'confirmed', 'departed', 'confirmed', 'cancelled'],
      ]),
    );
  });

  it('takes plans that ADT announces, and joins one that came before the admission', async () => {
    const pendings = [{ kind: 'discharge' as const, place: null, expectedAt: house.time(240), at: house.time(100) }];
    await house.append(house.encounter('V8', [['4A-08', 0]], { pendings }));
    const plan = (visit: string) =>
      eventually(async () => {
        const { body } = await house.call<{ items: Plan[] }>('GET', '/discharge-plans?unit=4A');
        const found = body.items.find((p) => p.visitNumber === visit);
        expect(found).toBeDefined();
        return found!;
      });
    expect(await plan('V8')).toMatchObject({
      status: 'pending',
      pendingAt: house.time(100),
      expectedAt: house.time(240),
    });
    await house.append(house.encounter('V8', [['4A-08', 0]]));
    await eventually(async () => {
      const { body } = await house.call<{ items: Plan[] }>('GET', '/discharge-plans?status=cancelled');
      expect(body.items.map((p) => p.visitNumber)).toContain('V8');
    });

    const early = await house.call<Plan>('POST', '/discharge-plans/V9/confirm', { at: house.time(150) });
    expect(early.body).toMatchObject({ status: 'confirmed', unit: null, encounterId: encounterId('V9') });
    await house.append(house.encounter('V9', [['4A-10', 0]], { encounterId: 'v9-of-a-domain' }));
    expect(await plan('V9')).toMatchObject({ encounterId: 'v9-of-a-domain', status: 'confirmed', bedId: '4A-10' });
  });

  it('tells which departments it hears', async () => {
    await eventually(() => {
      const feeds = house.published.filter((e) => e.type === departmentFeedHeard.type);
      expect(feeds.map((e) => (e.data as { name: string }).name)).toEqual(expect.arrayContaining(['ED', 'Wards']));
    });
  });
});
