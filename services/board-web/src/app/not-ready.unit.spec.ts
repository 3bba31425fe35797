import { describe, expect, it } from '@jest/globals';
import { notReadyWords } from './not-ready.js';

describe('what does not work, in words', () => {
  it.each([
    [{ 'admissions.database': 'ok', 'board.log': 'ok' }, []],
    [
      {
        'admissions.database': 'takes no writes: no space left on its disk',
        'board.database': 'takes no writes: no space left on its disk',
        'board.log': 'ok',
      },
      ['the database: takes no writes: no space left on its disk'],
    ],
    [{ 'service.alerting': 'no answer', 'board.log': 'ok' }, ['alerting: no answer']],
    [{ 'admissions.senders': 'adt.yaml is refused' }, ['admissions.senders: adt.yaml is refused']],
    [{}, []],
  ])('%j', (checks, words) => {
    expect(notReadyWords({ status: 'not-ready', checks })).toEqual(words);
  });
});
