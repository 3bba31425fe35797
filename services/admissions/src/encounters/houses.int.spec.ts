import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FacilityData } from '@wardstream/events';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { ReplayCheck } from '../operations/replay-check/replay-check.js';
import { AdmissionsHouse, answered, type Sender } from '../testing/admissions-house.spec.js';

const south: FacilityData = {
  ...smallHouse,
  ...{ id: 'SOUTH', name: 'South', aliases: ['SOUTHSIDE'] },
  units: smallHouse.units.map((u) => ({ ...u, id: `S${u.id}` })),
  rooms: smallHouse.rooms.map((r) => ({ ...r, id: `S${r.id}`, unit: `S${r.unit}` })),
  beds: smallHouse.beds.map((b) => ({ ...b, id: `S${b.id}`, unit: `S${b.unit}`, room: `S${b.room}` })),
};

let house: AdmissionsHouse;
let sender: Sender;
let other: Sender;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  await house.configure(south);
  sender = await house.sender();
  other = await house.sender();
  house.clock.set('2026-03-02T00:00:00.000Z');
});
afterAll(() => house?.remove());

let control = 0;
function message(facility: string, trigger: string, time: string, visit: string, place: string, prior = ''): string {
  return [
    `MSH|^~\\&|ADT-${facility}|${facility}|WARDSTREAM|NGH|20260301${time}00+0000||ADT^${trigger}|H${++control}|P|2.5.1`,
    `EVN|${trigger}|20260301${time}00+0000`,
    `PID|1||P-${visit}^^^SYS^MR||Ward^Ada||19560704|F`,
    `PV1|1|I|${place}|||${prior}${'|'.repeat(13)}${visit}^^^SYS^VN`,
  ].join('\r');
}

async function both(visit: string): Promise<[string, string | null, string[]][]> {
  await house.drained();
  return Promise.all(
    ['NGH', 'SOUTH'].map(async (facility): Promise<[string, string | null, string[]]> => {
      const found = await house.encounter(visit, facility);
      if (found === undefined) return ['unknown', null, []];
      return [
        found['status'],
        found['location']?.bedId ?? null,
        found['conflicts'].map((c: { kind: string }) => c.kind),
      ];
    }),
  );
}

/** In whatever order they come; each order is of a visit of its own. */
function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) => ordersOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

describe('a transfer between two houses', () => {
  const admitted = (visit: string): string => message('NGH', 'A01', '1000', visit, '4A^^1');
  const went = (visit: string): string => message('SOUTHSIDE', 'A02', '1200', visit, 'S4A^^1', '4A^^1^NORTHGATE');
  const cancelled = (visit: string): string => message('SOUTH', 'A12', '1300', visit, '4A^^1^NGH');
  const later = (visit: string): string => message('NGH', 'A02', '1400', visit, '4B^^2', '4A^^1');
  const personDeleted = (visit: string): string =>
    message('SOUTH', 'A29', '1300', visit, '').split('\r').slice(0, 3).join('\r');
  /** There the visit goes by another number from then on, and is deleted under that. */
  const merged = (visit: string): string =>
    message('SOUTH', 'A42', '1230', visit, '')
      .replace(`${visit}^^^SYS^VN`, `N${visit}^^^SYS^VN`)
      .replace('\rPV1', `\rMRG|P-${visit}^^^SYS^MR||||${visit}^^^SYS^VN\rPV1`);
  const deletedAsMerged = (visit: string): string =>
    message('SOUTH', 'A23', '1300', visit, '').replace(`${visit}^^^SYS^VN`, `N${visit}^^^SYS^VN`);
  const undone = (...conflictsThere: string[]): unknown[] => [
    ['in-progress', '4A-1', []],
    ['cancelled', null, conflictsThere],
  ];
  const moved = [
    ['discharged', null, ['moved-to-another-house']],
    ['in-progress', 'S4A-1', ['came-from-another-house']],
  ];
  const tell = async (text: string): Promise<void> => expect(answered(await sender.send(text)).slice(0, 2)).toBe('AA');

  it.each<[string, ((visit: string) => string)[], unknown[]]>([
    ['leaves the visit open in the other one', [admitted, went], moved],
    ['does not, once it is cancelled', [admitted, went, cancelled], undone()],
    ['nor once the patient is deleted there', [admitted, went, personDeleted], undone('deleted-while-in-bed')],
    [
      'goes with the visit it was merged into there',
      [admitted, went, merged, deletedAsMerged],
      undone('deleted-while-in-bed'),
    ],
    [
      'gives way to what is said later here',
      [admitted, went, later],
      [
        ['in-progress', '4B-2', ['moved-to-another-house']],
        ['in-progress', 'S4A-1', ['came-from-another-house']],
      ],
    ],
  ])('%s, in whatever order it is told', async (name, told, expected) => {
    // Of four messages some orders, each of them the first in one.
    const orders = ordersOf(told).filter((_, i) => told.length < 4 || i % 5 === 0);
    for (const [i, order] of orders.entries()) {
      const visit = `${name.slice(0, 4)}${told.length}${i}`.replace(' ', '');
      for (const say of order) await tell(say(visit));
      expect([order.map((say) => say.name), await both(visit)]).toEqual([order.map((say) => say.name), expected]);
    }
  });

  it('comes to the same where both houses tell at once', async () => {
    const visits = Array.from({ length: 20 }, (_, i) => `TWO${i}`);
    await Promise.all([...visits.map((v) => sender.send(admitted(v))), ...visits.map((v) => other.send(went(v)))]);
    for (const visit of visits) expect([visit, await both(visit)]).toEqual([visit, moved]);
  });

  it('is what the stored messages say', async () => {
    await house.drained();
    expect(await house.service.get(ReplayCheck).run()).toMatchObject({ equal: true, differences: [] });
  });
});
