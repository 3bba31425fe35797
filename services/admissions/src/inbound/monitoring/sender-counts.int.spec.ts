import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NO_FACILITY, senderCounted, type SenderCountedData } from '@wardstream/events';
import { UnitOfWork } from '@wardstream/persistence';
import { eventually } from '@wardstream/testing';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, type Sender } from '../../testing/admissions-house.spec.js';
import { dtm } from '../../testing/messages.spec.js';
import { addCounts } from '../persistence/sender-count.rows.js';
import { UnknownCodes } from '../senders/unknown-codes.js';
import { type CountedMessage, countMessages } from './count-messages.js';
import { SenderCounts } from './sender-counts.js';

let house: AdmissionsHouse;
let sender: Sender;
let control = 0;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(() => house?.remove());

/** One message; `recordedAt` is the house's now unless told. */
function message(more: {
  app?: string;
  facility?: string;
  at?: string;
  visit?: string;
  type?: string;
  recordedAt?: string;
}): string {
  const recorded = dtm(more.recordedAt ?? new Date(house.clock.nowMs()).toISOString());
  const { app = 'ADT1', facility = 'NGH', at = '4A^^1', visit = `C${++control}`, type = 'ADT^A01' } = more;
  return [
    `MSH|^~\\&|${app}|${facility}|WARDSTREAM|NGH|${recorded}||${type}|Q${++control}|P|2.5.1`,
    `EVN|A01|${recorded}`,
    `PID|1||M${control}^^^NGH^MR||Doe^Jane`,
    `PV1|1|I|${at}||||||||||||||||${visit}`,
  ].join('\r');
}

/** What was told last of a sender. */
async function told(name: string, facility = 'NGH'): Promise<SenderCountedData> {
  await house.service.get(SenderCounts).tell();
  const [row] = await house.rows<{ version: number }>(
    'SELECT version FROM admissions.sender WHERE facility = $1 AND sender = $2',
    [facility, name],
  );
  return eventually(() => {
    const event = house.events<SenderCountedData>(senderCounted, `${facility}/${name}`).at(-1);
    expect(event?.aggregateVersion).toBe(row!.version);
    return event!.data;
  });
}

