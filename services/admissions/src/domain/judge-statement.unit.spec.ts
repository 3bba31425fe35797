import { describe, expect, it } from '@jest/globals';
import { directory } from './derive-encounter.builder.spec.js';
import { a01 } from './derive-encounter.cases.spec.js';
import { judgeStatement, type Statement } from './judge-statement.js';
import { type Knowledge, needsVisit, withVisit } from './verdict.js';

const known: Knowledge = {
  facility: (name) => (name === 'NGH' ? directory : undefined),
  sender: (application) => (application === 'ED' ? { facility: 'NGH' } : undefined),
  defaultTimeZone: 'UTC',
};
const statement: Statement = {
  ...{ application: 'EHR', senderFacility: 'NGH', facilities: ['NOWHERE', 'NGH'], controlId: '1' },
  ...{ messageType: 'Encounter', trigger: 'A01', facts: [a01.fact], bedStatuses: [], faults: [] },
};
const told = (changes: Partial<Statement>): string => {
  const { answer, disposition, cause, facility, faults } = judgeStatement({ ...statement, ...changes }, known);
  return [answer, disposition, cause ?? '-', facility ?? '-', ...faults.map((f) => `${f.severity} ${f.code}`)].join(
    ' ',
  );
};
const bed = (unit: string, of: string) => ({ unit, room: null, bed: of, facility: null });

describe('the verdict on what was read of a message', () => {
  it.each<[string, Partial<Statement>, string]>([
    ['sound', {}, 'AA processed - NGH'],
    ['facility by its sender', { facilities: [], application: 'ED' }, 'AA processed - NGH'],
    ['facility unknown', { facilities: ['SOUTH'] }, 'AA unplaced facility-unknown - W facility-unknown'],
    [
      'bed unknown',
      { facts: [{ ...a01.fact, location: bed('4A', '99') }] },
      'AA unplaced place-unknown NGH W place-unknown',
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

  it('of no visit is for the only open one of the patient, and wrong where there is none', () => {
    const verdict = judgeStatement({ ...statement, facts: [{ ...a01.fact, visit: null }] }, known);
    expect(needsVisit(verdict)).toBe(true);
    expect(withVisit(verdict, { number: 'V7', domain: null }).facts[0]?.visit?.number).toBe('V7');
    expect(withVisit(verdict, null)).toMatchObject({
      answer: 'AE',
      cause: 'visit-missing',
      faults: [{ path: 'visit' }],
    });
  });
});
