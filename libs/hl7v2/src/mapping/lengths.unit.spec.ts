import { describe, expect, it } from '@jest/globals';
import { locationText } from '../message/fault.js';
import { parseMessage } from '../message/parse.js';
import { type Mapping, toFacts } from './to-facts.js';

const long = 'x'.repeat(1_000_000);

function map(trigger: string, changes: Readonly<Record<string, string>>): Mapping {
  const of = (name: string, usual: string): string => changes[name] ?? usual;
  const text = [
    `MSH|^~\\&|ADT1|NGH|W|NGH|20260322140000||ADT^${trigger}|M1|P|2.5.1`,
    `EVN|${trigger}|20260322140000`,
    `PID|1||${of('PID-3', 'P1')}||${of('PID-5', 'Ward')}^Ada`,
    `MRG|${of('MRG-1', 'P9')}`,
    `PV1|1|${of('PV1-2', 'I')}|${of('PV1-3', '4A')}^12^14|||${of('PV1-6', '4A')}|||||||||||||${of('PV1-19', 'V1')}`,
    `ZBE|${of('ZBE-1', '1')}|20260322140000||INSERT`,
  ].join('\r');
  const parsed = parseMessage(Buffer.from(text));
  if (!parsed.ok) throw new Error(parsed.fault.text);
  return toFacts(parsed.message, { timeZone: 'UTC' });
}

describe('a value of a million characters', () => {
  it.each([
    ['A02', 'PV1-19'],
    ['A02', 'PID-3'],
    ['A02', 'PV1-3'],
    ['A02', 'ZBE-1'],
    ['A40', 'MRG-1'],
    ['A31', 'PID-3'],
  ])('in %s %s is an error there', (trigger, field) => {
    const mapping = map(trigger, { [field]: long });
    expect(mapping.kind).toBe('errors');
    const [segment, number] = field.split('-');
    const errors = mapping.kind === 'errors' ? mapping.errors : [];
    expect(errors.map((e) => locationText(e.location))).toEqual([`${segment}^1^${number}`]);
  });

  it.each(['PV1-2', 'PV1-6', 'PID-5'])('in %s costs its own meaning', (field) => {
    const mapping = map('A02', { [field]: long });
    expect(mapping).toMatchObject({ kind: 'facts', warnings: [{ severity: 'W', code: 102 }] });
    expect(JSON.stringify(mapping).length).toBeLessThan(5_000);
  });
});
