import { describe, expect, it } from '@jest/globals';
import type { MovementFact } from '@wardstream/events';
import { locationText } from '../message/fault.js';
import { parseMessage } from '../message/parse.js';
import { type Mapping, toFacts } from './to-facts.js';
import { triggerKinds } from './triggers.js';

const pid = 'PID|1||P1^^^NGH^MR~X9^^^NAT^NI||Ward^Ada^M||19560704|F';
const pv1 = 'PV1|1|I|4A^12^14^NGH|||||||MED|||||||||V100^^^NGH';

function message(trigger: string, ...segments: string[]): string {
  return [
    `MSH|^~\\&|ADT1|NGH|WARDSTREAM|NGH|20260322140506+0100||ADT^${trigger}|M1|P|2.5.1`,
    `EVN|${trigger}|20260322140000`,
    ...segments,
  ].join('\r');
}

function map(text: string, timeZone = 'Europe/London'): Mapping {
  const result = parseMessage(Buffer.from(text));
  if (!result.ok) throw new Error(result.fault.text);
  return toFacts(result.message, { timeZone });
}

function only(text: string): MovementFact {
  const mapping = map(text);
  if (mapping.kind !== 'facts') throw new Error(JSON.stringify(mapping));
  expect(mapping.facts).toHaveLength(1);
  return mapping.facts[0]!;
}

function faults(text: string): string[] {
  const mapping = map(text);
  if (mapping.kind !== 'errors' && mapping.kind !== 'refused') throw new Error(JSON.stringify(mapping));
  return mapping.errors.map((e) => `${mapping.kind} ${e.code} ${locationText(e.location)}: ${e.text}`);
}

