import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bedChanged, type BedData } from '@wardstream/events';
import { UnitOfWork } from '@wardstream/persistence';
import { eventually } from '@wardstream/testing';
import { CheckpointPruner } from '../beds/checkpoint.pruner.js';
import { BedHouse, encounterId } from '../fixtures/bed-house.js';

/** It is 12:00, 240 minutes after eight. */
describe('beds that plans keep', () => {
  const house = new BedHouse();
  beforeAll(() => house.start());
  afterAll(() => house.stop());
  const isKept = (bed: string, visit: string | null) =>
    house.becomes(bed, (b) => expect(b.reservedFor?.visitNumber ?? null).toBe(visit));

  it('are reserved for the visit, whose patient stays where they are, until the plan is over', async () => {
    const told = (...plannedBeds: ReturnType<typeof house.plan>[]) =>
      house.append([house.encounter('P1', [['W2-01', 0]], { plannedBeds })]);
    await told(house.plan('W2-02', 200, { expected: 300 }));
    const kept = await isKept('W2-02', 'P1');
    expect(kept).toMatchObject({
      state: 'reserved',
      reservedFor: {
        ...{ kind: 'reservation', plan: 'transfer', since: house.time(200), until: house.time(540) },
        ...{ expectedAt: house.time(300), patient: { initials: 'A.B.' } },
      },
    });
    expect((await house.bed('W2-01')).state).toBe('occupied');
    const asked = await house.command('W2-02', 'assign', { visitNumber: 'P9' });
    expect([asked.status, asked.body.code]).toEqual([409, 'bed-held']);

    await told(house.plan('W2-02', 200, { expected: 300, ended: 230 }));
    await isKept('W2-02', null);
    const { history } = await house.bed('W2-02');
    expect(history.segments.map((s) => [s.state, s.from])).toEqual([
      ['reserved', house.time(200)],
      ['available', house.time(230)],
    ]);
    await told(house.plan('W2-02', 200, { expected: 300 }));
    await isKept('W2-02', 'P1');
    await told();
    await house.becomes('W2-02', (b) => expect([b.state, b.history.segments.length]).toEqual(['available', 1]));
  });

  it('end by time, visibly, and may be given up by a person', async () => {
    const planned = house.encounter('P2', [['W2-03', 0]], {
      plannedBeds: [house.plan('W2-04', 200, { expected: 245 })],
    });
    await house.append([planned]);
    await isKept('W2-04', 'P2');
    house.clock.advanceMs(246 * 60_000);
    await isKept('W2-04', null);
    await eventually(() => {
      const told = house.published.filter((e) => e.type === bedChanged.type && e.subject === 'W2-04');
      expect((told.at(-1)?.data as BedData).cause.kind).toBe('plan-expired');
    });
    house.clock.advanceMs(-246 * 60_000);

    await house.append([house.encounter('P3', [['W2-05', 0]], { plannedBeds: [house.plan('W2-06', 200)] })]);
    await isKept('W2-06', 'P3');
    expect((await house.command('W2-06', 'release', {})).body.reservedFor).toBeNull();
    // Told again, with nothing new of the plan.
    const plannedBeds = [house.plan('W2-06', 200)];
    await house.append([house.encounter('P3', [['W2-05', 0]], { plannedBeds, class: 'E' })]);
    await house.becomes('W2-05', (b) => expect(b.occupants[0]?.class).toBe('E'));
    expect((await house.bed('W2-06')).reservedFor).toBeNull();
  });

  it('are kept once where a person assigns what is planned, and for the first where two are planned', async () => {
    await house.append([house.encounter('P4', [['W2-07', 0]], { plannedBeds: [house.plan('W2-08', 200)] })]);
    await isKept('W2-08', 'P4');
    const { body } = await house.command('W2-08', 'assign', { visitNumber: 'P4' });
    expect([body.reservedFor?.kind, body.conflicts]).toEqual(['assignment', []]);
    await house.append([house.encounter('P5', [['W2-09', 0]], { plannedBeds: [house.plan('W2-08', 241)] })]);
    await house.becomes('W2-08', (b) => expect(b.conflicts.map((c) => c.kind)).toEqual(['bed-held-for-two']));
    expect((await house.bed('W2-08')).reservedFor?.visitNumber).toBe('P4');
  });

  it('expect the patient where somebody still is in the bed', async () => {
    await house.append([
      house.encounter('P6', [['W2-10', 0]]),
      house.encounter('P7', [['W2-11', 0]], { plannedBeds: [house.plan('W2-10', 200)] }),
    ]);
    await house.becomes('W2-10', (b) => expect([b.state, b.reservedFor?.visitNumber]).toEqual(['occupied', 'P7']));
    expect((await house.bed('W2-10')).conflicts).toEqual([]);
    await house.append([house.encounter('P6', [['W2-10', 0, 235]])]);
    await house.becomes('W2-10', (b) => expect([b.state, b.reservedFor?.visitNumber]).toEqual(['dirty', 'P7']));
  });
});

