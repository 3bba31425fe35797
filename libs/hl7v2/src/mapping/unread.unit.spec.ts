import { describe, expect, it } from '@jest/globals';
import { locationText } from '../message/fault.js';
import type { Hl7Message } from '../message/message.js';
import { parseMessage } from '../message/parse.js';
import { identityTriggers } from './identity-facts.js';
import { toFacts } from './to-facts.js';
import { triggerKinds } from './triggers.js';
import { unreadIn } from './unread.js';

/** A message in which every field that any rule reads says something. */
const segments: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  MSH: { 2: 'ADT1', 3: 'NGH', 6: '20260322140506+0100', 9: 'M1', 10: 'P', 11: '2.5.1' },
  EVN: { 2: '20260322140000', 3: '20260323100000', 6: '20260322135000' },
  PID: { 3: 'P1^^^NGH^MR', 5: 'Ward^Ada', 7: '19560704', 8: 'F', 18: 'A9^^^NGH', 21: 'P0^^^NGH' },
  MRG: { 1: 'P9^^^NGH', 3: 'A8^^^NGH', 5: 'V9^^^NGH', 6: 'W9^^^NGH' },
  PV1: {
    ...{ 2: 'I', 3: '4A^12^14^NGH', 6: '4A^12^13^NGH', 10: 'MED', 11: 'XRAY^1', 19: 'V100^^^NGH', 36: '01' },
    ...{ 42: 'ICU^^1^NGH', 43: 'XRAY^2', 44: '20260322134500', 45: '20260322150000', 50: 'W100^^^NGH' },
  },
  PV2: { 8: '20260324', 9: '20260325', 47: '20260326' },
  ZBE: { 1: 'Z1^NGH', 2: '20260322134000', 3: '20260322134100', 4: 'INSERT', 5: 'N', 6: 'A01' },
  NPU: { 1: '4A^12^14^NGH', 2: 'H' },
};

type Change = (segment: string, field: number, sent: string) => string;

function textOf(trigger: string, change: Change = (_segment, _field, sent) => sent): string {
  const line = (name: string): string => {
    const said = { ...segments[name]!, ...(name === 'MSH' ? { 8: `ADT^${trigger}` } : {}) } as Record<number, string>;
    const last = Math.max(...Object.keys(said).map(Number));
    const at = (n: number): string => said[n] ?? '';
    const number = name === 'MSH' ? 1 : 0;
    const fields = Array.from({ length: last }, (_, i) => change(name, i + 1 + number, at(i + 1)));
    return [name === 'MSH' ? 'MSH|^~\\&' : name, ...fields.slice(name === 'MSH' ? 1 : 0)].join('|');
  };
  const names = trigger === 'A17' ? ['MSH', 'EVN', 'PID', 'PV1', 'PID', 'PV1', 'ZBE'] : Object.keys(segments);
  return names.map(line).join('\r');
}

function readMessage(text: string): Hl7Message {
  const parsed = parseMessage(Buffer.from(text));
  if (!parsed.ok) throw new Error(parsed.fault.text);
  toFacts(parsed.message, { timeZone: 'UTC' });
  return parsed.message;
}

function warnings(text: string): string[] {
  return unreadIn(readMessage(text)).map((f) => `${f.severity} ${f.code} ${locationText(f.location)}`);
}

const triggers = [...triggerKinds.keys(), ...identityTriggers.keys(), 'A20'];

/** Every field that the rules read of a message with this trigger. */
function fieldsRead(trigger: string): { name: string; field: number }[] {
  const fields = new Map<string, { name: string; field: number }>();
  for (const { segment, occurrence } of readMessage(textOf(trigger)).segmentsRead()) {
    for (const { field } of segment.reading()) {
      if (occurrence > 1 || (segment.name === 'MSH' && (field < 3 || field === 9))) continue;
      fields.set(`${segment.name}-${field}`, { name: segment.name, field });
    }
  }
  return [...fields.values()];
}