describe('the fact a message states', () => {
  it('has all of the visit, the patient and the times', () => {
    expect(only(message('A01', pid, pv1))).toEqual({
      kind: 'admit',
      trigger: 'A01',
      visit: { number: 'V100', domain: 'NGH' },
      patient: { id: 'P1', domain: 'NGH', family: 'Ward', given: 'Ada', birthDate: '1956-07-04', sex: 'female' },
      class: 'I',
      specialty: 'MED',
      location: { unit: '4A', room: '12', bed: '14', facility: 'NGH' },
      priorLocation: null,
      pendingLocation: null,
      temporaryLocation: null,
      at: '2026-03-22T13:00:00.000Z',
      recordedAt: '2026-03-22T13:00:00.000Z',
      sentAt: '2026-03-22T13:05:06.000Z',
      atFrom: 'EVN-2',
      expectedAt: null,
      movement: null,
    });
  });

  it.each([
    ['MRG|P1||A7||V7', pv1, 'PV1-19: MRG-5', { number: 'V7', domain: 'NGH' }],
    ['MRG|P1||A7', pv1, 'PV1-19: MRG-3', { number: 'A7', domain: 'NGH' }],
    ['MRG|P1||A7||V7^^^XYZ', pv1, 'with its authority', { number: 'V7', domain: 'XYZ' }],
    ['MRG|P1||A7||V100', pv1, 'the same number', undefined],
    ['MRG|P1', pv1, 'no number', undefined],
    ['MRG|P1||A7||V7|W7', 'PV1|1|I|4A^12^14', 'PID-18: MRG-3', { number: 'A7', domain: null }],
  ])('A06 goes on under another number than %s (%#)', (mrg, says, _by, former) => {
    const account = says === pv1 ? pid : `${pid}${'|'.repeat(10)}A1`;
    expect(only(message('A06', account, mrg, says)).retires).toEqual(former);
    expect(only(message('A07', account, mrg, says)).retires).toEqual(former);
    expect(only(message('A02', account, mrg, says))).not.toHaveProperty('retires');
  });

  it('says when it was sent only where that is another time than that of the recording', () => {
    expect(only(message('A01', pid, pv1).replace('20260322140000', '20260322140506'))).not.toHaveProperty('sentAt');
    expect(only(message('A01', pid, pv1).replace('20260322140506+0100', 'soon'))).not.toHaveProperty('sentAt');
  });

  it.each([...triggerKinds].filter(([trigger]) => trigger !== 'A17'))('%s is %s', (trigger, kind) => {
    expect(only(message(trigger, pid, pv1))).toMatchObject({ kind, trigger });
  });

  it('A17 is two, one for each visit', () => {
    const mapping = map(message('A17', pid, pv1, 'PID|2||P2', 'PV1|2|I|4B^1^1||||||||||||||||V200'));
    expect(mapping).toMatchObject({
      kind: 'facts',
      facts: [
        { kind: 'swap', visit: { number: 'V100' }, location: { unit: '4A' } },
        { kind: 'swap', visit: { number: 'V200' }, patient: { id: 'P2' }, location: { unit: '4B' } },
      ],
    });
  });

  it('takes the trigger from MSH-9, and from EVN-1 only where MSH-9 has none', () => {
    expect(only(message('A12', pid, pv1).replace('EVN|A12', 'EVN|A02')).kind).toBe('cancel-transfer');
    expect(only(message('A02', pid, pv1).replace('ADT^A02', 'ADT')).kind).toBe('transfer');
  });

  it('finds the visit in PV1-19, else PV1-50, else PID-18, else leaves it to the patient', () => {
    const account = `${pid}||||||||||ACC7^^^FIN`;
    const alternate = 'PV1|1|I|4A^12^14' + '|'.repeat(47) + 'ALT5';
    expect(only(message('A01', account, pv1)).visit).toEqual({ number: 'V100', domain: 'NGH' });
    expect(only(message('A01', account, alternate)).visit).toEqual({ number: 'ALT5', domain: null });
    expect(only(message('A01', account, 'PV1|1|I')).visit).toEqual({ number: 'ACC7', domain: 'FIN' });
    expect(only(message('A01', pid, 'PV1|1|I'))).toMatchObject({ visit: null, patient: { id: 'P1' } });
  });

  it('reads places, and the times of plans', () => {
    const places = only(
      message('A09', pid, 'PV1|1|I|4A^12^14|||ED^^3|||||XR^1|||||||| V1 ' + '|'.repeat(23) + '4B^2^1|CT'),
    );
    expect(places).toMatchObject({
      visit: { number: 'V1' },
      priorLocation: { unit: 'ED', room: null, bed: '3' },
      temporaryLocation: { unit: 'XR' },
      pendingLocation: { unit: '4B', room: '2', bed: '1' },
    });
    const plan = (trigger: string, field: number): string | null =>
      only(message(trigger, pid, pv1, `PV2${'|'.repeat(field)}20260324`)).expectedAt;
    expect([plan('A14', 8), plan('A05', 8), plan('A16', 9), plan('A21', 47)]).toEqual(
      Array(4).fill('2026-03-23T23:00:00.000Z'),
    );
    const planned = (trigger: string, ...more: string[]): string | null =>
      only(message(trigger, pid, pv1, ...more).replace(/EVN\|.*/, `EVN|${trigger}|20260301101500|20260324`)).expectedAt;
    expect(['A14', 'A15', 'A16'].map((trigger) => planned(trigger))).toEqual(Array(3).fill('2026-03-23T23:00:00.000Z'));
    expect(planned('A14', 'PV2||||||||20260325')).toBe('2026-03-24T23:00:00.000Z');
    expect([planned('A05'), planned('A02'), planned('A21')]).toEqual([null, null, null]);
    expect(map(message('A16', pid, pv1, 'PV2|||||||||soon'))).toMatchObject({
      kind: 'facts',
      facts: [{ expectedAt: null }],
      warnings: [{ severity: 'W', location: { segment: 'PV2', field: 9 } }],
    });
  });

  it('reads when a stay is expected to end, from messages of the stay only, and takes it back by the null', () => {
    const end = (trigger: string, pv2: string) => only(message(trigger, pid, pv1, pv2)).expectedDischargeAt;
    const stays = ['A01', 'A02', 'A04', 'A06', 'A07', 'A08'];
    expect(stays.map((trigger) => end(trigger, 'PV2|||||||||202603241130'))).toEqual(
      stays.map(() => '2026-03-24T10:30:00.000Z'),
    );
    expect(['A03', 'A05', 'A11', 'A16', 'A21'].map((trigger) => end(trigger, 'PV2|||||||||20260324'))).toEqual(
      Array(5).fill(undefined),
    );
    expect([end('A08', 'PV2|||||||||""'), end('A08', 'PV2|||||||||')]).toEqual([null, undefined]);
    expect(map(message('A01', pid, pv1, 'PV2|||||||||soon'))).toMatchObject({
      kind: 'facts',
      facts: [expect.not.objectContaining({ expectedDischargeAt: expect.anything() })],
      warnings: [{ severity: 'W', location: { segment: 'PV2', field: 9 } }],
    });
  });

  it.each<[string, string, string, readonly string[] | undefined, object]>([
    ['a bed', pid, 'PV1|1|I|W2^""^""||||||||||||||||V1', ['bed'], { location: { unit: 'W2', room: null, bed: null } }],
    ['a bed in a room', pid, 'PV1|1|I|W2^A^""||||||||||||||||V1', ['bed'], { location: { unit: 'W2', room: 'A' } }],
    ['a room alone', pid, 'PV1|1|I|W2^""^04||||||||||||||||V1', undefined, { location: { unit: 'W2', bed: '04' } }],
    ['a place', pid, 'PV1|1|I|""||||||||||||||||V1', ['place'], { location: null }],
    ['each part of a place', pid, 'PV1|1|I|""^""^""||||||||||||||||V1', ['place'], { location: null }],
    ['no part of a place', pid, 'PV1|1|I|W2^^||||||||||||||||V1', undefined, { location: { unit: 'W2' } }],
    ['an absent place', pid, 'PV1|1|I|^^||||||||||||||||V1', undefined, { location: null }],
    ['a class', pid, 'PV1|1|""|||||||||||||||||V1', ['class'], { class: null }],
    ['a service', pid, 'PV1|1|I||||||||""|||||||||V1', ['specialty'], { specialty: null }],
    ['a name', 'PID|1||P1||""^""||19560704|F', pv1, ['name'], { patient: { family: null, sex: 'female' } }],
    ['a given name', 'PID|1||P1||Ward^""||19560704|F', pv1, undefined, { patient: { family: 'Ward', given: null } }],
    ['a birth date', 'PID|1||P1||Ward||""|F', pv1, ['birthDate'], { patient: { birthDate: null } }],
    ['a sex', 'PID|1||P1||Ward||19560704|""', pv1, ['sex'], { patient: { sex: 'unknown' } }],
  ])('the explicit null of %s', (_, of, visit, deletes, said) => {
    const fact = only(message('A08', of, visit));
    expect(fact).toMatchObject(said);
    expect(fact.deletes).toEqual(deletes);
  });

  it('the explicit null of an expected time leaves EVN-3 aside; of PV1-3 an A02 may say it, of a person an A31', () => {
    const planned = message('A14', pid, pv1, 'PV2||||||||""').replace(/EVN\|.*/, 'EVN|A14|20260301101500|20260324');
    expect(only(planned)).toMatchObject({ expectedAt: null, deletes: ['expectedAt'] });
    expect(only(message('A02', pid, 'PV1|1|I|""||||||||||||||||V1'))).toMatchObject({ deletes: ['place'] });
    expect(only(message('A31', 'PID|1||P1||""'))).toMatchObject({ kind: 'person', deletes: ['name'] });
  });

  it('reads the explicit null and an absent segment as no value', () => {
    expect(only(message('A08', 'PID|1||P1||""^""||""|""', 'PV1|1|""|""||||||||""||||||||V1'))).toMatchObject({
      class: null,
      location: null,
      specialty: null,
      patient: { family: null, given: null, birthDate: null, sex: 'unknown' },
    });
    expect(only(message('A03', 'PID|1||P1|||||||||||||||V9')).visit).toEqual({ number: 'V9', domain: null });
  });

  it('keeps a ZBE movement with its action', () => {
    const fact = only(message('A12', pid, pv1, 'ZBE|77^PAS|20260322120000||CANCEL|N|A02'));
    expect(fact.movement).toEqual({ id: '77^PAS', action: 'cancel', historic: false, originalTrigger: 'A02' });
    expect(fact).toMatchObject({
      at: '2026-03-22T11:00:00.000Z',
      atFrom: 'ZBE-2',
      recordedAt: '2026-03-22T13:00:00.000Z',
    });
  });

  it('reads an empty ZBE-4 by the trigger', () => {
    const action = (trigger: string) => only(message(trigger, pid, pv1, 'ZBE|77|20260322120000')).movement?.action;
    expect(['A01', 'A02', 'A12', 'A13'].map(action)).toEqual(['insert', 'insert', 'cancel', 'cancel']);
  });
});

