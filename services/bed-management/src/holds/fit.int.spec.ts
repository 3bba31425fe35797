import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bedChanged, type BedData, type BedNeeds } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { BedHouse } from '../fixtures/bed-house.js';

const hospital = `
facilities:
  - id: H1
    name: Hillside
    timeZone: Europe/Paris
    units:
      - code: W1
        name: Ward one
        levelOfCare: ward
        specialties: [MED]
        waitTarget: 240
        ages: 16..120
        rooms:
          - { room: A, name: Bay A, sex: female, beds: 01..04 }
          - { room: B, name: Bay B, beds: 05..08 }
          - { room: C, name: Bay C, mixed: true, beds: 09..12 }
          - { singles: 13..14 }
          - { singles: "15", negativePressure: true }
        attributes: { oxygen: 13 }
      - code: ICU
        name: Intensive care
        levelOfCare: icu
        waitTarget: 240
        rooms: [{ singles: 01..02 }]
        attributes: { telemetry: all }
`;
const needs = (more: Partial<BedNeeds> = {}): { needs: BedNeeds } => ({
  needs: {
    ...{
      levelOfCare: 'ward',
      specialty: null,
      isolation: 'none',
      sex: 'any',
      telemetry: false,
      equipment: [],
      ...more,
    },
  },
});
const man = { patient: { initials: 'C.D.', ageBand: '40s', sex: 'male' } } as const;
const woman = { patient: { initials: 'A.B.', ageBand: '60s', sex: 'female' } } as const;
type Reasons = { code: string; words: string }[];
const codes = (list: unknown) => (list as Reasons).map((m) => m.code);

