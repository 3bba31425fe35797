import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { BedView, BoardSnapshot, CertaintyView } from '@wardstream/api-contract';
import { certaintyChanged } from '@wardstream/events';
import { DeadLetters } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { bed, BoardUnderTest, facility, NOW, type Told } from '../board.fixture.spec.js';

describe('a bed whose change could not be applied to the board', () => {
  let postgres: TestPostgres;
  let board: BoardUnderTest;
  beforeAll(async () => {
    postgres = await startPostgres();
    board = await BoardUnderTest.start(
      await postgres.createDatabase('doubt'),
      await postgres.createDatabase('doubt_log'),
    );
  });
  afterAll(async () => {
    await board?.stop();
    await postgres?.stop();
  });
  const uow = () => board.service.get(UnitOfWork);
  const letters = () => board.service.get<DeadLetters>(DeadLetters as Type<DeadLetters>);
  const snapshot = async () => (await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board')).body;
  const shown = async (id: string) => (await snapshot()).beds.find((b) => b.id === id);
  const waiting = () => letters().list({ states: ['retrying', 'dead'] });

  it('is sent as not certain, in the snapshot and in the stream, until it is applied or given up', async () => {
    await board.tell(facility('NGH'), bed('NGH', 'A-1', 1), bed('NGH', 'A-2', 1));
    await eventually(async () => expect((await shown('A-2'))?.state).toBe('available'));
    const stream = await board.stream('NGH');
    const occupied = bed('NGH', 'A-1', 2, { state: 'occupied' });
    await board.tellBroken(occupied);
    await eventually(async () =>
      expect(await shown('A-1')).toMatchObject({
        ...{ state: 'blocked', notCertainSince: NOW, version: 1 },
        blocked: { reason: 'Not certain', since: NOW },
      }),
    );
    await eventually(() => expect(stream.latest<BedView>('bed')).toMatchObject({ id: 'A-1', notCertainSince: NOW }));
    expect((await shown('A-2'))?.notCertainSince).toBeUndefined();

    const [first] = await eventually(async () => {
      const found = await waiting();
      expect(found).toMatchObject([{ state: 'dead', cause: { code: 'invalid-data' } }]);
      return found;
    });
    const before = stream.lastId!;
    await letters().redrive(first!.id, occupied.data);
    await eventually(async () => {
      expect(await shown('A-1')).toMatchObject({ state: 'occupied', version: 2 });
      expect((await shown('A-1'))?.notCertainSince).toBeUndefined();
    });
    await eventually(() => {
      expect(stream.latest<BedView>('bed')).toMatchObject({ id: 'A-1', state: 'occupied' });
      expect(stream.latest<BedView>('bed')?.notCertainSince).toBeUndefined();
    });
    // What was redriven stands at an old place of the log: who comes back from before it begins anew.
    const back = await board.stream('NGH', before);
    await eventually(() => expect(back.events[0]?.event).toBe('snapshot'));
    expect(back.snapshot.beds.find((b) => b.id === 'A-1')).toMatchObject({ state: 'occupied', version: 2 });

    await board.tellBroken(bed('NGH', 'A-2', 2));
    await eventually(async () => expect(await shown('A-2')).toMatchObject({ state: 'blocked', notCertainSince: NOW }));
    const [second] = await eventually(async () => {
      const found = await waiting();
      expect(found).toHaveLength(1);
      return found;
    });
    await letters().discard(second!.id, 'suite', 'a test');
    await eventually(async () => expect(await shown('A-2')).toMatchObject({ state: 'available', version: 1 }));
    expect((await shown('A-2'))?.notCertainSince).toBeUndefined();
  });

  it('is certain again with a later word of the bed', async () => {
    await board.tell(facility('NGH'), bed('NGH', 'A-3', 1));
    await eventually(async () => expect((await shown('A-3'))?.state).toBe('available'));
    await board.tellBroken(bed('NGH', 'A-3', 2));
    await eventually(async () => expect(await shown('A-3')).toMatchObject({ state: 'blocked', notCertainSince: NOW }));
    await eventually(async () => expect(await waiting()).toHaveLength(1));
    await board.tell(bed('NGH', 'A-3', 3, { state: 'dirty' }));
    await eventually(async () => expect(await shown('A-3')).toMatchObject({ state: 'dirty', version: 3 }));
    expect((await shown('A-3'))?.notCertainSince).toBeUndefined();
    for (const { id } of await waiting()) await letters().discard(id, 'suite', 'a test');
  });

  it('is shown as it was told, and marked, where its row cannot be written; the others are written', async () => {
    await board.tell(facility('NGH'), bed('NGH', 'A-4', 1), bed('NGH', 'A-5', 1));
    await eventually(async () => expect((await shown('A-5'))?.state).toBe('available'));
    const rows = () =>
      uow().query<{ id: string; version: number }>(
        "SELECT id, version::int FROM board_entry WHERE id IN ('A-4', 'A-5') ORDER BY id",
      );
    await eventually(async () => expect((await rows()).map((r) => r.version)).toEqual([1, 1]));
    await uow().query(
      `CREATE FUNCTION break_row() RETURNS trigger AS $$
         BEGIN IF NEW.id = 'A-4' AND NEW.body LIKE '%"occupied"%' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$
         LANGUAGE plpgsql`,
    );
    await uow().query(
      'CREATE TRIGGER break_row BEFORE INSERT ON board_entry FOR EACH ROW EXECUTE FUNCTION break_row()',
    );
    await board.tell(bed('NGH', 'A-4', 2, { state: 'occupied' }), bed('NGH', 'A-5', 2, { state: 'dirty' }));
    await eventually(async () =>
      expect(await shown('A-4')).toMatchObject({ state: 'occupied', version: 2, notCertainSince: NOW }),
    );
    await eventually(async () =>
      expect(await rows()).toEqual([
        { id: 'A-4', version: 1 },
        { id: 'A-5', version: 2 },
      ]),
    );
    await uow().query('DROP TRIGGER break_row ON board_entry');
    const [letter] = await eventually(async () => {
      const found = await waiting();
      expect(found.map((l) => l.event.subject)).toEqual(['A-4']);
      return found;
    });
    await letters().redrive(letter!.id);
    await eventually(async () => expect((await rows())[0]).toEqual({ id: 'A-4', version: 2 }));
    await eventually(async () => expect((await shown('A-4'))?.notCertainSince).toBeUndefined());
  });

  it('is named by a line of the facility where it cannot be told which bed it is', async () => {
    await board.tell(facility('EAST'));
    const lines = async () => (await board.get<BoardSnapshot>('/api/v1/facilities/EAST/board')).body.certainties;
    await eventually(async () => expect(await lines()).toEqual([]));
    const stream = await board.stream('EAST');
    await board.tellBroken(facility('EAST', 2));
    await eventually(async () =>
      expect(await lines()).toEqual([{ facility: 'EAST', owner: 'board', notCertainSince: NOW }]),
    );
    const [letter] = await eventually(async () => {
      const found = await waiting();
      expect(found).toHaveLength(1);
      return found;
    });
    await letters().discard(letter!.id, 'suite', 'a test');
    await eventually(async () => expect(await lines()).toEqual([]));
    await eventually(() => expect(stream.latest<CertaintyView>('certainty')?.notCertainSince).toBeNull());
  });

  it('says so in a line where bed-management cannot tell which beds are concerned', async () => {
    const line = (version: number, notCertainSince: string | null): Told => ({
      ...{ definition: certaintyChanged, subject: 'NGH', version, facility: 'NGH' },
      data: { facility: 'NGH', version, notCertainSince },
    });
    await board.tell(facility('NGH'), line(1, NOW));
    const told: CertaintyView = { facility: 'NGH', owner: 'bed-management', notCertainSince: NOW };
    await eventually(async () => expect((await snapshot()).certainties).toEqual([told]));
    await board.tell(line(2, null));
    await eventually(async () => expect((await snapshot()).certainties).toEqual([]));
  });
});