describe('a correction of a movement', () => {
  const zbe = (action: string, original: string): string => `ZBE|77|20260322120000||${action}|Y|${original}`;

  it.each([
    ['Z99', 'UPDATE', 'A02', 'transfer'],
    ['Z99', 'CANCEL', 'A03', 'discharge'],
    ['Z99', 'INSERT', 'A01', 'admit'],
    ['Z99', 'UPDATE', '', 'correct'],
    ['A08', 'UPDATE', 'A02', 'transfer'],
    ['A08', 'CANCEL', '', 'correct'],
    ['A08', 'INSERT', 'A08', 'update'],
    ['A02', 'UPDATE', 'A02', 'transfer'],
  ])('%s %s of %s is %s', (trigger, action, original, kind) => {
    expect(only(message(trigger, pid, pv1, zbe(action, original)))).toMatchObject({
      kind,
      trigger,
      movement: { id: '77', action: action.toLowerCase(), historic: true },
    });
  });

  it('need not say the place again', () => {
    expect(only(message('Z99', pid, 'PV1|1|I|||||||||||||||||V1', zbe('UPDATE', 'A02')))).toMatchObject({
      kind: 'transfer',
      location: null,
    });
  });

  it.each([
    ['of no movement', message('Z99', pid, pv1), 'errors 101 ZBE^1^1: ZBE-1 names no movement'],
    [
      'that inserts something unknown',
      message('Z99', pid, pv1, zbe('INSERT', '')),
      'errors 101 ZBE^1^6: ZBE-6 does not say what movement is inserted',
    ],
  ])('is wrong %s', (_, text, expected) => {
    expect(faults(text)).toEqual([expected]);
  });
});

