import { describe, expect, it } from '@jest/globals';
import { httpOutcome } from './http-outcome.js';

const patience = { giveUpAfterMs: 5_000 };

describe('an answer over HTTP', () => {
  it.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [408, 'failed'],
    [429, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
  ])('%d is %s', (status, kind) => expect(httpOutcome(status, null, patience).kind).toBe(kind));

  it('that is final is asked for once', () => {
    expect(httpOutcome(400, null, patience)).toEqual({ kind: 'refused', cause: 'answered 400', most: 1 });
  });

  it('may say when to come back, in seconds, and is heeded up to an hour', () => {
    const after = (retryAfter: string | null) => httpOutcome(503, retryAfter, patience);
    expect(after('30')).toEqual({ kind: 'failed', cause: 'answered 503', notBeforeMs: 30_000, giveUpAfterMs: 5_000 });
    expect(after('999999')).toMatchObject({ notBeforeMs: 3_600_000 });
    for (const none of [null, 'Wed, 21 Oct 2026 07:28:00 GMT', '-1'])
      expect(after(none)).toMatchObject({ notBeforeMs: 0 });
  });
});