describe('checkpoints', () => {
  const house = new BedHouse();
  beforeAll(() => house.start());
  afterAll(() => house.stop());

  it('of long ago are let go of, but for one a month; the beds stay as they are', async () => {
    const { service } = house;
    const stays = Array.from({ length: 200 }, (_, i) => {
      const from = -i * 24 * 60;
      return ['W2-40', from, from + 60] as const;
    });
    await house.append([house.encounter('C1', stays.reverse())]);
    const before = await house.becomes('W2-40', (b) => expect(b.state).toBe('dirty'));
    const rows = () =>
      service
        .get(UnitOfWork)
        .query<{ at: string }>(
          `SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') AS at FROM bed_checkpoint WHERE bed_id = 'W2-40' ORDER BY 1`,
        );
    const months = (list: { at: string }[]) => list.map((r) => r.at);
    const all = months(await rows());
    expect(all.length).toBeGreaterThan(new Set(all).size + 5);
    expect(await service.get(CheckpointPruner).prune()).toBeGreaterThan(5);
    const old = months(await rows()).filter((m) => m < '2026-01');
    expect(old).toEqual([...new Set(old)]);
    expect(old.length).toBeGreaterThan(3);
    expect(months(await rows()).filter((m) => m >= '2026-02').length).toBeGreaterThan(1);
    const late = -150 * 24 * 60 + 90;
    await house.append([house.encounter('C2', [['W2-40', late, late + 30]])]);
    const after = await house.becomes('W2-40', (b) => expect(b.version).toBeGreaterThan(before.version));
    expect([after.state, after.since]).toEqual([before.state, before.since]);
  });
});

describe('holds of a visit that was merged', () => {
  const house = new BedHouse();
  beforeAll(() => house.start());
  afterAll(() => house.stop());
  const isKept = (bed: string, visit: string | null) =>
    house.becomes(bed, (b) => expect(b.reservedFor?.visitNumber ?? null).toBe(visit));
  const merged = (retired: string, into: string) =>
    house.encounter(retired, [], { status: 'cancelled', mergedInto: encounterId(into) });

  it('go to what it goes by, and come back where the merge is turned round', async () => {
    await house.append([house.encounter('M2', [['W2-01', 0]])]);
    await house.becomes('W2-01', (b) => expect(b.state).toBe('occupied'));
    await house.command('W2-02', 'assign', { visitNumber: 'M2' });
    await house.append([merged('M2', 'M1'), house.encounter('M1', [['W2-01', 0]])]);
    const kept = await isKept('W2-02', 'M1');
    expect([kept.state, kept.reservedFor?.encounterId]).toEqual(['reserved', encounterId('M1')]);
    // What is asked under the retired number is meant of the survivor.
    expect((await house.command('W2-03', 'assign', { visitNumber: 'M2' })).body).toMatchObject({
      ...{ code: 'held-elsewhere', bedId: 'W2-02' },
    });
    await house.append([merged('M1', 'M2'), house.encounter('M2', [['W2-01', 0]])]);
    await isKept('W2-02', 'M2');
    await house.append([
      house.encounter('M2', [
        ['W2-01', 0, 240],
        ['W2-02', 240],
      ]),
    ]);
    await house.becomes('W2-02', (b) => expect([b.state, b.reservedFor, b.conflicts]).toEqual(['occupied', null, []]));
  });

  it('that was not known before it was merged, too, whatever comes first', async () => {
    await house.command('W2-05', 'assign', { visitNumber: 'M4' });
    await house.append([house.encounter('M3', [['W2-06', 0]]), merged('M4', 'M3')]);
    await isKept('W2-05', 'M3');
    await house.append([house.encounter('M3', [['W2-06', 0, 230]])]);
    await house.becomes('W2-05', (b) => expect([b.state, b.reservedFor]).toEqual(['available', null]));
  });

  it('that a plan made are those of the survivor’s plan', async () => {
    const plannedBeds = [house.plan('W2-08', 200, { movement: 'm' })];
    await house.append([house.encounter('M6', [['W2-07', 0]], { plannedBeds })]);
    await isKept('W2-08', 'M6');
    await house.append([merged('M6', 'M5'), house.encounter('M5', [['W2-07', 0]], { plannedBeds })]);
    const kept = await isKept('W2-08', 'M5');
    expect(kept.conflicts).toEqual([]);
  });
});
