import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BedHouse } from '../fixtures/bed-house.js';

interface Page {
  readonly items: {
    kind: string;
    at: string;
    recordedAt: string | null;
    visitNumber: string | null;
    details: object;
  }[];
  readonly next: string | null;
  readonly code?: string;
}

/** It is 12:00, 240 minutes after eight. */
describe('the own history of a bed', () => {
  const house = new BedHouse();
  beforeAll(() => house.start());
  afterAll(() => house.stop());
  const read = (query = '', role: 'bed-manager' | 'department-system' = 'bed-manager') =>
    house.call<Page>('GET', `/H1/beds/W2-01/history${query}`, undefined, role);

  it('tells who was in it, cleaning, holds, blocks and conflicts, each when it happened and was recorded, also while it is empty', async () => {
    await house.append([house.encounter('H1', [['W2-01', 100]])]);
    await house.becomes('W2-01', (b) => expect(b.state).toBe('occupied'));
    await house.append([house.encounter('H1', [['W2-01', 100, 150]])]);
    await house.becomes('W2-01', (b) => expect(b.state).toBe('dirty'));
    await house.command('W2-01', 'block', { reason: 'maintenance', note: 'ticket 4711', until: house.time(600) });
    await house.command('W2-01', 'unblock');
    const { body } = await read();
    const told = body.items.filter((i) => i.kind !== 'configured').map((i) => `${i.kind} ${i.at}`);
    expect([...told].sort()).toEqual([
      ...[
        `blocked ${house.time(240)}`,
        `came ${house.time(100)}`,
        `left ${house.time(150)}`,
        `unblocked ${house.time(240)}`,
      ],
    ]);
    expect(told.slice(-2)).toEqual([`left ${house.time(150)}`, `came ${house.time(100)}`]);
    expect(body.items.find((i) => i.kind === 'blocked')).toMatchObject({
      ...{ recordedAt: house.time(240), details: { reason: 'maintenance', note: 'ticket 4711' } },
    });
    expect(body.items.filter((i) => i.kind === 'came' || i.kind === 'left')).toMatchObject([
      { visitNumber: 'H1', recordedAt: house.time(150), details: { endedBy: 'discharge', leavesDirty: true } },
      { visitNumber: 'H1', recordedAt: house.time(100) },
    ]);
    const first = (await read('?limit=3')).body;
    const second = (await read(`?limit=3&after=${first.next}`)).body;
    expect([...first.items, ...second.items]).toEqual(body.items);
    expect([second.next, (await read('?after=x')).status, (await read('', 'department-system')).status]).toEqual([
      null,
      400,
      403,
    ]);
    expect((await house.call<Page>('GET', '/H1/beds/W9-99/history')).body.code).toBe('bed-not-found');
  });
});