const where = (name: string, field: number): string => `${name}^1^${field}`;
const only = (name: string, field: number, change: (sent: string) => string): Change => {
  return (segment, n, sent) => (segment === name && n === field && sent !== '' ? change(sent) : sent);
};

describe('what is not read of a message', () => {
  it.each(triggers)('%s: of a message that says nothing beyond what is read there is nothing to tell', (trigger) => {
    expect(warnings(textOf(trigger))).toEqual([]);
  });

  it.each(triggers)('%s: a second repetition of any field that is read is read, or said to be not used', (trigger) => {
    const fields = fieldsRead(trigger);
    expect(fields.length).toBeGreaterThan(4);
    for (const { name, field } of fields) {
      // Every repetition of PID-3 and MRG-1 is looked at for the identifier that counts.
      const all = (name === 'PID' && field === 3) || (name === 'MRG' && field === 1);
      const told = warnings(
        textOf(
          trigger,
          only(name, field, (sent) => `${sent}~Q1^Q2^Q3`),
        ),
      );
      if (!all)
        expect([where(name, field), told.join()]).toEqual([
          where(name, field),
          expect.stringContaining(where(name, field)),
        ]);
    }
  });

  it.each(triggers)('%s: a component and a subcomponent that no rule reads are said to be not used', (trigger) => {
    for (const { name, field } of fieldsRead(trigger)) {
      const place = where(name, field);
      const pad = (sent: string): string => `${sent}${'^'.repeat(14 - sent.split('^').length)}Q`;
      expect([place, ...warnings(textOf(trigger, only(name, field, pad)))]).toContain(`W 102 ${place}^1^14`);
      const nested = (sent: string): string => sent.replace(/^[^^]*/, (first) => `${first}&Q`);
      expect([place, ...warnings(textOf(trigger, only(name, field, nested)))]).toContain(`W 102 ${place}^1^1`);
    }
  });

  it.each([
    ['PID', 8, '?'],
    ['PID', 7, 'unknown'],
    ['ZBE', 5, 'MAYBE'],
    ['ZBE', 6, 'A99'],
  ] as const)('%s-%i "%s" is a value that means nothing', (name, field, value) => {
    expect(
      warnings(
        textOf(
          'A01',
          only(name, field, () => value),
        ),
      ),
    ).toEqual([`W 103 ${where(name, field)}`]);
  });

  it.each(['PV1', 'PID', 'EVN', 'ZBE', 'PV2'])('a second %s is said to be not used', (name) => {
    const text = textOf('A14');
    const line = text.split('\r').find((one) => one.startsWith(name))!;
    expect(warnings(`${text}\r${line}`)).toEqual([`W 100 ${name}^2`]);
    expect(warnings(`${text}\r${name}|`)).toEqual([]);
  });

  it('passes over what only qualifies a value, what repeats it, and nulls', () => {
    const said: Readonly<Record<string, string>> = {
      'PID-3': 'P1^7^M11^NGH&1.2.3&ISO^MR^NGH^20200101',
      'PID-5': 'Ward^Ada^^^^^L~Ward^Ada^^^^^L',
      'PV1-2': 'I^Inpatient^HL70004',
      'PV1-3': '4A^12^14^NGH^^N^""',
      'EVN-2': '20260322140000^S',
    };
    const change: Change = (segment, field, sent) => said[`${segment}-${field}`] ?? sent;
    expect(warnings(textOf('A01', change))).toEqual([]);
  });

  it('quotes no value', () => {
    const change: Change = (segment, field, sent) => (segment === 'PID' && field === 5 ? `${sent}^Secret~Other` : sent);
    expect(unreadIn(readMessage(textOf('A01', change))).map((f) => f.text)).toEqual([
      'PID-5 repeats: only the first is used',
      'PID-5.3 is not used',
    ]);
  });

  it('says where MSH-18 names another character set than that of the message', () => {
    const text = textOf('A01').replace('|P|2.5.1', '|P|2.5.1||||||NO SUCH SET');
    expect(warnings(text)).toEqual(['W 103 MSH^1^18']);
  });
});
