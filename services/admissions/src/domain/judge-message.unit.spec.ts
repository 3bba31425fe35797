import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { directory } from './derive-encounter.builder.spec.js';
import { a01 } from './derive-encounter.cases.spec.js';
import { identify } from './identify.js';
import { judgeMessage, judgeOversize } from './judge-message.js';
import { faultShown } from './message-fault.js';
import { type Knowledge, needsVisit, type Verdict, withVisit } from './verdict.js';
import { messageOf } from '../testing/messages.spec.js';

const known: Knowledge = {
  facility: (name) => (['NGH', 'NORTHGATE'].includes(name) ? directory : undefined),
  sender: (application) => (application === 'LAB2' ? { facility: 'NGH' } : undefined),
  defaultTimeZone: 'UTC',
};
const message = messageOf(a01, 'V1', { controlId: 'C1' });
const judge = (text: string): Verdict => judgeMessage(Buffer.from(text), known);
const told = ({ answer, disposition, cause, faults }: Verdict): string =>
  [answer, disposition, cause, ...faults.map((f) => `${f.severity} ${f.code} ${String(faultShown(f)['location'])}`)]
    .join(' ')
    .replaceAll('  ', ' ');

describe('the verdict on a message', () => {
  it.each([
    ['sound', message, 'AA processed '],
    ['facility by its alias', message.replace('|NGH|WARD', '|NORTHGATE|WARD'), 'AA processed '],
    ['facility by its sender', message.replace('|ADT1|NGH|', '|LAB2||'), 'AA processed '],
    ['facility unknown', message.replace('|NGH|WARD', '|SOUTH|WARD'), 'AA unplaced facility-unknown W 204 MSH^1^4'],
    ['bed unknown', message.replace('4A^^1', '4A^^9'), 'AA unplaced place-unknown W 204 PV1^1^3'],
    ['unit unknown', message.replace('4A^^1', 'ZZ^^1'), 'AA unplaced place-unknown W 204 PV1^1^3'],
    ['no control id', message.replace('|C1|', '||'), 'AA processed W 101 MSH^1^10'],
    ['no rule', message.replaceAll('A01', 'A92'), 'AA not-acted-on no-rule'],
    ['of a person alone', message.replaceAll('A01', 'A31').replace(/PV1.*/, 'PV1|1|N'), 'AA processed '],
    [
      'a wrong time',
      message.replace('EVN|A01|20260301100000+0000', 'EVN|A01|20261301'),
      'AE quarantined invalid E 102 EVN^1^2',
    ],
    ['no visit', message.replace(/PID.*/, 'PID|1').replace('V1', ''), 'AE quarantined visit-missing E 101 PV1^1^19'],
    ['two messages in one frame', `${message}\r${message}`, 'AE quarantined invalid E 100 MSH^2'],
    ['another type', message.replace('ADT^A01', 'ORU^R01'), 'AR refused unsupported-type E 200 MSH^1^9'],
    ['no HL7', 'hello', 'AR refused not-hl7 E 100 MSH^1'],
  ])('%s', (_, text, expected) => {
    expect(told(judge(text)).trim()).toBe(expected.trim());
  });

  it('on one that is too large is AR, by name', () => {
    const verdict = judgeOversize(Buffer.from(message), 5_000_000, 1_000_000, known);
    expect([told(verdict), verdict.controlId]).toEqual(['AR refused too-large E 207 MSH^1', 'C1']);
  });

  it('waits for the visit where only the patient is named', () => {
    const verdict = judge(message.replace(/(PV1.*\|)V1/, '$1'));
    expect(needsVisit(verdict)).toBe(true);
    expect(withVisit(verdict, { number: 'V7', domain: null }).facts[0]?.visit).toEqual({ number: 'V7', domain: null });
    expect(told(withVisit(verdict, null))).toBe('AE quarantined visit-missing E 101 PV1^1^19');
    const update = judge(message.replaceAll('A01', 'A08').replace(/(PV1.*\|)V1/, '$1'));
    expect(told(withVisit(update, null)).trim()).toBe('AA not-acted-on no-rule');
  });

  it('is given for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, headed) => {
        const input = headed ? Buffer.concat([Buffer.from('MSH|^~\\&|'), bytes]) : Buffer.from(bytes);
        expect(['AA', 'AE', 'AR']).toContain(judgeMessage(input, known).answer);
      }),
    );
  });
});

describe('the identity of a message', () => {
  const idOf = (text: string): string => identify(Buffer.from(text), judge(text)).id;

  it('is its sender, its control id and its bytes, however the last segment ends', () => {
    expect(idOf(`${message}\r\n`)).toBe(idOf(message));
    for (const other of [
      message.replace('C1', 'C2'),
      message.replace('4A^^1', '4A^^2'),
      message.replace('ADT1', 'ADT2'),
    ]) {
      expect(idOf(other)).not.toBe(idOf(message));
    }
  });
});