describe('when it happened', () => {
  const discharge = (evn: string, pv145: string, zbe = ''): [string, string, string] => {
    const visit = `${pv1}${'|'.repeat(26)}${pv145}`;
    const fact = only(
      message('A03', pid, visit, ...(zbe === '' ? [] : [zbe])).replace('EVN|A03|20260322140000', `EVN|A03|${evn}`),
    );
    return [fact.at, fact.atFrom, fact.recordedAt];
  };

  it.each([
    ['20260322150000', '20260322130000', '', ['2026-03-22T12:00:00.000Z', 'PV1-45', '2026-03-22T14:00:00.000Z']],
    [
      '20260322150000',
      '',
      'ZBE|1|20260322110000|20260322120000|INSERT',
      ['2026-03-22T11:00:00.000Z', 'ZBE-3', '2026-03-22T14:00:00.000Z'],
    ],
    ['20260322150000', '20260322', '', ['2026-03-22T14:00:00.000Z', 'EVN-2', '2026-03-22T14:00:00.000Z']],
    [
      '20260322150000||||20260322145500',
      '20260322+0100',
      '',
      ['2026-03-22T13:55:00.000Z', 'EVN-6', '2026-03-22T14:00:00.000Z'],
    ],
    ['20260322150000', '20260321', '', ['2026-03-21T22:59:59.000Z', 'PV1-45', '2026-03-22T14:00:00.000Z']],
    ['20260322150000||||20260322145500', '', '', ['2026-03-22T13:55:00.000Z', 'EVN-6', '2026-03-22T14:00:00.000Z']],
    ['20260322150000', '', '', ['2026-03-22T14:00:00.000Z', 'EVN-2', '2026-03-22T14:00:00.000Z']],
    ['', '', '', ['2026-03-22T13:05:06.000Z', 'MSH-7', '2026-03-22T13:05:06.000Z']],
  ])('of a discharge with EVN-2 %s, PV1-45 %s, %s', (evn, pv145, zbe, expected) => {
    expect(discharge(evn, pv145, zbe)).toEqual(expected);
  });

  it.each([
    ['after it', '20261025021000', undefined, '2026-10-25T01:30:00.000Z'],
    ['before it', '20261025005500', undefined, '2026-10-25T00:30:00.000Z'],
    ['in it, received after it', '20261025013100', '2026-10-25T01:31:02.000Z', '2026-10-25T01:30:00.000Z'],
    ['in it, received before it is over', '20261025013100', '2026-10-25T00:31:02.000Z', '2026-10-25T00:30:00.000Z'],
    ['in it', '20261025013100', undefined, '2026-10-25T00:30:00.000Z'],
    ['none, received after it', '', '2026-10-25T01:31:02.000Z', '2026-10-25T01:30:00.000Z'],
  ])('reads an hour that is passed twice by when the message was sent: %s', (_, sent, receivedAt, at) => {
    const text = message('A01', pid, pv1)
      .replace('20260322140506+0100', sent)
      .replace('20260322140000', '20261025013000');
    const parsed = parseMessage(Buffer.from(text));
    if (!parsed.ok) throw new Error(parsed.fault.text);
    const receipt = receivedAt === undefined ? undefined : { receivedAt, aheadMs: 900_000 };
    expect(toFacts(parsed.message, { timeZone: 'Europe/London', receipt })).toMatchObject({ facts: [{ at }] });
  });

  it('reads a time without offset with that of MSH-7, else in the zone', () => {
    const summer = message('A01', pid, pv1).replaceAll('20260322', '20260722');
    expect(only(summer).at).toBe('2026-07-22T13:00:00.000Z');
    expect(only(summer.replace('+0100', '')).at).toBe('2026-07-22T13:00:00.000Z');
    const newYork = map(summer.replace('+0100', ''), 'America/New_York');
    expect(newYork).toMatchObject({ facts: [{ at: '2026-07-22T18:00:00.000Z' }] });
  });
});

