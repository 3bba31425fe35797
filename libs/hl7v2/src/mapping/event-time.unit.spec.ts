import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { locationText } from '../message/fault.js';
import { parseMessage } from '../message/parse.js';
import { type Mapping, toFacts } from './to-facts.js';

const receivedAt = '2026-03-22T14:00:10.000Z';
const sentAt = '2026-03-22T14:00:00.000Z';

interface Sent {
  readonly trigger?: string;
  readonly msh7?: string;
  readonly evn2?: string;
  readonly evn3?: string;
  readonly evn6?: string;
  readonly zbe2?: string;
  readonly zbe3?: string;
  readonly pv145?: string;
  readonly pv28?: string;
  readonly pv29?: string;
  readonly born?: string;
}

function map(sent: Sent, aheadMinutes = 15): Mapping {
  const { trigger = 'A01', msh7 = '20260322140000', evn2 = '20260322140000' } = sent;
  const zbe =
    sent.zbe2 === undefined && sent.zbe3 === undefined ? [] : [`ZBE|1|${sent.zbe2 ?? ''}|${sent.zbe3 ?? ''}|INSERT`];
  const text = [
    `MSH|^~\\&|ADT1|NGH|W|NGH|${msh7}||ADT^${trigger}|M1|P|2.5.1`,
    `EVN|${trigger}|${evn2}|${sent.evn3 ?? ''}|||${sent.evn6 ?? ''}`,
    `PID|1||P1||Ward^Ada||${sent.born ?? '19560704'}|F`,
    `PV1|1|I|4A^12^14|||4A^12^1|||||||||||||V1${'|'.repeat(26)}${sent.pv145 ?? ''}`,
    `PV2||||||||${sent.pv28 ?? ''}|${sent.pv29 ?? ''}`,
    ...zbe,
    'NPU|4A^12^14|U',
  ].join('\r');
  const parsed = parseMessage(Buffer.from(text));
  if (!parsed.ok) throw new Error(parsed.fault.text);
  return toFacts(parsed.message, { timeZone: 'UTC', receipt: { receivedAt, aheadMs: aheadMinutes * 60_000 } });
}

interface Read {
  readonly at: string;
  readonly atFrom: string;
  readonly recordedAt: string;
  readonly expectedAt: string | null;
  readonly born: string | null;
  readonly doubts: readonly string[];
  readonly warnings: readonly string[];
}

function read(sent: Sent, aheadMinutes?: number): Read {
  const mapping = map(sent, aheadMinutes);
  if (mapping.kind !== 'facts' && mapping.kind !== 'bedStatus') throw new Error(JSON.stringify(mapping));
  const stated =
    mapping.kind === 'facts' ? mapping.facts[0]! : { ...mapping.reports[0]!, expectedAt: null, patient: null };
  return {
    ...{ at: stated.at, atFrom: stated.atFrom, recordedAt: stated.recordedAt, expectedAt: stated.expectedAt },
    born: stated.patient?.birthDate ?? null,
    doubts: (stated.doubtedTimes ?? []).map((d) => `${d.of} ${d.field} ${d.sent}`),
    warnings: mapping.warnings.map((w) => `${w.severity} ${w.code} ${locationText(w.location)}`),
  };
}

/** Texts that are a time of no year that can be meant, each another way. */
const noYears = [
  '00000101',
  '00010101000000',
  '18991231235959',
  '20270324000000',
  '21000101',
  '99991231',
  '99991231235959-1400',
  '261104090000',
  '261130',
];
/** Texts that are no time of any form. */
const noTimes = ['later', '2026-03-22', '20261301', '20260230', '202603222500', '1', 'NaN', '1e308', '-0'];

const evn2: Sent = { evn2: '20260322135000' };

