import { describe, expect, it } from '@jest/globals';
import { delayBounds } from '@wardstream/events';
import fc from 'fast-check';
import { countMessages, delayClass, type CountedMessage } from './count-messages.js';
import { usualPerHour } from './usual-rates.js';

const HOUR = 3_600_000;
const monday = Date.parse('2026-03-02T00:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

function message(over: Partial<CountedMessage['verdict']> = {}, more: Partial<CountedMessage> = {}): CountedMessage {
  const verdict = {
    facility: 'NGH',
    application: 'ADT',
    disposition: 'processed',
    facts: [],
    bedStatuses: [],
    ...over,
  };
  return { receivedAt: iso(monday + 1000), verdict, repeat: false, reused: false, ...more } as CountedMessage;
}
const told = (recordedMs: number, atMs = recordedMs) => ({
  facts: [{ recordedAt: iso(recordedMs), at: iso(atMs) }] as unknown as CountedMessage['verdict']['facts'],
});

describe('counting messages', () => {
  it('gives one row for each sender and hour, and counts a repeat apart', () => {
    const counts = countMessages([
      message(),
      message({ disposition: 'quarantined' }),
      message({}, { repeat: true }),
      message({}, { reused: true }),
      message({}, { receivedAt: iso(monday + HOUR) }),
      message({ facility: null, disposition: 'refused', application: '' }),
    ]);
    expect(counts).toMatchObject([
      {
        facility: 'NGH',
        sender: 'ADT',
        at: iso(monday),
        received: 3,
        processed: 2,
        quarantined: 1,
        repeats: 1,
        controlIdsReused: 1,
      },
      { at: iso(monday + HOUR), received: 1 },
      { facility: '-', sender: '', received: 1, refused: 1 },
    ]);
  });

  it('tells clocks that are ahead and times that cannot be', () => {
    const [count] = countMessages([
      message(told(monday)),
      message(told(monday + 2 * 60_000 + 1000, monday)),
      message(told(monday, monday + HOUR)),
      message(told(monday, monday - 400 * 24 * HOUR)),
      message(),
    ]);
    expect(count).toMatchObject({ received: 5, timed: 4, recordedAhead: 1, eventInFuture: 1, eventLongPast: 1 });
    expect(count!.delays.reduce((a, b) => a + b, 0)).toBe(4);
  });

  it('puts every delay into the class of the first bound it does not pass', () => {
    expect([-7200, -3600, 0, 5, 6, 1e9].map(delayClass)).toEqual([0, 0, 4, 4, 5, delayBounds.length]);
  });

  it('loses no message: outcomes add up to what was received, and with repeats to what came', () => {
    const any = fc.record({
      disposition: fc.constantFrom('processed', 'unplaced', 'not-acted-on', 'quarantined', 'refused'),
      application: fc.constantFrom('A', 'B'),
      hour: fc.nat(3),
      repeat: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any), (list) => {
        const counts = countMessages(
          list.map(({ disposition, application, hour, repeat }) =>
            message({ disposition, application } as Partial<CountedMessage['verdict']>, {
              receivedAt: iso(monday + hour * HOUR),
              repeat,
            }),
          ),
        );
        for (const c of counts) {
          expect(c.processed + c.unplaced + c.notActedOn + c.quarantined + c.refused).toBe(c.received);
        }
        expect(counts.reduce((sum, c) => sum + c.received + c.repeats, 0)).toBe(list.length);
        expect(new Set(counts.map((c) => `${c.sender} ${c.at}`)).size).toBe(counts.length);
      }),
    );
  });
});

describe('what is usual of an hour', () => {
  /** So many messages in each hour before `until`, by its number. */
  const history = (from: number, until: number, of: (hour: number) => number) => {
    const map = new Map<number, number>();
    for (let at = from, i = 0; at < until; at += HOUR, i += 1) map.set(at, of(i));
    return map;
  };

  it('is not known before three like hours are', () => {
    const from = monday + 50 * HOUR;
    const usual = usualPerHour(
      history(monday, from, () => 10),
      monday,
      from,
      'UTC',
    );
    expect(usual).toHaveLength(168);
    // Hours 0 and 1 of the day were there three times, the others twice.
    expect(usual.slice(0, 24).filter((n) => n !== null)).toHaveLength(2);
    expect(usual[22]).toBe(10);
  });

  it('is the median of the same hour of the week, once three weeks are known', () => {
    const from = monday + 21 * 24 * HOUR;
    const weekend = (i: number) => Math.floor(i / 24) % 7 >= 5;
    const received = history(monday, from, (i) => (weekend(i) ? 4 : 20));
    // One night of a backlog changes no median.
    received.set(monday + 10 * HOUR, 5_000);
    const usual = usualPerHour(received, monday, from, 'UTC');
    expect([usual[10], usual[5 * 24 + 10]]).toEqual([20, 4]);
  });

  it('follows the local clock over its change, and takes an hour in which nothing came as none', () => {
    // Summer time begins in London on 29 March 2026.
    const from = Date.parse('2026-03-30T00:00:00.000Z');
    const first = from - 28 * 24 * HOUR;
    const received = new Map<number, number>();
    for (let at = first; at < from; at += HOUR) {
      const local = new Date(at).toLocaleString('en-GB', {
        timeZone: 'Europe/London',
        hour: '2-digit',
        hourCycle: 'h23',
      });
      if (local === '09') received.set(at, 30);
    }
    const usual = usualPerHour(received, first, from, 'Europe/London');
    expect([usual[7], usual[8], usual[9]]).toEqual([0, 30, 0]);
  });

  it('leaves out the hour in which a sender was first heard', () => {
    const first = monday + HOUR / 2;
    const received = history(monday, monday + 96 * HOUR, (i) => (i === 0 ? 9_000 : 5));
    expect(usualPerHour(received, first, monday + 96 * HOUR, 'UTC')[0]).toBe(5);
  });
});
