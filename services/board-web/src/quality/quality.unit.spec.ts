import { describe, expect, it } from '@jest/globals';
import type { QualityReport, SenderReport, UnknownCode } from '@wardstream/api-contract';
import { delayBounds, type BottleneckData } from '@wardstream/events';
import { delayClasses, senderOrder, shareText, totals } from './quality-report.js';
import { codesBySender } from './unknown-codes.js';

function row(name: string, more: Partial<SenderReport> = {}): SenderReport {
  return {
    ...{ id: `admissions/${name}`, sender: name, name, heardBy: 'admissions', state: 'normal' },
    ...{ lastReceivedAt: '2026-01-13T14:00:00.000Z', usualGapMinutes: 4, usualSilenceMinutes: 4, alertAfterMinutes: 8 },
    ...{ silentMinutes: 1, counted: null },
    ...more,
  };
}
function counted(received: number, refused: number, usualThisHour: number | null): SenderReport['counted'] {
  const none = { processed: 0, unplaced: 0, notActedOn: 0, repeats: 0, controlIdsReused: 0, timed: 0 };
  const times = { recordedAhead: 0, eventInFuture: 0, eventLongPast: 0 };
  return {
    ...{ since: '2026-01-01T00:00:00.000Z', lastHour: received, usualThisHour, perHour: [] },
    counts: { received, refused, quarantined: 1, from: '2026-01-12T15:00:00.000Z', ...none, ...times },
    shares: { quarantined: null, refused: null, unplaced: null, notActedOn: null },
    ...{ delays: { boundsSeconds: [], counts: [] }, unknownPlaces: { messages: 0, codes: 0 } },
  };
}
function report(
  senders: SenderReport[],
  raised: [BottleneckData['rule'], string, BottleneckData['severity']][] = [],
): QualityReport {
  return {
    ...{ facility: 'NGH', asOf: '2026-01-13T14:00:00.000Z', senders, unattributed: [], ghosts: [], definitions: {} },
    invalidClocks: { hours: 24, count: 0, byClock: [], running: [], items: [] },
    conflicts: { open: 0, byKind: [] },
    bottlenecks: raised.map(([rule, id, severity]) => {
      return { rule, severity, subject: { type: rule === 'feed-silent' ? 'feed' : 'sender', id } } as BottleneckData;
    }),
  };
}

describe('unknown codes', () => {
  it('stand by sender, the most frequent first, and none of another facility', () => {
    const code = (application: string, name: string, count: number, facility: string | null = 'NGH'): UnknownCode => ({
      ...{ application, sendingFacility: 'N', facility, kind: 'unit', code: name, seenIn: 'PV1-3', count },
      ...{ firstSeenAt: '2026-01-13T14:00:00.000Z', lastSeenAt: '2026-01-13T14:00:00.000Z' },
    });
    const codes = [code('B', 'x', 1), code('A', 'y', 1, null), code('B', 'z', 7), code('A', 'w', 3, 'OTHER')];
    expect(codesBySender(codes, 'NGH').map((s) => [s.application, s.codes.map((c) => c.code)])).toEqual([
      ['A', ['y']],
      ['B', ['z', 'x']],
    ]);
  });
});

describe('the senders', () => {
  it('stand with what needs a person first: by severity, then late ones, then by name', () => {
    const rows = [row('A'), row('B', { counted: counted(9, 9, null) }), row('C', { state: 'late' }), row('D')];
    const order = senderOrder(
      report(rows, [
        ['feed-silent', 'admissions/D', 'warn'],
        ['messages-quarantined', 'NGH/B', 'high'],
        ['messages-quarantined', 'NGH/A', 'critical'],
      ]),
    );
    // A sends commands: no share can be told of it.
    expect(order.map((o) => [o.row.name, o.severity])).toEqual([
      ['B', 'high'],
      ['D', 'warn'],
      ['C', null],
      ['A', null],
    ]);
  });

  it('do not take a sender without a facility for one of the same name', () => {
    const lost = row('A', { id: '-/A', counted: counted(30, 0, null) });
    const both = {
      ...report([row('A', { counted: counted(30, 0, null) })], [['messages-unplaced', '-/A', 'high']]),
      unattributed: [lost],
    };
    expect(senderOrder(both).map((o) => [o.row.id, o.severity])).toEqual([
      ['-/A', 'high'],
      ['admissions/A', null],
    ]);
  });

  it('add up, and tell what is usual only where it is known of all', () => {
    const some = [
      row('A', { counted: counted(40, 2, 30) }),
      row('B', { counted: counted(10, 0, null) }),
      row('C', { state: 'silent' }),
    ];
    expect(totals(report(some))).toMatchObject({
      senders: 3,
      quiet: 1,
      received: 50,
      refused: 4,
      lastHour: 50,
      usualThisHour: null,
    });
    expect(totals(report(some.slice(0, 1)))).toMatchObject({ usualThisHour: 30 });
    expect(totals(report([]))).toMatchObject({ usualThisHour: null, received: 0 });
  });
});

describe('figures in words', () => {
  it('has no share without a base, and rounds nothing away', () => {
    expect([shareText(0, 0), shareText(0, 9), shareText(1, 3), shareText(1, 5_000)]).toEqual([
      null,
      '0',
      '33.3',
      '<0.1',
    ]);
  });

  it('names every class of delays once', () => {
    const names = delayClasses(delayBounds);
    expect(names).toEqual([
      ...['over 1 h ahead', '5 min to 1 h ahead', '1 min to 5 min ahead', '5 s to 1 min ahead', 'within 5 s'],
      ...['5 s to 1 min', '1 min to 5 min', '5 min to 1 h', '1 h to 1 d', 'over 1 d'],
    ]);
  });
});