describe('whether a bed suits', () => {
  const house = new BedHouse();
  beforeAll(() => house.start(hospital));
  afterAll(() => house.stop());
  const here = (visit: string, bed: string | null, who: typeof man | typeof woman, since = 0) =>
    house.encounter(visit, bed === null ? [] : [[bed, since]], who);
  const marks = (bed: string, ...expected: string[]) =>
    house.becomes(bed, (b) => expect((b.mismatches ?? []).map((m) => m.code)).toEqual(expected));
  const isKnown = (visit: string) =>
    eventually(async () => {
      const { body } = await house.command('W1-14', 'reserve', { visitNumber: visit });
      expect(body.reservedFor?.patient.initials).not.toBe('');
      await house.command('W1-14', 'release', {});
    });

  it('is asked of the server: every reason is told, and nothing is kept', async () => {
    await house.append([
      here('M1', null, man),
      house.request('R1', 'M1', { ...man, toUnit: 'ICU', ...needs({ isolation: 'contact', telemetry: true }) }),
    ]);
    const { status, body } = await house.command('W1-01', 'assign', { bedRequestId: 'R1' });
    expect([status, body.code]).toEqual([409, 'bed-unsuitable']);
    expect(codes(body['reasons'])).toEqual(['room-sex', 'isolation', 'level-of-care', 'equipment']);
    expect((body['reasons'] as Reasons)[0]!.words).toBe('Bay A is for women; the place is for a man.');
    expect(codes(body['warnings'])).toEqual(['other-unit']);
    expect((await house.bed('W1-01')).state).toBe('available');
    expect((await house.command('W1-01', 'reserve', { bedRequestId: 'R1' })).body.code).toBe('bed-unsuitable');
    const fitting = await house.command('ICU-01', 'assign', { bedRequestId: 'R1' });
    expect([fitting.status, fitting.body['warnings']]).toEqual([200, []]);
    await house.command('ICU-01', 'release', {});
  });

  it('is overridden by a person for a reason, which stays with the hold, is shown and listed', async () => {
    expect((await house.command('W1-01', 'assign', { bedRequestId: 'R1', override: { reason: ' ' } })).status).toBe(
      400,
    );
    const override = { reason: 'One to one nursing until ICU has a bed' };
    const { body } = await house.command('W1-01', 'reserve', { bedRequestId: 'R1', override });
    expect(body.reservedFor?.override).toMatchObject({ ...override, by: 'bed-manager' });
    expect(codes(body.reservedFor?.override?.misfits)).toHaveLength(4);
    expect(codes(body.mismatches)).toHaveLength(4);
    // The same patient in the same bed needs no second word.
    const assigned = await house.command('W1-01', 'assign', { bedRequestId: 'R1' });
    expect([assigned.status, assigned.body.reservedFor?.kind]).toEqual([200, 'assignment']);
    expect(assigned.body.reservedFor?.override).toMatchObject(override);
    expect((await house.bed('W1-01')).reservedFor?.override).toMatchObject(override);
    await eventually(() => {
      const told = house.published.filter((e) => e.type === bedChanged.type && e.subject === 'W1-01');
      expect((told.at(-1)?.data as BedData).reservedFor?.override).toMatchObject(override);
    });
    const list = async () =>
      (await house.call<{ items: { endedAt: string | null }[] }>('GET', '/H1/fit-overrides')).body.items;
    expect(await list()).toMatchObject([
      { bedId: 'W1-01', visitNumber: 'M1', endedAt: null, override },
      { kind: 'reservation' },
    ]);
    await house.command('W1-01', 'release', {});
    expect((await list())[0]!.endedAt).not.toBeNull();
  });

  it('warns of what a bed need not have', async () => {
    await house.append([
      here('F1', null, woman),
      house.request('R2', 'F1', { ...woman, toUnit: null, ...needs({ specialty: 'SUR', equipment: ['watch'] }) }),
    ]);
    const { status, body } = await house.command('ICU-02', 'assign', { bedRequestId: 'R2' });
    expect([status, codes(body['warnings'])]).toEqual([200, ['higher-level-of-care', 'equipment']]);
    await house.command('ICU-02', 'release', {});
  });

  it('follows who is in the room, who has a bed of it kept, and who leaves it', async () => {
    await house.append([here('M2', null, man), here('F2', null, woman), here('F3', 'W1-05', woman, 5)]);
    await house.becomes('W1-05', (b) => expect(b.state).toBe('occupied'));
    await isKnown('M2');
    expect((await house.command('W1-06', 'assign', { visitNumber: 'M2' })).body.code).toBe('bed-unsuitable');
    await house.append([house.encounter('F3', [['W1-05', 5, 100]], woman)]);
    await house.becomes('W1-05', (b) => expect(b.state).toBe('dirty'));
    expect((await house.command('W1-06', 'assign', { visitNumber: 'M2' })).status).toBe(200);
    expect((await house.command('W1-07', 'assign', { visitNumber: 'F2' })).body['reasons']).toMatchObject([
      { code: 'room-mates-sex' },
    ]);
    expect((await house.command('W1-09', 'assign', { visitNumber: 'F2' })).status).toBe(200);
    await house.command('W1-06', 'release', {});
    await house.command('W1-09', 'release', {});
  });

  it('of two commands at once on two beds of one room one is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = await Promise.all([
        house.command('W1-06', 'assign', { visitNumber: 'M2' }),
        house.command('W1-07', 'assign', { visitNumber: 'F2' }),
      ]);
      expect([a.status, b.status].sort()).toEqual([200, 409]);
      await house.command('W1-06', 'release', {});
      await house.command('W1-07', 'release', {});
    }
  });

  it('marks a movement that breaks a rule, and no longer when it does not, whatever is heard first', async () => {
    await house.append([here('F4', 'W1-07', woman, 120), here('M3', 'W1-06', man, 130)]);
    await marks('W1-06', 'room-mates-sex');
    await marks('W1-07');
    // She had come after him: it is she who is marked.
    await house.append([here('F4', 'W1-07', woman, 140)]);
    await marks('W1-07', 'room-mates-sex');
    await marks('W1-06');
    await house.append([house.encounter('M3', [['W1-06', 130, 150]], man)]);
    await marks('W1-07');
    await house.append([house.encounter('F4', [['W1-07', 140, 150]], woman)]);
    await house.becomes('W1-07', (b) => expect(b.state).toBe('dirty'));
  });

  it('marks somebody alone in the wrong room, a cohort not, and what a department did without asking', async () => {
    await house.append([here('M4', 'W1-02', man, 160)]);
    await marks('W1-02', 'room-sex');
    const contact = (id: string, visit: string) =>
      house.request(id, visit, { ...man, toUnit: 'W1', ...needs({ isolation: 'contact' }) });
    await house.append([contact('R5', 'M5'), here('M5', 'W1-10', man, 170)]);
    await marks('W1-10', 'isolation');
    await house.append([contact('R6', 'M6'), here('M6', 'W1-11', man, 180)]);
    await marks('W1-10');
    await marks('W1-11');
    await house.append([here('M7', null, man)]);
    await isKnown('M7');
    const at = new Date(house.clock.nowMs()).toISOString();
    const told = await house.command('W1-12', 'assign', { visitNumber: 'M7', at }, 'department-system');
    expect([told.status, codes(told.body.mismatches)]).toEqual([200, ['room-mates-isolation']]);
  });

  it('is kept as it would be derived anew', async () => {
    const { body } = await house.send<{ equal: boolean }>('POST', 'replay-check/beds', undefined, 'administrator');
    expect(body).toMatchObject({ equal: true });
  });
});
