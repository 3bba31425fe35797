import { describe, expect, it } from '@jest/globals';
import { locationText } from '../message/fault.js';
import { parseMessage } from '../message/parse.js';
import { identityTriggers } from './identity-facts.js';
import { type Mapping, toFacts } from './to-facts.js';

const pid = 'PID|1||P1^^^NGH^MR||Ward^Ada||19560704|F||||||||||A1^^^NGH';
const pv1 = `PV1|1|I|4A^12^14|||||||MED|||||||||V1^^^NGH${'|'.repeat(31)}W1`;
const mrg = 'MRG|P2^^^NGH^MR||A2|OLD|V2|W2';

function map(trigger: string, ...segments: string[]): Mapping {
  const head = `MSH|^~\\&|ADT1|NGH|W|NGH|20260322140000+0000||ADT^${trigger}|M1|P|2.5.1\rEVN|${trigger}|20260322140000`;
  const result = parseMessage(Buffer.from([head, ...segments].join('\r')));
  if (!result.ok) throw new Error(result.fault.text);
  return toFacts(result.message, { timeZone: 'UTC' });
}

/** 'kind patient visit<retired' of each fact. */
function told(mapping: Mapping): string[] {
  if (mapping.kind === 'errors') {
    return mapping.errors.map((e) => `${e.code} ${locationText(e.location)}: ${e.text}`);
  }
  if (mapping.kind !== 'facts') return [mapping.kind];
  return mapping.facts.map(({ kind, patient, visit, retires }) => {
    const text = (id: { number: string; domain: string | null } | null | undefined): string =>
      id === null || id === undefined ? '' : `${id.number}@${id.domain ?? ''}`;
    const [of, from] = [text(visit), text(retires)];
    return `${kind} ${patient.id ?? ''}${of && ` ${of}`}${from && ` < ${from}`}`;
  });
}

const ofPatient = ['merge-patient P1 < P2@NGH'];
const ofAccount = ['person P1', 'merge-visit P1 A1@NGH < A2@NGH'];
const ofVisit = ['person P1', 'merge-visit P1 V1@NGH < V2@NGH'];
const ofPerson = ['person P1'];

describe('what a message says of persons and identifiers', () => {
  const expected: Record<string, string[]> = {
    A18: ofPatient,
    A24: ofPerson,
    A28: ofPerson,
    A29: ['delete-person P1'],
    A30: ofPatient,
    A31: ofPerson,
    A34: ofPatient,
    A35: ofAccount,
    A36: ['merge-patient P1 < P2@NGH', 'merge-visit P1 A1@NGH < A2@NGH'],
    A37: ofPerson,
    A39: ofPatient,
    A40: ofPatient,
    A41: ofAccount,
    A42: ofVisit,
    A43: ofPatient,
    A44: [...ofAccount, 'move-visit P1 V1@NGH < P2@NGH'],
    A45: [...ofVisit, 'move-visit P1 V1@NGH < P2@NGH'],
    A46: ofPerson,
    A47: ofPatient,
    A48: ofPerson,
    A49: ofAccount,
    A50: ofVisit,
    A51: ['person P1', 'merge-visit P1 W1@ < W2@'],
    A60: ofPerson,
    A61: ofPerson,
    A62: ofPerson,
  };

  it.each([...identityTriggers.keys()])('%s', (trigger) => {
    const mapping = map(trigger, pid, mrg, pv1);
    expect(told(mapping)).toEqual(expected[trigger]);
    const facts = mapping.kind === 'facts' ? mapping.facts : [];
    for (const fact of facts) expect(fact).toMatchObject({ trigger, location: null, at: '2026-03-22T14:00:00.000Z' });
  });

  it('is one thing after another where groups repeat', () => {
    const two = ['PID|2||P3', 'MRG|P4', 'PV1|2|I'];
    expect(told(map('A40', pid, mrg, pv1, ...two))).toEqual([...ofPatient, 'merge-patient P3 < P4@']);
    expect(told(map('A24', pid, 'PID|2||P3'))).toEqual(['person P1', 'person P3']);
    expect(told(map('A45', pid, mrg, pv1, 'MRG|P2||A2||V4', 'PV1|2|I|||||||||||||||||V3'))).toEqual([
      'person P1',
      'merge-visit P1 V1@NGH < V2@NGH',
      'move-visit P1 V1@NGH < P2@NGH',
      'person P1',
      'merge-visit P1 V3@ < V4@',
      'move-visit P1 V3@ < P2@NGH',
    ]);
  });

  it('is only who the patient is where nothing changes', () => {
    expect(told(map('A43', pid, 'MRG|P1^^^NGH'))).toEqual(ofPerson);
    expect(told(map('A50', pid, 'MRG|P2', pv1))).toEqual(ofPerson);
    expect(told(map('A47', pid))).toEqual(ofPerson);
    expect(told(map('A36', pid, 'MRG|P2'))).toEqual(ofPatient);
  });

  it('is nothing without a patient', () => {
    expect(told(map('A31', 'PID|1'))).toEqual(['ignored']);
  });

  it.each([
    ['A40', [pid], '101 MRG^1^1: MRG-1 is empty: nothing says what is merged'],
    ['A40', ['PID|1', mrg], '101 PID^1^3: PID-3 is empty: nothing says what it is merged into'],
    ['A42', [pid, 'MRG|P2', pv1], '101 MRG^1^5: MRG-5 is empty: nothing says what is merged'],
    ['A42', [pid, mrg], '101 PV1^1^19: PV1-19 is empty: nothing says what it is merged into'],
    ['A41', ['PID|1||P1', mrg], '101 PID^1^18: PID-18 is empty: nothing says what it is merged into'],
  ])('%s is wrong without both identifiers', (trigger, segments, expected) => {
    expect(told(map(trigger, ...segments))).toEqual([expected]);
  });
});
