import { describe, expect, it } from '@jest/globals';
import { faultShown, processingFailed } from './message-fault.js';
import { a01, directory } from '@wardstream/encounter-model/testing';
import { readSenderFiles } from '../senders/profile-file.js';
import { Sender, SenderRegistry } from '../../directory/names/sender-profile.js';
import { interpretNormalized, type NormalizedMessage } from './interpret-normalized.js';
import { awaitingVisit, needsVisit, withoutVisit } from './verdict.js';
import { type Knowledge } from '../../directory/names/knowledge.js';

const profiles = `
senders:
  - match: { applications: ED }
    facility: NGH
    triggers: { ignore: [A54], refuse: [A40] }
    identifiers: { authorities: { urn:visits: NGH } }
    places: { map: { Emergency: ED } }
  - { match: { applications: BOUND }, facilities: [EAST] }
`;
const registry = new SenderRegistry(
  readSenderFiles([{ name: 'a.yaml', text: profiles }]).map(({ profile }) => new Sender('p', profile)),
);
const known: Knowledge = {
  facility: (name) => (name === 'NGH' ? directory : undefined),
  sender: (application, facility) => registry.find(application, facility),
  defaultTimeZone: 'UTC',
};
const statement: NormalizedMessage = {
  ...{ application: 'EHR', senderFacility: 'NGH', facilities: ['NOWHERE', 'NGH'], controlId: '1' },
  ...{ messageType: 'Encounter', trigger: 'A01', facts: [a01.fact], bedStatuses: [], faults: [] },
};
const receivedAt = '2026-03-01T12:00:00.000Z';
const told = (changes: Partial<NormalizedMessage>): string => {
  const { answer, disposition, cause, facility, faults } = interpretNormalized(
    { ...statement, ...changes },
    known,
    receivedAt,
  );
  return [answer, disposition, cause ?? '-', facility ?? '-', ...faults.map((f) => `${f.severity} ${f.code}`)].join(
    ' ',
  );
};
const bed = (unit: string, of: string) => ({ unit, room: null, bed: of, facility: null });

describe('the verdict on what was read of a message', () => {
  it.each<[string, Partial<NormalizedMessage>, string]>([
    ['sound', {}, 'AA processed - NGH'],
    ['facility by its sender', { facilities: [], application: 'ED' }, 'AA processed - NGH'],
    ['facility unknown', { facilities: ['SOUTH'] }, 'AA unplaced facility-unknown - W facility-unknown'],
    [
      'bed unknown',
      { facts: [{ ...a01.fact, location: bed('4A', '99') }] },
      'AA unplaced place-unknown NGH W place-unknown',
    ],
    [
      "place by its sender's profile",
      { application: 'ED', facts: [{ ...a01.fact, location: bed('Emergency', '1') }] },
      'AA processed - NGH',
    ],
    ['ignored', { application: 'ED', trigger: 'A54' }, 'AA not-acted-on trigger-ignored NGH'],
    ['refused', { application: 'ED', trigger: 'A40' }, 'AR refused trigger-refused NGH E trigger-refused'],
    [
      'of a facility that its sender may not speak of',
      { application: 'BOUND' },
      'AR refused facility-refused - E facility-refused',
    ],
    ['nothing new', { facts: [] }, 'AA not-acted-on nothing-new NGH'],
    [
      'wrong',
      { faults: [{ path: '/data', code: 'invalid', severity: 'E', text: 'is no time' }] },
      'AE quarantined invalid NGH E invalid',
    ],
  ])('%s', (_, changes, expected) => {
    expect(told(changes)).toBe(expected);
  });

  it("has its identifiers by its sender's profile, and says what nobody knows", () => {
    const visit = { number: 'V1', domain: 'urn:visits' };
    const facts = [{ ...a01.fact, visit, location: bed('ITU', '1'), class: 'DAY' }];
    const verdict = interpretNormalized({ ...statement, application: 'ED', facts }, known, receivedAt);
    expect(verdict.facts[0]!.visit).toEqual({ number: 'V1', domain: 'NGH' });
    expect(verdict.unknown.map((u) => `${u.kind} ${u.code}`)).toEqual(['place ITU^^1', 'class DAY']);
    expect(verdict.profile).toBe('p');
  });

  it('that cannot be processed says so in the terms of its format', () => {
    expect(faultShown(processingFailed(false, new TypeError('Ada')))).toEqual({
      ...{ location: '', field: '', code: 'processing-failed', severity: 'E' },
      text: 'Processing failed: TypeError',
    });
    expect(faultShown(processingFailed(true, 'x'))).toMatchObject({ field: 'MSH', code: 207 });
  });

  it('of no visit waits for the one of its patient, and is wrong where that does not come', () => {
    const verdict = interpretNormalized({ ...statement, facts: [{ ...a01.fact, visit: null }] }, known, receivedAt);
    expect(needsVisit(verdict)).toBe(true);
    expect(awaitingVisit(verdict)).toMatchObject({
      ...{ answer: 'AA', disposition: 'unplaced', cause: 'visit-awaited', facts: verdict.facts },
      faults: [{ path: 'Encounter.identifier', code: 'visit-missing', severity: 'W' }],
    });
    expect(withoutVisit(verdict)).toMatchObject({
      answer: 'AE',
      cause: 'visit-missing',
      faults: [{ path: 'Encounter.identifier', severity: 'E' }],
    });
  });
});
