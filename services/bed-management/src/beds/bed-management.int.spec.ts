import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bedChanged,
  bedConflictChanged,
  bedManagementFeedHeard,
  cleaningJobChanged,
  facilityConfigured,
  type BedData,
  type CleaningJobData,
  type ConflictData,
  type FacilityData,
} from '@wardstream/events';
import { seededRandom } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { eventually } from '@wardstream/testing';
import { BedHouse, encounterId, smallHospital } from '../fixtures/bed-house.js';

describe('bed management', () => {
  const house = new BedHouse();
  beforeAll(() => house.start());
  afterAll(() => house.stop());

  const events = <T>(definition: { readonly type: string }, subject?: string): T[] =>
    house.published
      .filter((e) => e.type === definition.type && (subject === undefined || e.subject === subject))
      .map((e) => e.data as T);
  const sql = <T>(statement: string): Promise<T[]> => house.service.get(UnitOfWork).query<T>(statement);

  describe('facilities', () => {
    it('are published with every bed when they are configured, and found by an alias', async () => {
      const [facility] = await eventually(() => {
        const found = events<FacilityData>(facilityConfigured);
        expect(found).toHaveLength(1);
        return found;
      });
      expect(facility).toMatchObject({ id: 'H1', version: 1, timeZone: 'Europe/Paris' });
      expect(facility!.beds).toHaveLength(46);
      await eventually(() => expect(events<BedData>(bedChanged).length).toBeGreaterThanOrEqual(46));
      expect((await house.call<FacilityData>('GET', '/HILL')).body.id).toBe('H1');
      expect((await house.call('GET', '/NONE')).body).toMatchObject({ code: 'facility-not-found' });
      const { body } = await house.call<{ items: BedData[] }>('GET', '/H1/beds?unit=W1');
      expect(body.items.map((b) => [b.id, b.state])).toEqual([
        ...['01', '02', '03', '04'].map((n) => [`W1-${n}`, 'available']),
        ['W1-05', 'closed'],
        ['W1-06', 'surge'],
      ]);
    });

    it('that did not change are left alone; a change is a new version, a bed that is gone is listed no more', async () => {
      await house.service.stop();
      await house.startService(smallHospital);
      const changed = smallHospital.replace('beds: 01..40', 'beds: 01..39').replace('name: Bay A', 'name: Bay One');
      await house.service.stop();
      await house.startService(changed);
      await eventually(() => expect(events<FacilityData>(facilityConfigured).map((f) => f.version)).toEqual([1, 2]));
      const { body } = await house.call<{ items: BedData[] }>('GET', '/H1/beds?unit=W2');
      expect(body.items).toHaveLength(39);
      expect((await house.call('GET', '/H1/beds/W2-40')).status).toBe(404);
    });

    it('in a file with faults are refused whole', async () => {
      await house.service.stop();
      await expect(house.startService(smallHospital.replace('levelOfCare: ward', 'levelOfCare: tent'))).rejects.toThrow(
        /hospital\.yaml:\d+:\d+ a unit: 'levelOfCare' is 'tent'/,
      );
      await house.startService(smallHospital);
      await eventually(() => expect(events<FacilityData>(facilityConfigured).map((f) => f.version)).toEqual([1, 2, 3]));
    });
  });

  describe('patients', () => {
    it('occupy, leave dirty, and are cleaned after, with one event per bed and batch', async () => {
      await house.append([house.encounter('V1', [['W1-01', 0]])]);
      const bed = await house.becomes('W1-01', (b) => expect(b.state).toBe('occupied'));
      expect(bed.occupants).toEqual([
        expect.objectContaining({ visitNumber: 'V1', role: 'active', since: house.time(0), class: 'I' }),
      ]);
      await house.append([
        house.encounter('V1', [
          ['W1-01', 0, 60],
          ['W1-02', 60],
        ]),
      ]);
      const dirty = await house.becomes('W1-01', (b) => expect(b.state).toBe('dirty'));
      expect(dirty.clocks.map((c) => [c.name, c.since, c.targetMinutes])).toEqual([
        ['dirty', house.time(60), 30],
        ['turn', house.time(60), 60],
      ]);
      expect(dirty.history.segments.map((s) => [s.state, s.from])).toEqual([
        ['occupied', house.time(0)],
        ['dirty', house.time(60)],
      ]);
      for (const [step, state] of [
        ['claim', 'dirty'],
        ['start', 'cleaning'],
        ['complete', 'available'],
      ] as const) {
        const { status, body } = await house.command(
          'W1-01',
          `cleaning/${step}`,
          { claimedBy: 'Crew B' },
          'department-staff',
        );
        expect([step, status, body.state]).toEqual([step, 200, state]);
      }
      await eventually(() => {
        const jobs = events<CleaningJobData>(cleaningJobChanged, dirty.cleaningJobId!);
        expect(jobs.map((j) => [j.version, j.status])).toEqual([
          [1, 'requested'],
          [2, 'claimed'],
          [3, 'started'],
          [4, 'completed'],
        ]);
        expect(jobs[3]).toMatchObject({ requestedAt: house.time(60), claimedBy: 'Crew B', cancelledAt: null });
      });
      const versions = events<BedData>(bedChanged, 'W1-01').map((b) => b.version);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(new Set(versions).size).toBe(versions.length);
    });

    it('whose discharge is taken back are in bed again, and the cleaning job is withdrawn', async () => {
      await house.append([house.encounter('V2', [['W1-03', 0, 100]])]);
      const dirty = await house.becomes('W1-03', (b) => expect(b.state).toBe('dirty'));
      await house.append([house.encounter('V2', [['W1-03', 0]])]);
      const back = await house.becomes('W1-03', (b) => expect(b.state).toBe('occupied'));
      expect(back.since).toBe(house.time(0));
      await eventually(() =>
        expect(events<CleaningJobData>(cleaningJobChanged, dirty.cleaningJobId!).at(-1)).toMatchObject({
          status: 'cancelled',
        }),
      );
    });

    it('of whom two are recorded in one bed dispute it; one is active; a later fact ends it', async () => {
      await house.append([house.encounter('V3', [['W2-01', 0]]), house.encounter('V4', [['W2-01', 30]])]);
      const disputed = await house.becomes('W2-01', (b) => expect(b.occupants).toHaveLength(2));
      expect(disputed.occupants.map((o) => [o.visitNumber, o.role])).toEqual([
        ['V3', 'active'],
        ['V4', 'contesting'],
      ]);
      expect((await house.command('W2-01', 'reserve', { visitNumber: 'V9' })).body.code).toBe('bed-disputed');
      const id = disputed.conflicts[0]!.id;
      await house.append([house.encounter('V3', [['W2-01', 0, 20]])]);
      await house.becomes('W2-01', (b) => expect(b.occupants.map((o) => o.visitNumber)).toEqual(['V4']));
      await eventually(() =>
        expect(events<ConflictData>(bedConflictChanged, id).map((c) => [c.version, c.closedAt !== null])).toEqual([
          [1, false],
          [2, true],
        ]),
      );
    });

    it('known only later change the past and not what came after', async () => {
      await house.append([house.encounter('V5', [['W2-02', 100, 200]])]);
      await house.becomes('W2-02', (b) => expect(b.state).toBe('dirty'));
      await house.append([house.encounter('V6', [['W2-02', 10, 40]]), house.status('W2-02', 'U', 60)]);
      await eventually(async () => {
        const states = await Promise.all(
          [5, 20, 50, 70, 150, 220].map((m) => house.bed('W2-02', `?at=${house.time(m)}`).then((b) => b.state)),
        );
        expect(states).toEqual(['available', 'occupied', 'dirty', 'available', 'occupied', 'dirty']);
      });
      const { body } = await house.call<{ items: BedData[] }>('GET', `/H1/beds?at=${house.time(20)}&state=occupied`);
      expect(body.items.map((b) => b.id)).toContain('W2-02');
    });

    it('of an old version of their encounter change nothing', async () => {
      const first = house.encounter('V7', [['W2-03', 0]]);
      const second = house.encounter('V7', [['W2-04', 0]]);
      await house.append([second]);
      await house.becomes('W2-04', (b) => expect(b.state).toBe('occupied'));
      await house.append([first, house.encounter('V8', [['W2-05', 0]])]);
      await house.becomes('W2-05', (b) => expect(b.state).toBe('occupied'));
      expect((await house.bed('W2-03')).state).toBe('available');
    });
  });

  describe('holds', () => {
    it('go to exactly one of two who ask at the same time; the other learns what came first', async () => {
      const answers = await Promise.all(
        ['A', 'B', 'C', 'D'].map((v) => house.command('W2-10', 'assign', { visitNumber: `P-${v}` })),
      );
      expect(answers.map((a) => a.status).sort()).toEqual([200, 409, 409, 409]);
      const refused = answers.find((a) => a.status === 409)!.body;
      expect(refused).toMatchObject({ code: 'bed-held', first: { kind: 'assignment' }, state: 'reserved' });
      expect(refused['nextChoice']).toMatch(/^W2-/);
      expect(JSON.stringify(refused)).not.toMatch(/P-[ABCD]/);
    });

    it('are kept from overlapping by the database itself', async () => {
      const insert = (during: string) =>
        sql(`INSERT INTO bed_claim (facility, bed_id, bed_number, kind, encounter_id, ref, role, during, over_at)
             VALUES ('H1', 'X-1', 0, 'occupancy', 'e', 'r', 'active', '${during}', 'infinity')`);
      await insert('[2026-01-01 10:00Z, 2026-01-01 11:00Z)');
      await insert('[2026-01-01 11:00Z, 2026-01-01 12:00Z)');
      await expect(insert('[2026-01-01 11:30Z,)')).rejects.toThrow(/bed_claim_one_active/);
      const [held] = await sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM bed_claim a JOIN bed_claim b ON a.facility = b.facility AND a.bed_id = b.bed_id
          AND a.ctid < b.ctid AND a.during && b.during WHERE a.role = 'active' AND b.role = 'active'`,
      );
      expect(held!.n).toBe(0);
    });

    it('end by themselves, also over a restart', async () => {
      const until = new Date(house.clock.nowMs() + 30 * 60_000).toISOString();
      const { body } = await house.command('W2-11', 'reserve', { visitNumber: 'V20', until });
      expect(body).toMatchObject({
        state: 'reserved',
        reservedFor: { kind: 'reservation', until, visitNumber: 'V20' },
      });
      await house.service.stop();
      house.clock.advanceMs(29 * 60_000);
      await house.startService(smallHospital);
      expect((await house.bed('W2-11')).state).toBe('reserved');
      house.clock.advanceMs(60_000);
      await eventually(() =>
        expect(events<BedData>(bedChanged, 'W2-11').at(-1)).toMatchObject({
          ...{ state: 'available', since: until, reservedFor: null },
          cause: expect.objectContaining({ kind: 'reservation-expired', at: until }),
        }),
      );
    });

    it('are met by the patient, ended by the end of the request or the visit, and shown with their needs', async () => {
      await house.append([house.encounter('V21', [['W2-20', 0]]), house.request('R1', 'V21')]);
      await house.becomes('W2-20', (b) => expect([...b.needs].sort()).toEqual(['droplet', 'telemetry']));
      const { body } = await house.command('W2-21', 'assign', { bedRequestId: 'R1' });
      expect(body.reservedFor).toMatchObject({
        visitNumber: 'V21',
        bedRequestId: 'R1',
        kind: 'assignment',
        until: null,
      });
      expect(body.needs).toHaveLength(2);
      expect((await house.command('W2-22', 'assign', { visitNumber: 'V21' })).body).toMatchObject({
        ...{ code: 'held-elsewhere', bedId: 'W2-21' },
      });
      const cancelledAt = new Date(house.clock.nowMs()).toISOString();
      await house.append([house.request('R1', 'V21', { status: 'cancelled', cancelledAt })]);
      await house.becomes('W2-21', (b) => expect(b.state).toBe('available'));
      expect((await house.command('W2-21', 'assign', { bedRequestId: 'R1' })).body.code).toBe('bed-request-closed');

      const now = (house.clock.nowMs() - Date.parse(house.time(0))) / 60_000;
      await house.command('W2-22', 'reserve', { visitNumber: 'V21' });
      await house.append([
        house.encounter('V21', [
          ['W2-20', 0, now],
          ['W2-22', now],
        ]),
      ]);
      const met = await house.becomes('W2-22', (b) => expect(b.state).toBe('occupied'));
      expect(met).toMatchObject({ reservedFor: null, conflicts: [] });
    });

    it('may be made before the patient is known, and find them later', async () => {
      const { body } = await house.command('W2-25', 'assign', { visitNumber: 'V30' });
      expect(body.reservedFor).toMatchObject({ visitNumber: 'V30', patient: { initials: '' } });
      const late = { ...house.encounter('V30', [['W2-26', 0]]) };
      const data = { ...(late.data as object), encounterId: 'of-another-domain' };
      await house.append([{ ...late, subject: 'of-another-domain', data }]);
      await house.becomes('W2-25', (b) =>
        expect(b.reservedFor).toMatchObject({ encounterId: 'of-another-domain', patient: { initials: 'A.B.' } }),
      );
      expect((await house.command('W2-25', 'release', {})).body).toMatchObject({
        state: 'available',
        reservedFor: null,
      });
      expect((await house.command('W2-25', 'release', {})).body.code).toBe('no-hold');
    });

    it('are made for a request and for a visit that another service has just answered for', async () => {
      const asked = house.command('W2-27', 'assign', { bedRequestId: 'R-new' });
      await house.append([house.encounter('V31', [['W2-28', 0]]), house.request('R-new', 'V31')]);
      expect((await asked).body).toMatchObject({ reservedFor: { visitNumber: 'V31', patient: { initials: 'A.B.' } } });
      await house.command('W2-27', 'release', { bedRequestId: 'R-new' });
      const admitted = house.command('W2-27', 'reserve', { visitNumber: 'V32' });
      await house.append([house.encounter('V32', [['W2-29', 0]])]);
      expect((await admitted).body).toMatchObject({
        reservedFor: { visitNumber: 'V32', patient: { initials: 'A.B.' } },
      });
      await house.command('W2-27', 'release', {});
      expect((await house.command('W2-27', 'assign', { bedRequestId: 'none' })).body).toMatchObject({
        ...{ status: 404, code: 'bed-request-not-known-yet' },
      });
    });

    it('are refused with a stable code where the bed cannot be used', async () => {
      const refusal = async (bed: string, body: Record<string, unknown> = { visitNumber: 'V40' }) =>
        (await house.command(bed, 'assign', body)).body.code;
      expect(await refusal('W1-05')).toBe('bed-closed');
      expect(await refusal('W1-06')).toBe('bed-surge-not-open');
      expect(await refusal('W1-02')).toBe('bed-occupied');
      expect(await refusal('W1-02', { visitNumber: 'V1' })).toBe('already-in-bed');
      expect(await refusal('W2-30', {})).toBe('patient-not-named');
      expect(await refusal('W2-30', { encounterId: 'nobody' })).toBe('encounter-not-known-yet');
      expect(await refusal('W2-30', { visitNumber: 'V40', expectedVersion: 99 })).toBe('version-moved');
      expect(await refusal('W2-99')).toBe('bed-not-found');
      expect((await house.command('W2-30', 'assign', { visitNumber: 'V40' }, 'auditor')).status).toBe(403);
      expect((await house.command('W2-30', 'reserve', { visitNumber: 'V5' })).body.code).toBe('encounter-ended');
    });
  });

  describe('beds out of use', () => {
    it('are blocked for a reason until a time, and come back by themselves', async () => {
      expect((await house.command('W2-31', 'block', {})).body.code).toBe('validation-failed');
      const until = new Date(house.clock.nowMs() + 10 * 60_000).toISOString();
      const { body } = await house.command('W2-31', 'block', { reason: 'Shower leak', until });
      expect(body).toMatchObject({ state: 'blocked', blocked: { reason: 'Shower leak', until } });
      expect((await house.command('W2-31', 'assign', { visitNumber: 'V41' })).body.code).toBe('bed-blocked');
      house.clock.advanceMs(10 * 60_000);
      await eventually(async () => expect((await house.bed('W2-31')).blocked).toBeNull());
      expect((await house.command('W2-31', 'unblock')).body.code).toBe('bed-not-blocked');
    });

    it('of a patient are refused to a person and recorded of a department, with a conflict', async () => {
      expect((await house.command('W1-02', 'block', { reason: 'leak' })).body.code).toBe('bed-occupied');
      expect((await house.command('W1-02', 'block', { reason: 'leak', at: house.time(90) })).body.code).toBe(
        'event-time-not-allowed',
      );
      const told = { reason: 'leak', at: house.time(90) };
      const { body } = await house.command('W1-02', 'block', told, 'department-system');
      expect([body.state, body.conflicts.map((c) => c.kind)]).toEqual(['occupied', ['patient-in-blocked-bed']]);
      const again = await house.command('W1-02', 'block', told, 'department-system');
      expect(again.body.version).toBe(body.version);
    });

    it('open and close: staff, surge', async () => {
      expect((await house.command('W1-05', 'open', {}, 'operations-manager')).body).toMatchObject({
        ...{ state: 'available', staffed: true },
      });
      expect((await house.command('W1-05', 'close', { reason: 'No staff' })).body.state).toBe('closed');
      expect((await house.command('W1-06', 'open-surge')).body.state).toBe('available');
      expect((await house.command('W1-06', 'open-surge')).body.code).toBe('surge-unchanged');
      expect((await house.command('W1-06', 'close-surge')).body.state).toBe('surge');
      expect((await house.command('W1-05', 'open-surge')).body.code).toBe('no-surge-bed');
    });
  });

  describe('cleaning', () => {
    it('is refused out of order, may be asked for, and is heard as a feed', async () => {
      const step = (what: string, body: Record<string, unknown> = {}) =>
        house.command('W2-35', `cleaning/${what}`, body, 'department-system');
      expect((await step('start')).body.code).toBe('no-cleaning-job');
      const asked = await step('request', { kind: 'terminal', priority: 'stat' });
      expect(asked.body).toMatchObject({ state: 'dirty', cleaningKind: 'terminal' });
      expect((await step('request')).body.code).toBe('cleaning-already-requested');
      await step('claim', { claimedBy: 'Crew A' });
      expect((await step('claim', { claimedBy: 'Crew B' })).body.code).toBe('job-claimed');
      const { body } = await house.call<{ items: CleaningJobData[] }>('GET', '/H1/cleaning-jobs?unit=W2');
      expect(body.items.find((j) => j.bedId === 'W2-35')).toMatchObject({
        ...{ status: 'claimed', kind: 'terminal', priority: 'stat', claimedBy: 'Crew A' },
      });
      await step('start');
      expect((await step('start')).body.code).toBe('cleaning-already-started');
      expect((await step('complete')).body.state).toBe('available');
      await eventually(() =>
        expect(events<object>(bedManagementFeedHeard)[0]).toMatchObject({
          facility: 'H1',
          name: 'Cleaning',
          received: 1,
        }),
      );
    });

    it('that finds the patient in the bed shows both facts and counts the bed as occupied', async () => {
      const ended = (house.clock.nowMs() - Date.parse(house.time(0))) / 60_000 - 20;
      await house.append([house.encounter('V50', [['W2-36', 0, ended]])]);
      await house.becomes('W2-36', (b) => expect(b.state).toBe('dirty'));
      const { body } = await house.command(
        'W2-36',
        'cleaning/cancel',
        { reason: 'patient-in-bed' },
        'department-staff',
      );
      expect(body).toMatchObject({ state: 'occupied', cleaningJobId: null });
      expect(body.occupants.map((o) => o.visitNumber)).toEqual(['V50']);
      expect(body.conflicts.map((c) => c.kind)).toEqual(['patient-seen-after-leaving']);
    });
  });

  it('takes batches and commands side by side without losing either', async () => {
    house.clock.advanceMs(9 * 3_600_000);
    const random = seededRandom(7);
    const pick = (n: number) => Math.floor(random() * n);
    const bedIds = Array.from({ length: 30 }, (_, i) => `W2-${String(i + 1).padStart(2, '0')}`);
    const batches = Array.from({ length: 12 }, (_, round) =>
      Array.from({ length: 25 }, (_, i) => {
        const from = 400 + round * 20 + pick(20);
        const stays: [string, number, number?][] = [[bedIds[pick(30)]!, from, from + 1 + pick(30)]];
        if (random() < 0.5) stays.push([bedIds[pick(30)]!, stays[0]![2]!]);
        return house.encounter(`S${(round * 25 + i) % 60}`, stays);
      }),
    );
    const commands = Array.from(
      { length: 120 },
      (_, i) =>
        [
          bedIds[pick(30)]!,
          ['assign', 'release', 'reserve', 'block', 'unblock', 'cleaning/start', 'cleaning/complete'][pick(7)]!,
          { visitNumber: `C${i}`, reason: 'leak' },
        ] as const,
    );
    const statuses = new Set<number>();
    await Promise.all([
      ...batches.map((events) => house.append(events)),
      ...commands.map(async ([bed, what, body]) => {
        const given = what === 'release' ? {} : body;
        statuses.add((await house.command(bed, what, given)).status);
      }),
    ]);
    expect([...statuses].sort()).toEqual([200, 409]);
    const last = house.encounter('S-last', [['W1-04', 0]]);
    await house.append([last]);
    await house.becomes('W1-04', (b) => expect(b.occupants.map((o) => o.visitNumber)).toEqual(['S-last']));
    const letters = await house.service.get(UnitOfWork).query('SELECT 1 FROM parked_message');
    expect(letters).toEqual([]);
  });

  it('ends with every bed as it would be derived from the beginning', async () => {
    const listed = async () => (await house.call<{ items: BedData[] }>('GET', '/H1/beds')).body.items;
    const before = await listed();
    await sql('DELETE FROM bed_checkpoint');
    const now = new Date(house.clock.nowMs()).toISOString();
    const anew = (await house.call<{ items: BedData[] }>('GET', `/H1/beds?at=${now}`)).body.items;
    const state = (beds: BedData[]) =>
      beds.map((b) => [b.id, b.state, b.since, b.occupants.map((o) => o.encounterId), b.conflicts.map((c) => c.id)]);
    expect(state(anew)).toEqual(state(before));
    expect(before.find((b) => b.id === 'W1-03')!.occupants[0]!.encounterId).toBe(encounterId('V2'));
  });
});
