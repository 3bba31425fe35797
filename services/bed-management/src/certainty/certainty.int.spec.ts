import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bedChanged, certaintyChanged, messageFailureChanged, type BedData, type NewEvent } from '@wardstream/events';
import { newId } from '@wardstream/kernel';
import { DeadLetters } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { eventually } from '@wardstream/testing';
import type { Type } from '@nestjs/common';
import { BedHouse, encounterId, smallHospital } from '../fixtures/bed-house.js';

/** It is 12:00, 240 minutes after eight. Beds of their own for every test. */
describe('a bed of which something told could not be applied', () => {
  const house = new BedHouse();
  beforeAll(() => house.start());
  afterAll(() => house.stop());
  beforeEach(() => void house.published.splice(0));

  /** Makes storing stays in this bed fail, as a value that no bound caught would. */
  const broken = (bed: string) =>
    uow()
      .query(
        `CREATE OR REPLACE FUNCTION break_${bed.replace('-', '_')}() RETURNS trigger AS $$
         BEGIN IF NEW.bed_id = '${bed}' THEN RAISE EXCEPTION 'a stay that cannot be kept'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql`,
      )
      .then(() =>
        uow().query(
          `CREATE TRIGGER break_${bed.replace('-', '_')} BEFORE INSERT ON stay FOR EACH ROW EXECUTE FUNCTION break_${bed.replace('-', '_')}()`,
        ),
      );
  const mended = (bed: string) => uow().query(`DROP TRIGGER break_${bed.replace('-', '_')} ON stay`);
  const uow = () => house.service.get(UnitOfWork);
  const letters = () => house.service.get<DeadLetters>(DeadLetters as Type<DeadLetters>);
  const letterOf = (visit: string) =>
    eventually(async () => {
      const all = await letters().list({ states: ['dead', 'retrying'] });
      const letter = all.find((l) => l.event.subject === encounterId(visit));
      expect(letter).toBeDefined();
      return letter!;
    });
  const inDoubt = (bed: string) => house.becomes(bed, (b) => expect(b.notCertainSince).toBe(house.time(240)));
  const isSettled = (bed: string, state: string) =>
    house.becomes(bed, (b) => expect([b.notCertainSince, b.state]).toEqual([undefined, state]));

  it('is never shown free, counted free or given to anyone, and is itself again once the event is handled', async () => {
    await broken('W2-01');
    await house.append([house.encounter('D1', [['W2-01', 200]])]);
    expect(await inDoubt('W2-01')).toMatchObject({
      ...{ state: 'blocked', blocked: { reason: 'Not certain', since: house.time(240), until: null } },
      clocks: [{ name: 'blocked' }],
    });
    const free = await house.call<{ items: BedData[] }>('GET', '/H1/beds?state=available');
    expect(free.body.items.map((b) => b.id)).not.toContain('W2-01');
    for (const how of ['assign', 'reserve']) {
      const refused = await house.command('W2-01', how, { visitNumber: 'D2' });
      expect([refused.status, refused.body.code]).toEqual([409, 'bed-not-certain']);
      expect(refused.body).toMatchObject({ notCertainSince: house.time(240) });
      expect(refused.body.nextChoice).not.toBe('W2-01');
    }
    await eventually(() =>
      expect(house.published.findLast((e) => e.type === bedChanged.type && e.subject === 'W2-01')?.data).toMatchObject({
        ...{ state: 'blocked', notCertainSince: house.time(240), cause: { kind: 'not-certain' } },
      }),
    );

    await mended('W2-01');
    await letters().redrive((await letterOf('D1')).id);
    expect((await isSettled('W2-01', 'occupied')).occupants[0]?.visitNumber).toBe('D1');
  });

  it('also the bed that the patient is said to have left, whoever waits behind, and after a restart', async () => {
    await house.append([house.encounter('D3', [['W2-03', 100]])]);
    await house.becomes('W2-03', (b) => expect(b.state).toBe('occupied'));
    await broken('W2-04');
    await house.append([
      house.encounter('D3', [
        ['W2-03', 100, 210],
        ['W2-04', 210],
      ]),
    ]);
    await inDoubt('W2-04');
    expect(await inDoubt('W2-03')).toMatchObject({ state: 'occupied' });
    await house.append([
      house.encounter('D3', [
        ['W2-03', 100, 210],
        ['W2-04', 210, 220],
        ['W2-05', 220],
      ]),
    ]);
    await inDoubt('W2-05');

    await house.service.stop();
    await house.startService(smallHospital);
    for (const bed of ['W2-03', 'W2-04', 'W2-05']) await inDoubt(bed);

    await mended('W2-04');
    await letters().redrive((await letterOf('D3')).id);
    await isSettled('W2-05', 'occupied');
    await isSettled('W2-03', 'dirty');
  });

  it('is free again when a person gives the event up with a reason, and may be taken with one meanwhile', async () => {
    await broken('W2-07');
    await house.append([house.encounter('D7', [['W2-07', 200]])]);
    await inDoubt('W2-07');
    const taken = await house.command('W2-07', 'assign', {
      ...{ visitNumber: 'D8', override: { reason: 'seen empty by the nurse in charge' } },
    });
    expect([taken.status, taken.body.state, taken.body.notCertainSince]).toEqual([200, 'reserved', house.time(240)]);
    await house.command('W2-07', 'release', {});
    const letter = await letterOf('D7');
    await letters().discard(letter.id, 'suite', 'never came');
    await isSettled('W2-07', 'available');
    await mended('W2-07');
  });

  it('says so of a report of its status, and nothing of beds that the event does not touch', async () => {
    await uow().query(
      `CREATE FUNCTION break_facts() RETURNS trigger AS $$
         BEGIN IF NEW.bed_id = 'W2-10' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql`,
    );
    await uow().query(
      'CREATE TRIGGER break_facts BEFORE INSERT ON bed_fact FOR EACH ROW EXECUTE FUNCTION break_facts()',
    );
    await house.append([house.status('W2-10', 'O', 230)]);
    await inDoubt('W2-10');
    expect((await house.bed('W2-11')).notCertainSince).toBeUndefined();
    await uow().query('DROP TRIGGER break_facts ON bed_fact');
    await letters().redriveAll({});
    await isSettled('W2-10', 'occupied');
  });

  const failure = (messageId: string, version: number, more: object): NewEvent<unknown> =>
    ({
      ...{
        definition: messageFailureChanged,
        subject: messageId,
        aggregateVersion: version,
        facility: 'H1',
        id: newId(),
      },
      ...{ time: house.time(239), recordedAt: house.time(239) },
      data: {
        ...{ messageId, facility: 'H1', version, receivedAt: house.time(239), encounterIds: [], beds: [], units: [] },
        ...{ settledAt: null, ...more },
      },
    }) as NewEvent<unknown>;

  it('follows what admissions says of messages it could not process: by bed, by visit, by unit, else for the facility', async () => {
    await house.append([house.encounter('D12', [['W2-12', 100]])]);
    await house.becomes('W2-12', (b) => expect(b.state).toBe('occupied'));
    await house.append([
      failure('m1', 1, { beds: ['W2-13'] }),
      failure('m2', 1, { encounterIds: [encounterId('D12')] }),
    ]);
    await inDoubt('W2-13');
    await inDoubt('W2-12');
    await house.append([failure('m3', 1, { units: ['W1'] })]);
    for (const bed of ['W1-01', 'W1-06']) await inDoubt(bed);
    await house.append([failure('m4', 1, {})]);
    const line = () => house.call<{ notCertainSince?: string }>('GET', '/H1/beds');
    await eventually(async () => expect((await line()).body.notCertainSince).toBe(house.time(240)));
    await eventually(() =>
      expect(house.published.findLast((e) => e.type === certaintyChanged.type)?.data).toMatchObject({
        notCertainSince: house.time(240),
      }),
    );
    expect((await house.bed('W2-14')).notCertainSince).toBeUndefined();

    const settled = { settledAt: house.time(240) };
    await house.append([failure('m1', 2, settled)]);
    await isSettled('W2-13', 'available');
    // A person opens it again: of the same bed, though the event names none.
    await house.append([failure('m1', 3, { cause: 'visit-awaited' })]);
    await inDoubt('W2-13');
    await house.append(['m1', 'm2', 'm3', 'm4'].map((m) => failure(m, 4, settled)));
    await isSettled('W2-13', 'available');
    await isSettled('W2-12', 'occupied');
    await isSettled('W1-01', 'available');
    await eventually(async () => expect((await line()).body.notCertainSince).toBeUndefined());
  });
});
