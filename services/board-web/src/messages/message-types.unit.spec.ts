import { describe, expect, it } from '@jest/globals';
import type { ReplayResult } from '@wardstream/api-contract';
import { causeWord, faultWords, filterWords, outcomeWord } from './message-types.js';

const fault = {
  location: 'EVN^1^2',
  field: 'EVN-2',
  code: 102,
  severity: 'E',
  text: 'EVN-2 has no such month',
} as const;
const result: ReplayResult = {
  ...{ messageId: 'm', outcome: 'taken-up', controlId: 'C', trigger: 'A01', sendingApplication: 'ADT1' },
  ...{ disposition: 'processed', waiting: false, errors: [] },
};

describe('messages in words', () => {
  it('name the field once, and how many faults more there are', () => {
    expect(faultWords([fault])).toBe('EVN-2 has no such month');
    expect(faultWords([{ ...fault, text: 'No such month' }, fault])).toBe('EVN-2: No such month (and 1 more)');
    expect(faultWords([])).toBe('Nothing more was told');
    expect([causeWord('visit-missing'), causeWord('new-cause'), causeWord(null)]).toEqual([
      ...['No visit named', 'New cause', 'Not told'],
    ]);
  });

  it('say of a replayed one what it is now', () => {
    expect(outcomeWord(result)).toBe('Processed');
    expect(outcomeWord({ ...result, waiting: true })).toBe('Taken up, waits to be processed');
    expect(outcomeWord({ ...result, disposition: 'quarantined' })).toBe('Taken up, could not be processed');
    expect(outcomeWord({ ...result, outcome: 'still-wrong' })).toBe('Still wrong');
  });

  it('tell what a filter is about', () => {
    expect(filterWords({ cause: 'invalid', sender: 'ADT1', search: '' })).toBe('cause “A field is wrong”, sender ADT1');
    expect(filterWords({ cause: null })).toBeNull();
  });
});