describe('what is wrong, and where', () => {
  it.each([
    [
      'a month 13',
      message('A01', pid, pv1).replace('20260322140000', '20261322140000'),
      ['errors 102 EVN^1^2: EVN-2 has no such month'],
    ],
    [
      'no time',
      message('A01', pid, pv1).replace('20260322140506+0100', '').replace('20260322140000', ''),
      ['errors 101 EVN^1^2: No time says when it happened'],
    ],
    [
      'no visit and no patient',
      message('A01', 'PID|1', 'PV1|1|I'),
      ['errors 101 PV1^1^19: PV1-19 is empty, and so are PV1-50, PID-18 and PID-3'],
    ],
    [
      'a transfer to nowhere',
      message('A02', pid, 'PV1|1|I|||||||||||||||||V1'),
      ['errors 101 PV1^1^3: PV1-3 does not say where the patient is now'],
    ],
    ['a swap of one', message('A17', pid, pv1), ['errors 100 PV1^2: A swap names two patients and two visits']],
    [
      'an unknown movement action',
      message('A02', pid, pv1, 'ZBE|1|20260101||ERASE'),
      ['errors 103 ZBE^1^4: ZBE-4 is none of INSERT, UPDATE and CANCEL'],
    ],
    [
      'no trigger',
      message('A01', pid, pv1).replace('ADT^A01', 'ADT').replace('EVN|A01', 'EVN|'),
      ['errors 101 MSH^1^9: Neither MSH-9 nor EVN-1 names a trigger'],
    ],
    [
      'another type',
      message('A01', pid).replace('ADT^A01', 'ORU^R01'),
      ['refused 200 MSH^1^9: Only ADT messages are taken here'],
    ],
    ['no type', message('A01', pid).replace('ADT^A01', ''), ['refused 101 MSH^1^9: MSH-9 names no message type']],
    [
      'another version',
      message('A01', pid).replace('|2.5.1', '|3.0'),
      ['refused 203 MSH^1^12: Only HL7 version 2 is read'],
    ],
    [
      'two things',
      message('A02', 'PID|1', 'PV1|1|I').replace('20260322140000', 'x'),
      [
        'errors 101 PV1^1^19: PV1-19 is empty, and so are PV1-50, PID-18 and PID-3',
        'errors 102 EVN^1^2: EVN-2 is not a time of the form YYYYMMDDHHMMSS[.S][+/-ZZZZ]',
        'errors 101 PV1^1^3: PV1-3 does not say where the patient is now',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it('acts on no other trigger, nor on an update of nobody', () => {
    expect(map(message('A92', pid))).toEqual({
      ...{ kind: 'ignored', reason: 'No rule acts on A92', unknownTrigger: true },
    });
    expect(map(message('A08', 'PID|1||'))).toEqual({ kind: 'ignored', reason: 'The update names no visit' });
  });

  it('takes a message without control id, and says what that costs', () => {
    expect(map(message('A01', pid, pv1).replace('|M1|', '||'))).toMatchObject({
      kind: 'facts',
      warnings: [{ severity: 'W', code: 101, location: { segment: 'MSH', field: 10 } }],
    });
  });
});

describe('bed status', () => {
  it('A20 says the status of a bed', () => {
    expect(map(message('A20', 'NPU|4A^12^14|h'))).toEqual({
      kind: 'bedStatus',
      reports: [
        {
          trigger: 'A20',
          place: { unit: '4A', room: '12', bed: '14', facility: null },
          code: 'H',
          occurrence: 1,
          at: '2026-03-22T13:00:00.000Z',
          recordedAt: '2026-03-22T13:00:00.000Z',
          atFrom: 'EVN-2',
        },
      ],
      errors: [],
      unknownCodes: [],
      warnings: [],
    });
  });

  it.each([
    ['no NPU', [], ['errors 100 NPU^1: An A20 without NPU names no bed']],
    ['no bed', ['NPU||U'], ['errors 101 NPU^1^1: NPU-1 names no bed']],
    ['no status', ['NPU|4A^1^1|'], ['errors 101 NPU^1^2: NPU-2 is empty: it says no bed status']],
    [
      'no bed and no status of the table',
      ['NPU||U', 'NPU||Z'],
      [
        'errors 101 NPU^1^1: NPU-1 names no bed',
        'errors 101 NPU^2^1: NPU-1 names no bed',
        'errors 103 NPU^2^2: NPU-2 is no bed status of table 0116',
      ],
    ],
  ])('%s', (_, segments, expected) => {
    expect(faults(message('A20', ...segments))).toEqual(expected);
  });

  it('is taken from every NPU, beside those that are wrong or not known', () => {
    const segments = ['NPU|4A^1^1|U', 'NPU|4A^1^2|', 'NPU|4A^1^3|SOILED', 'NPU|4A^1^4|C'];
    expect(map(message('A20', ...segments))).toMatchObject({
      kind: 'bedStatus',
      reports: [
        { place: { bed: '1' }, code: 'U', occurrence: 1 },
        { place: { bed: '4' }, code: 'C', occurrence: 4 },
      ],
      errors: [{ severity: 'E', location: { segment: 'NPU', occurrence: 2, field: 2 } }],
      unknownCodes: [{ code: 'SOILED', occurrence: 3 }],
    });
  });
});

describe('a place in words', () => {
  it('is a unit of that name where nothing else is said of the place', () => {
    const place = (text: string): unknown =>
      only(message('A01', pid, `PV1|1|I|${text}|||||||MED|||||||||V100`)).location;
    expect(place('^^^^^^^^Ward one')).toEqual({ unit: 'Ward one', room: null, bed: null, facility: null });
    expect(place('4A^^^^^^^^Ward one')).toEqual({ unit: '4A', room: null, bed: null, facility: null });
    expect(place('""^^^^^^^^')).toBeNull();
  });
});
