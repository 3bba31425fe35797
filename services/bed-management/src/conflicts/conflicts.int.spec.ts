import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bedConflictChanged, type ConflictData } from '@wardstream/events';
import { UnitOfWork } from '@wardstream/persistence';
import type { Role } from '@wardstream/service-kit';
import { eventually } from '@wardstream/testing';
import { BedHouse, encounterId } from '../fixtures/bed-house.js';

type Answered = ConflictData & { readonly code?: string; readonly choices?: string[] };

describe('conflicts of beds that a person closes', () => {
  const house = new BedHouse();
  beforeAll(() => house.start());
  afterAll(() => house.stop());

  const decide = (id: string, what: 'close' | 'reopen', body: unknown, role?: Role) =>
    house.send<Answered>('POST', `bed-conflicts/${id}/${what}`, body, role);
  const published = (id: string) =>
    house.published
      .filter((e) => e.type === bedConflictChanged.type && e.subject === id)
      .map((e) => e.data as ConflictData);
  const sql = <T>(statement: string): Promise<T[]> => house.service.get(UnitOfWork).query<T>(statement);
  const disputedBed = async (bed: string, first: string, second: string) => {
    await house.append([house.encounter(first, [[bed, 0]]), house.encounter(second, [[bed, 30]])]);
    return house.becomes(bed, (b) => expect(b.occupants).toHaveLength(2));
  };
  const visits = (bed: { occupants: { visitNumber: string; role: string }[] }) =>
    bed.occupants.map((o) => `${o.visitNumber} ${o.role}`);

  it('are none of a mother and her newborn, once that is told, in whatever bed both come to', async () => {
    await disputedBed('W2-30', 'MO', 'NB');
    const [mother, newborn] = [{ person: 'mother' }, { person: 'newborn', mother: 'mother' }];
    const here = (bed: string, from: number, to?: number) => [bed, from, to] as const;
    await house.append([
      house.encounter('NB', [here('W2-30', 30)], newborn),
      house.encounter('MO', [here('W2-30', 0)], mother),
    ]);
    const shared = await house.becomes('W2-30', (b) => expect(b.conflicts).toEqual([]));
    expect(visits(shared)).toEqual(['MO active', 'NB contesting']);
    await house.append([
      house.encounter('MO', [here('W2-30', 0, 60), here('W2-31', 60)], mother),
      house.encounter('NB', [here('W2-30', 30, 65), here('W2-31', 65)], newborn),
    ]);
    const moved = await house.becomes('W2-31', (b) => expect(b.occupants).toHaveLength(2));
    expect([moved.conflicts, (await house.bed('W2-30')).state]).toEqual([[], 'dirty']);
    // Told that they are none, they are a dispute again.
    await house.append([house.encounter('NB', [here('W2-30', 30, 65), here('W2-31', 65)], { person: 'newborn' })]);
    await house.becomes('W2-31', (b) => expect(b.conflicts.map((c) => c.kind)).toEqual(['bed-disputed']));
  });

  it('in a disputed bed need to be told who is in it; bed, claims and conflict follow at once', async () => {
    const { conflicts } = await disputedBed('W2-01', 'C1', 'C2');
    const { id } = conflicts[0]!;
    const body = { reason: 'Seen by the charge nurse', version: 1 };
    expect(await decide(id, 'close', body)).toMatchObject({ status: 400, body: { code: 'choice-needed' } });
    const chosen = { ...body, encounterId: encounterId('C2') };
    expect(await decide(id, 'close', chosen)).toMatchObject({
      status: 200,
      body: { version: 2, closedBy: 'suite:bed-manager', reason: 'Seen by the charge nurse', subject: { id: 'W2-01' } },
    });
    const bed = await house.bed('W2-01');
    expect(visits(bed)).toEqual(['C2 active']);
    expect(bed.notInBed).toMatchObject([{ encounterId: encounterId('C1'), visitNumber: 'C1', conflictId: id }]);
    expect(bed.conflicts).toEqual([]);
    const claims = await sql<{ encounter_id: string }>(
      `SELECT encounter_id FROM bed_claim WHERE bed_id = 'W2-01' AND role = 'active' AND upper_inf(during)`,
    );
    expect(claims).toEqual([{ encounter_id: encounterId('C2') }]);
    await eventually(() => expect(published(id).map((c) => c.closedBy)).toEqual([null, 'suite:bed-manager']));
  });

  it('in a bed that two share are closed by saying so: both stay in it, and each may leave by itself', async () => {
    const { conflicts } = await disputedBed('W2-07', 'CM', 'CN');
    const { id } = conflicts[0]!;
    const body = { reason: 'Mother and newborn', version: 1, bothInBed: true };
    const undecided = { ...body, encounterId: encounterId('CM') };
    expect(await decide(id, 'close', undecided)).toMatchObject({ status: 400, body: { code: 'choice-needed' } });
    expect(await decide(id, 'close', body)).toMatchObject({ status: 200, body: { closedBy: 'suite:bed-manager' } });
    const shared = await house.bed('W2-07');
    expect(visits(shared)).toEqual(['CM active', 'CN contesting']);
    expect(shared).toMatchObject({ state: 'occupied', conflicts: [] });
    await house.append([house.encounter('CM', [['W2-07', 0, 60]])]);
    const left = await house.becomes('W2-07', (b) => expect(b.occupants).toHaveLength(1));
    expect(visits(left)).toEqual(['CN active']);
    expect(left).toMatchObject({ state: 'occupied', conflicts: [] });
  });

  it('are closed once: a repeat answers the same and records nothing, another is told who was first', async () => {
    const { conflicts } = await disputedBed('W2-02', 'C3', 'C4');
    const { id } = conflicts[0]!;
    const body = { reason: 'Wristband read', version: 1, encounterId: encounterId('C3') };
    const both = await Promise.all([decide(id, 'close', body), decide(id, 'close', body)]);
    expect(both.map((a) => [a.status, a.body.version])).toEqual([
      [200, 2],
      [200, 2],
    ]);
    const facts = await sql(
      `SELECT id FROM bed_fact WHERE bed_id = 'W2-02' AND content ->> 'kind' = 'occupant-chosen'`,
    );
    expect(facts).toHaveLength(1);
    const other = await decide(id, 'close', { ...body, reason: 'Asked' }, 'operations-manager');
    expect(other).toMatchObject({
      status: 409,
      body: { code: 'conflict-already-closed', closedBy: 'suite:bed-manager', version: 2 },
    });
  });

  it('stay decided through later derivations, and open again with a later movement of the other', async () => {
    const { conflicts } = await disputedBed('W2-03', 'C5', 'C6');
    const { id } = conflicts[0]!;
    const body = { reason: 'Wristband read', version: 1, encounterId: encounterId('C6') };
    await decide(id, 'close', body);
    // Something late, long before: the whole bed is derived anew.
    const { version } = await house.bed('W2-03');
    await house.append([house.encounter('C0', [['W2-03', -90, -60]])]);
    await house.becomes('W2-03', (b) => expect(b.version).toBeGreaterThan(version));
    expect(visits(await house.bed('W2-03'))).toEqual(['C6 active']);
    // 12:00 is when it was decided: the patient goes elsewhere and comes back after it.
    await house.append([
      house.encounter('C5', [
        ['W2-03', 0, 245],
        ['W2-03', 250],
      ]),
    ]);
    const again = await house.becomes('W2-03', (b) => expect(b.occupants).toHaveLength(2));
    expect(visits(again)).toEqual(['C6 active', 'C5 contesting']);
    expect(again.notInBed).toBeUndefined();
    expect(again.conflicts[0]!.id).not.toBe(id);
    expect(published(id).at(-1)).toMatchObject({ closedBy: 'suite:bed-manager' });
  });

  it('can be taken back while the facts stand', async () => {
    const { conflicts } = await disputedBed('W2-04', 'C7', 'C8');
    const { id, openedAt } = conflicts[0]!;
    await decide(id, 'close', { reason: 'Wrong bed', version: 1, encounterId: encounterId('C8') });
    const reopened = await decide(id, 'reopen', { version: 2 });
    expect(reopened).toMatchObject({ status: 200, body: { version: 3, closedAt: null, closedBy: null, openedAt } });
    expect((await decide(id, 'reopen', { version: 2 })).body.version).toBe(3);
    expect(visits(await house.bed('W2-04'))).toEqual(['C7 active', 'C8 contesting']);
    await decide(id, 'close', { reason: 'Right bed', version: 3, encounterId: encounterId('C7') });
    await house.append([house.encounter('C8', [['W2-04', 30, 260]])]);
    await house.becomes('W2-04', (b) => expect(b.notInBed).toBeUndefined());
    expect(await decide(id, 'reopen', { version: 4 })).toMatchObject({ status: 409, body: { code: 'undo-too-late' } });
  });

  it('of a bed that was reported occupied without a visit can say that nobody is in it: then it is to be cleaned', async () => {
    await house.append([house.status('W2-06', 'O', 60)]);
    const bed = await house.becomes('W2-06', (b) => expect(b.conflicts).toHaveLength(1));
    const { id, kind } = bed.conflicts[0]!;
    expect([bed.state, kind]).toEqual(['occupied', 'occupied-without-encounter']);
    const body = { reason: 'Looked into the room', version: 1, nobodyInBed: true };
    expect((await decide(id, 'close', { ...body, nobodyInBed: false })).body.code).toBe('validation-failed');
    expect(await decide(id, 'close', body)).toMatchObject({ status: 200, body: { closedBy: 'suite:bed-manager' } });
    expect(await house.bed('W2-06')).toMatchObject({
      state: 'dirty',
      conflicts: [],
      cleaningJobId: expect.any(String),
    });
    expect((await decide(id, 'reopen', { version: 2 })).body).toMatchObject({ version: 3, closedAt: null });
    expect(await house.bed('W2-06')).toMatchObject({ state: 'occupied', cleaningJobId: null });
  });

  it('of another kind are closed with a reason alone and leave the bed as it is', async () => {
    await house.append([house.encounter('C9', [['W2-05', 0]]), house.status('W2-05', 'U', 60)]);
    const bed = await house.becomes('W2-05', (b) => expect(b.conflicts).toHaveLength(1));
    const { id } = bed.conflicts[0]!;
    const body = { reason: 'Patient is in the bed', version: 1 };
    expect((await decide(id, 'close', body, 'department-staff')).status).toBe(403);
    expect((await decide(id, 'close', { ...body, reason: '' })).body.code).toBe('validation-failed');
    expect((await decide(id, 'close', { ...body, version: 5 })).body.code).toBe('conflict-moved-on');
    expect((await decide(id, 'close', body, 'administrator')).body).toMatchObject({ closedBy: 'suite:administrator' });
    expect(await house.bed('W2-05')).toMatchObject({ state: 'occupied', conflicts: [] });
    // The same said again is no other fact; another status is.
    await house.append([house.status('W2-05', 'U', 90), house.status('W2-05', 'H', 95)]);
    await house.append([house.status('W2-05', 'C', 250)]);
    const open = await house.becomes('W2-05', (b) => expect(b.conflicts).toHaveLength(1));
    expect(open.conflicts[0]!.id).not.toBe(id);
    const unknown = await decide('0190c0de-0000-7000-8000-000000000000', 'close', body);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'conflict-not-found' } });
  });
});
