import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { certaintyChanged, type BedView, type BoardSnapshot, type CertaintyView } from '@wardstream/events';
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
  const broken = (id: string) =>
    uow()
      .query(
        `CREATE OR REPLACE FUNCTION break_row() RETURNS trigger AS $$
           BEGIN IF NEW.id = '${id}' AND NEW.body LIKE '%"occupied"%' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$
           LANGUAGE plpgsql`,
      )
      .then(() =>
        uow().query('CREATE TRIGGER break_row BEFORE INSERT ON board_row FOR EACH ROW EXECUTE FUNCTION break_row()'),
      );
  const mended = () => uow().query('DROP TRIGGER break_row ON board_row');

  it('is sent as not certain, in the snapshot and in the stream, until it is applied or given up', async () => {
    await board.tell(facility('NGH'), bed('NGH', 'A-1', 1), bed('NGH', 'A-2', 1));
    await eventually(async () => expect((await shown('A-2'))?.state).toBe('available'));
    const stream = await board.stream('NGH');
    await broken('A-1');
    await board.tell(bed('NGH', 'A-1', 2, { state: 'occupied' }));
    await eventually(async () =>
      expect(await shown('A-1')).toMatchObject({
        ...{ state: 'blocked', notCertainSince: NOW, version: 1 },
        blocked: { reason: 'Not certain', since: NOW },
      }),
    );
    await eventually(() => expect(stream.latest<BedView>('bed')).toMatchObject({ id: 'A-1', notCertainSince: NOW }));
    expect((await shown('A-2'))?.notCertainSince).toBeUndefined();

    await mended();
    const [first] = await letters().list({ states: ['retrying', 'dead'] });
    await letters().redrive(first!.id);
    await eventually(async () => expect(await shown('A-1')).toMatchObject({ state: 'occupied', version: 2 }));
    expect((await shown('A-1'))?.notCertainSince).toBeUndefined();

    await broken('A-2');
    await board.tell(bed('NGH', 'A-2', 2, { state: 'occupied' }));
    await eventually(async () => expect(await shown('A-2')).toMatchObject({ state: 'blocked', notCertainSince: NOW }));
    const [second] = await letters().list({ states: ['retrying', 'dead'] });
    await letters().discard(second!.id, 'suite', 'a test');
    await eventually(async () => expect(await shown('A-2')).toMatchObject({ state: 'available', version: 1 }));
    expect((await shown('A-2'))?.notCertainSince).toBeUndefined();
    await mended();
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
