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
  readonly pv144?: string;
  readonly pv145?: string;
  readonly pv136?: string;
  readonly admission?: 'PV1-44';
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
    `PV1|1|I|4A^12^14|||4A^12^1|||||||||||||V1${'|'.repeat(17)}${sent.pv136 ?? ''}${'|'.repeat(8)}${sent.pv144 ?? ''}|${sent.pv145 ?? ''}`,
    `PV2||||||||${sent.pv28 ?? ''}|${sent.pv29 ?? ''}`,
    ...zbe,
    'NPU|4A^12^14|U',
  ].join('\r');
  const parsed = parseMessage(Buffer.from(text));
  if (!parsed.ok) throw new Error(parsed.fault.text);
  const { admission } = sent;
  return toFacts(parsed.message, {
    timeZone: 'UTC',
    admission,
    receipt: { receivedAt, aheadMs: aheadMinutes * 60_000 },
  });
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

describe('what is said of the visit beside the time of the message', () => {
  const stay = (sent: Sent): unknown => {
    const mapping = map(sent);
    return mapping.kind === 'facts' ? mapping.facts[0]!.stay : mapping;
  };
  const time = (at: string, from = at, until = at): Record<string, string> => {
    const iso = (text: string): string => `2026-03-${text}Z`;
    return { at: iso(at), from: iso(from), until: iso(until) };
  };
  const [dayStart, dayEnd] = ['21T00:00:00.000', '21T23:59:59.999'];

  it.each<[string, Sent, unknown]>([
    [
      'an A01: PV1-44',
      { pv144: '20260322100000.0', pv145: '20260322110000', pv136: '01' },
      { admitted: time('22T10:00:00.000', undefined, '22T10:00:00.000') },
    ],
    [
      'a minute',
      { pv144: '202603221000' },
      { admitted: time('22T10:00:00.000', '22T10:00:00.000', '22T10:00:59.999') },
    ],
    ['a day begins with its start', { pv144: '20260321' }, { admitted: time(dayStart, dayStart, dayEnd) }],
    [
      'a day is over at its end',
      { trigger: 'A08', pv145: '20260321' },
      { discharged: time('21T23:59:59.000', dayStart, dayEnd) },
    ],
    [
      'or at the time of the message, if that is on the same day',
      { trigger: 'A08', pv145: '20260322', evn2: '20260322135000' },
      { discharged: time('22T13:50:00.000', '22T00:00:00.000', '22T23:59:59.999') },
    ],
    [
      'an A08: all of it',
      { trigger: 'A08', pv144: '20260320100000.0', pv145: '20260322110000.0', pv136: '20' },
      { admitted: time('20T10:00:00.000'), discharged: time('22T11:00:00.000'), disposition: '20' },
    ],
    [
      'an A03: how it ended',
      { trigger: 'A03', pv144: '20260320', pv145: '20260322110000', pv136: '20' },
      { disposition: '20' },
    ],
    ['an A02: nothing', { trigger: 'A02', pv144: '20260320', pv145: '20260322110000', pv136: '20' }, undefined],
    ['nothing where nothing is said', { trigger: 'A08' }, undefined],
    ['what lies ahead is none', { trigger: 'A08', pv145: '20260325120000' }, undefined],
    ['what is of no year is none', { trigger: 'A08', pv144: '18000101', pv145: '99991231' }, undefined],
    ['what cannot be read is none', { trigger: 'A08', pv144: 'yesterday' }, undefined],
  ])('%s', (_, sent, expected) => {
    expect(stay(sent)).toEqual(expected);
  });

  it.each<[string, Sent, string[]]>([
    ['ahead', { trigger: 'A08', pv145: '20260325120000' }, ['W PV1-45 lies ahead']],
    ['no year', { trigger: 'A08', pv144: '18000101' }, ['W PV1-44 is of no year']],
    ['unreadable', { pv144: 'yesterday' }, ['W PV1-44 is not a time']],
  ])('warns of one that is %s, and takes the message', (_, sent, expected) => {
    const mapping = map(sent);
    const warnings = mapping.kind === 'facts' ? mapping.warnings.map((w) => `${w.severity ?? ''} ${w.text}`) : [];
    expect(warnings.map((text, i) => text.slice(0, expected[i]?.length))).toEqual(expected);
  });

  it.each<[string, Sent, [string, string]]>([
    ['an A01 counts from it', { pv144: '20260322100000' }, ['2026-03-22T10:00:00.000Z', 'PV1-44']],
    [
      'before ZBE-2 and EVN-6',
      { pv144: '20260322100000', zbe2: '20260322110000', evn6: '20260322120000' },
      ['2026-03-22T10:00:00.000Z', 'PV1-44'],
    ],
    ['as any movement where it is empty', { evn6: '20260322120000' }, ['2026-03-22T12:00:00.000Z', 'EVN-6']],
    [
      'a day alone is as exact as the message',
      { pv144: '20260322', evn2: '20260322135000' },
      ['2026-03-22T13:50:00.000Z', 'EVN-2'],
    ],
    ['or begins with its start', { pv144: '20260321' }, ['2026-03-21T00:00:00.000Z', 'PV1-44']],
    ['one ahead counts from MSH-7', { pv144: '20260325100000' }, [sentAt, 'MSH-7']],
    [
      'of no year: the next field',
      { pv144: '99991231', evn6: '20260322120000' },
      ['2026-03-22T12:00:00.000Z', 'EVN-6'],
    ],
    ['other movements do not', { trigger: 'A02', pv144: '20260322100000' }, ['2026-03-22T14:00:00.000Z', 'EVN-2']],
  ])('where the profile counts admissions by PV1-44: %s', (_, sent, expected) => {
    const { at, atFrom } = read({ admission: 'PV1-44', ...sent });
    expect([at, atFrom]).toEqual(expected);
  });
});