describe('a time that is of no year that can be meant', () => {
  it.each(noYears)('%s in EVN-2 leaves it to MSH-7, and is told', (text) => {
    expect(read({ evn2: text })).toMatchObject({
      ...{ at: sentAt, atFrom: 'MSH-7', recordedAt: sentAt },
      doubts: [`at EVN-2 ${text}`, `recordedAt EVN-2 ${text}`],
      warnings: ['W 102 EVN^1^2'],
    });
  });

  it.each(noYears)('%s in EVN-2 and in MSH-7 leaves it to the receipt', (text) => {
    expect(read({ evn2: text, msh7: text })).toMatchObject({
      ...{ at: receivedAt, atFrom: 'receipt', recordedAt: receivedAt },
      warnings: ['W 102 EVN^1^2', 'W 102 MSH^1^7'],
    });
  });

  it.each(noYears.flatMap((text) => (['zbe2', 'evn6'] as const).map((field) => [text, field] as const)))(
    '%s in %s leaves it to the next field',
    (text, field) => {
      const { at, atFrom, recordedAt, doubts } = read({ ...evn2, [field]: text });
      expect([at, atFrom, recordedAt]).toEqual(['2026-03-22T13:50:00.000Z', 'EVN-2', '2026-03-22T13:50:00.000Z']);
      expect(doubts).toEqual([`at ${field === 'zbe2' ? 'ZBE-2' : 'EVN-6'} ${text}`]);
    },
  );

  it.each(noYears.flatMap((text) => (['pv145', 'zbe3'] as const).map((field) => [text, field] as const)))(
    '%s in %s of a discharge leaves it to the next field',
    (text, field) => {
      const { at, doubts } = read({ ...evn2, trigger: 'A03', [field]: text });
      expect(at).toBe('2026-03-22T13:50:00.000Z');
      expect(doubts).toEqual([`at ${field === 'pv145' ? 'PV1-45' : 'ZBE-3'} ${text}`]);
    },
  );

  it.each(noYears)('%s costs what is announced its time, and nothing else', (text) => {
    expect(read({ trigger: 'A14', pv28: text })).toMatchObject({ expectedAt: null, warnings: ['W 102 PV2^1^8'] });
    const next = { trigger: 'A14', pv28: text, evn3: '20260323080000' };
    expect(read(next)).toMatchObject({ expectedAt: '2026-03-23T08:00:00.000Z', at: sentAt });
    expect(read({ trigger: 'A16', pv29: text }).expectedAt).toBeNull();
  });

  it.each(noYears)('%s of a bed status leaves it to MSH-7', (text) => {
    expect(read({ trigger: 'A20', evn2: text })).toMatchObject({ at: sentAt, recordedAt: sentAt });
  });
});

describe('a time that is none of any form', () => {
  it.each(noTimes)('%s in an optional field costs its own meaning', (text) => {
    for (const field of ['zbe2', 'evn6'] as const) {
      expect(read({ ...evn2, [field]: text })).toMatchObject({
        at: '2026-03-22T13:50:00.000Z',
        atFrom: 'EVN-2',
        doubts: [],
      });
    }
    const discharge = read({ ...evn2, trigger: 'A03', pv145: text });
    expect(discharge).toMatchObject({ at: '2026-03-22T13:50:00.000Z', warnings: ['W 102 PV1^1^45'] });
    expect(read({ trigger: 'A14', pv28: text })).toMatchObject({ expectedAt: null, warnings: ['W 102 PV2^1^8'] });
    expect(read({ born: text })).toMatchObject({ born: null, warnings: ['W 102 PID^1^7'] });
  });

  it.each(noTimes)('%s in EVN-2 is an error there', (text) => {
    const mapping = map({ evn2: text });
    expect(mapping).toMatchObject({ kind: 'errors', errors: [{ code: 102, location: { segment: 'EVN', field: 2 } }] });
  });
});