describe('what is counted of a sender', () => {
  it('is what became of its messages at intake, by hour, in the transaction that stored them', async () => {
    house.clock.set('2026-03-02T10:20:00.000Z');
    const first = message({});
    await sender.send(first);
    await sender.send(first);
    await sender.send(message({ at: '9Z^^1' }));
    await sender.send(message({ at: '9Y^^7' }));
    await sender.send(message({ type: 'ORU^R01' }));
    await sender.send(message({ recordedAt: '2026-03-02T10:25:00.000Z' }));
    house.clock.set('2026-03-02T11:05:00.000Z');
    await sender.send(message({}));
    await house.drained();
    const data = await told('ADT1');
    expect(data.hours).toMatchObject([
      {
        at: '2026-03-02T10:00:00.000Z',
        received: 5,
        processed: 2,
        unplaced: 2,
        repeats: 1,
        recordedAhead: 1,
        eventInFuture: 1,
      },
      { at: '2026-03-02T11:00:00.000Z', received: 1, processed: 1, repeats: 0 },
    ]);
    const [ten] = data.hours;
    expect(ten!.processed + ten!.unplaced + ten!.notActedOn + ten!.quarantined + ten!.refused).toBe(ten!.received);
    expect(data).toMatchObject({
      unknownPlaces: { messages: 2, codes: 2 },
      firstReceivedAt: '2026-03-02T10:20:00.000Z',
    });
    expect(data.delays.reduce((a, b) => a + b, 0)).toBe(data.hours.reduce((sum, h) => sum + h.timed, 0));
  });

  it('counts what waits for any code, and each code as the list of unknown codes does', async () => {
    for (const at of ['9Z^^1', '9Z^^2', '4A^^88']) await sender.send(message({ app: 'ODD', at }));
    const time = dtm(new Date(house.clock.nowMs()).toISOString());
    for (const control of ['ODD1', 'ODD2'])
      await sender.send(
        `MSH|^~\\&|ODD|NGH|W|NGH|${time}||ADT^A20|${control}|P|2.5.1\rEVN|A20|${time}\rNPU|4A^^1|SOILED`,
      );
    await house.drained();
    const listed = (await house.service.get(UnknownCodes).list()).filter((c) => c.application === 'ODD');
    expect(listed.map((c) => [c.kind, c.count])).toEqual([
      ['bed-status', 2],
      ['bed', 1],
      ['unit', 2],
    ]);
    expect((await told('ODD')).unknownPlaces).toEqual({ messages: 5, codes: listed.length });
  });

  it('has a place for messages that name no facility', async () => {
    await sender.send(message({ app: 'LOST', facility: 'NOWHERE' }));
    expect((await told('LOST', '-')).hours).toMatchObject([{ received: 1, unplaced: 1 }]);
  });

  it('is told once, and goes on over a restart where it was not told yet', async () => {
    await told('ADT1');
    const before = house.events(senderCounted).length;
    await house.service.get(SenderCounts).tell();
    expect(house.events(senderCounted)).toHaveLength(before);
    await sender.send(message({}));
    await house.end();
    await house.begin();
    sender = await house.sender();
    await sender.send(message({}));
    const data = await told('ADT1');
    expect(data.hours.at(-1)).toMatchObject({ at: '2026-03-02T11:00:00.000Z', received: 3 });
  });

  it('is counted exactly once for each message under load from several connections', async () => {
    house.clock.set('2026-03-02T12:00:00.000Z');
    const senders = await Promise.all(Array.from({ length: 4 }, () => house.sender()));
    await Promise.all(
      senders.map(async (s) => {
        for (let i = 0; i < 50; i += 1) await s.send(message({ app: 'BUSY' }));
      }),
    );
    expect((await told('BUSY')).hours).toMatchObject([{ received: 200, processed: 200, controlIdsReused: 0 }]);
  });

  it('is of one feed, by the name of the last, where the messages of one batch are of two hours and two profiles of one MSH-3', async () => {
    const of = (receivedAt: string, senderFacility: string): CountedMessage => ({
      receivedAt,
      verdict: {
        facility: 'NGH',
        application: 'TWO',
        senderFacility,
        disposition: 'processed',
        facts: [],
        bedStatuses: [],
      },
      repeat: false,
      reused: false,
    });
    const batch = [
      of('2026-03-02T13:59:59.800Z', 'H1'),
      of('2026-03-02T13:59:59.900Z', 'H2'),
      of('2026-03-02T14:00:00.100Z', 'H2'),
      of('2026-03-02T14:00:00.200Z', 'H1'),
    ];
    for (const order of [batch, [...batch].reverse()]) {
      const counts = countMessages(order).map((count) => ({ ...count, name: `Feed of ${count.senderFacility}` }));
      const last = counts.find((count) => count.at === '2026-03-02T14:00:00.000Z')!.name;
      const before = await house.rows<{ received: string }>(`SELECT received FROM admissions.feed WHERE feed = 'TWO'`);
      await house.service.get(UnitOfWork).run((tx) => addCounts(tx, counts, NO_FACILITY));
      expect(
        await house.rows(
          `SELECT name, received::int AS received FROM admissions.feed WHERE facility = 'NGH' AND feed = 'TWO'`,
        ),
      ).toEqual([{ name: last, received: Number(before[0]?.received ?? 0) + 4 }]);
    }
  });

  it('is forgotten after eight weeks, and what is usual stays', async () => {
    house.clock.set('2026-05-20T12:00:00.000Z');
    await sender.send(message({ app: 'BUSY' }));
    await told('BUSY');
    const rows = await house.rows<{ at: Date }>(`SELECT at FROM admissions.sender_hour WHERE sender = 'BUSY'`);
    expect(rows.map((r) => r.at.toISOString())).toEqual(['2026-05-20T12:00:00.000Z']);
  });
});
