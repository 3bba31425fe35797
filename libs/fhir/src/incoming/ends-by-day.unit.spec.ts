import { describe, expect, it } from '@jest/globals';
import { clock, encounter, lines, mapped } from '../testing/sent.spec.js';

// docs/encounter-rules.md no. 20: a day without time that ends something means the end of that day.

const stay = (end: string | undefined, more: object = {}): Record<string, unknown> => ({
  ...encounter({ status: 'finished', at: [{ in: '4A-1', from: '10:00' }] }),
  period: { start: clock('10:00'), ...(end && { end }) },
  ...more,
});

describe('an end that is a day', () => {
  it.each([
    ['before the day it is recorded: its last second', '2026-03-01', '2 08:00', 'discharge 23:59 I 4A-1'],
    ['the day it is recorded: when that is', '2026-03-01', '20:00', 'discharge 20:00 I 4A-1'],
    ['in the zone of the facility', '2026-07-01', '2 08:00', 'discharge 2026-06-30T23:00:00.000Z I 4A-1'],
    ['a month that is over', '2026-02', '20:00', 'discharge 2026-02-28T23:59:59.000Z I 4A-1'],
  ])('%s', (_, end, received, last) => {
    const receivedAt = clock(received);
    const told = lines(mapped(stay(end), { receivedAt }).facts);
    expect(told.map((l) => l.replace('2026-03-01T23:59:59.000Z', '23:59'))).toContain(last);
  });

  it('keeps the time of that day which was understood first', () => {
    const first = mapped(stay('2026-03-01'), { receivedAt: clock('20:00') });
    const later = { receivedAt: clock('2 09:00'), previous: first.memory };
    expect(lines(mapped(stay('2026-03-01'), later).facts)).toEqual([]);
    expect(lines(mapped(stay(clock('18:00')), later).facts)).toEqual(['discharge(update) 18:00 I 4A-1']);
  });

  it.each(['2611', '2611-11-04', '2611-11-04T09:00:00Z'])('of no year that can be meant is told once: %s', (end) => {
    const { warnings } = mapped(stay(end), { receivedAt: clock('20:00') });
    expect(warnings.filter(({ code }) => code === 'value').length).toBe(1);
  });

  it('has not ended a stay or a leave on a day that is not over', () => {
    const location = [
      { location: { reference: 'Location/4A-1' }, period: { start: clock('10:00'), end: '2026-03-01' } },
    ];
    const here = { ...encounter({ from: '10:00' }), location };
    expect(lines(mapped(here, { receivedAt: clock('20:00') }).facts)).toEqual(['admit 10:00 I 4A-1']);
    expect(lines(mapped(here, { receivedAt: clock('2 09:00') }).facts)).toEqual([
      'admit 10:00 I 4A-1',
      'depart 2026-03-01T23:59:59.000Z I 4A-1',
    ]);
  });
});