describe('what cannot have happened yet', () => {
  it.each<[string, Sent, Partial<Read>]>([
    [
      'by a clock that is a quarter of an hour ahead',
      { evn2: '20260322141500', msh7: '20260322141500' },
      { at: '2026-03-22T14:15:00.000Z', doubts: [] },
    ],
    ['ahead of receipt', { evn2: '20260322150000' }, { at: sentAt, atFrom: 'MSH-7', recordedAt: sentAt }],
    [
      'ahead of receipt, as MSH-7 is',
      { evn2: '20260322150000', msh7: '20260322150000' },
      { at: receivedAt, atFrom: 'receipt', recordedAt: receivedAt },
    ],
    [
      'over a day after MSH-7',
      { evn2: '20260322135000', msh7: '20260321130000' },
      { at: '2026-03-21T13:00:00.000Z', atFrom: 'MSH-7' },
    ],
    [
      'within a day of MSH-7',
      { evn2: '20260322135000', msh7: '20260322020000' },
      { at: '2026-03-22T13:50:00.000Z', doubts: [] },
    ],
    [
      'on the day that MSH-7 names',
      { evn2: '20260322135000', msh7: '20260322' },
      { at: '2026-03-22T13:50:00.000Z', doubts: [] },
    ],
    ['long ago', { evn2: '20210101000000', msh7: '20210101000000' }, { at: '2021-01-01T00:00:00.000Z', doubts: [] }],
    [
      'recorded ahead only',
      { evn2: '20260323080000', evn6: '20260322120000' },
      {
        at: '2026-03-22T12:00:00.000Z',
        atFrom: 'EVN-6',
        recordedAt: sentAt,
        doubts: ['recordedAt EVN-2 20260323080000'],
      },
    ],
  ])('%s', (_, sent, expected) => expect(read(sent)).toMatchObject(expected));

  it('is told by the clock that the profile knows of', () => {
    const sent: Sent = { evn2: '20260322144500', msh7: '20260322144500' };
    expect(read(sent, 60)).toMatchObject({ at: '2026-03-22T14:45:00.000Z', doubts: [] });
    expect(read(sent, 0)).toMatchObject({ at: receivedAt });
  });

  it('is when it is to be, of what is announced', () => {
    expect(read({ trigger: 'A14', zbe2: '20260325080000' })).toMatchObject({
      ...{ at: sentAt, atFrom: 'EVN-2', expectedAt: '2026-03-25T08:00:00.000Z', doubts: [] },
    });
    expect(read({ trigger: 'A14', zbe2: '20260325080000', pv28: '20260326' }).expectedAt).toBe(
      '2026-03-26T00:00:00.000Z',
    );
  });
});

describe('a date of birth', () => {
  it.each(['20260324', '2027', '18960321', '1895', '99991231', '00010101'])('%s is none', (born) => {
    expect(read({ born })).toMatchObject({ born: null, warnings: ['W 102 PID^1^7'] });
  });
  it.each([
    ['20260322', '2026-03-22'],
    ['18960323', '1896-03-23'],
    ['1896', '1896'],
    ['202603', '2026-03'],
  ])('%s is one', (born, expected) => expect(read({ born })).toMatchObject({ born: expected, warnings: [] }));
});

describe('any times at all', () => {
  const digits = fc.array(fc.constantFrom(...'0123456789'), { maxLength: 14 }).map((d) => d.join(''));
  const time = fc.oneof(
    digits,
    fc.constantFrom(...noYears, ...noTimes, '', '20260322130000'),
    fc.string({ maxLength: 20 }),
  );
  const sent = fc.record<Sent>({
    trigger: fc.constantFrom('A01', 'A02', 'A03', 'A05', 'A08', 'A12', 'A14', 'A20', 'A31', 'A40'),
    ...{ msh7: time, evn2: time, evn3: time, evn6: time, zbe2: time, zbe3: time, pv145: time, pv28: time, born: time },
  });

  it('give a time that can be, or a fault that says which field is wrong', () => {
    fc.assert(
      fc.property(sent, (said) => {
        const clean = Object.fromEntries(Object.entries(said).map(([k, v]) => [k, v?.replace(/[|\r\n]/g, '')]));
        const mapping = map(clean);
        if (mapping.kind === 'errors') return expect(mapping.errors.length).toBeGreaterThan(0);
        const stated = mapping.kind === 'facts' ? mapping.facts : mapping.kind === 'bedStatus' ? mapping.reports : [];
        for (const { at, recordedAt } of stated) {
          for (const instant of [at, recordedAt]) {
            expect(instant >= '1900' && Date.parse(instant) <= Date.parse(receivedAt) + 15 * 60_000).toBe(true);
          }
        }
      }),
    );
  });
});
